// Validates files of triples, as one graph, against shapes with rdf-validate-shacl; prints each
// result's node and its shape's message, as its own message for sh:uniqueLang is another.
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import { load } from "./modules.mjs";

const { Parser, Store } = load("n3");
const { default: Validator } = await import(pathToFileURL(load.resolve("rdf-validate-shacl")));
const read = (file) => new Parser().parse(fs.readFileSync(file, "utf8"));
const [first, ...files] = process.argv.slice(2);
const shapes = new Store(read(first));
const report = await new Validator(shapes).validate(new Store(files.flatMap(read)));
for (const { focusNode, sourceShape } of report.results)
  for (const message of shapes.getObjects(sourceShape, "http://www.w3.org/ns/shacl#message", null))
    console.log(`${focusNode.value}\t${message.value}`);
