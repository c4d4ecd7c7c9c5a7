// Reads JSON-LD with jsonld.js and prints the triples of its graphs.
import fs from "node:fs";
import path from "node:path";
import { load } from "./modules.mjs";

const jsonld = load("jsonld");
for (const file of process.argv.slice(2)) {
  const counts = new Map();
  for (const quad of await jsonld.toRDF(JSON.parse(fs.readFileSync(file, "utf8"))))
    counts.set(quad.graph.value, (counts.get(quad.graph.value) ?? 0) + 1);
  for (const [graph, count] of counts) console.log(`${path.basename(file)}\t${graph}\t${count}`);
}
