// Validates files of triples, as one graph, against shapes with rdf-validate-shacl; prints each
// node with a result, and the message.
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import { load } from "./modules.mjs";

const { Parser, Store } = load("n3");
const { default: Validator } = await import(pathToFileURL(load.resolve("rdf-validate-shacl")));
const read = (file) => new Parser().parse(fs.readFileSync(file, "utf8"));
const [shapes, ...files] = process.argv.slice(2);
const report = await new Validator(new Store(read(shapes))).validate(new Store(files.flatMap(read)));
for (const result of report.results)
  console.log(`${result.focusNode?.value}\t${result.message.map((m) => m.value).join("; ")}`);
