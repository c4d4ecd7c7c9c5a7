// Validates a file of triples against shapes with rdf-validate-shacl; prints what is wrong.
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import path from "node:path";
import { load } from "./modules.mjs";

const { Parser, Store } = load("n3");
const { default: Validator } = await import(pathToFileURL(load.resolve("rdf-validate-shacl")));
const read = (file) => new Store(new Parser().parse(fs.readFileSync(file, "utf8")));
const [data, shapes] = process.argv.slice(2).map(read);
const report = await new Validator(shapes).validate(data);
if (!report.conforms)
  console.log(`${report.results.length} results, the first of ${report.results[0].focusNode?.value}: ${report.results[0].message.map((m) => m.value).join("; ")}`);
