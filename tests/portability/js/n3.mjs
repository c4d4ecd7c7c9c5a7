// Parses files with N3.js and prints the triples of their graphs.
import fs from "node:fs";
import path from "node:path";
import { load } from "./modules.mjs";

const { Parser, Store } = load("n3");
const formats = { ".ttl": "text/turtle", ".nt": "application/n-triples", ".trig": "application/trig", ".nq": "application/n-quads" };
for (const file of process.argv.slice(2)) {
  const name = path.basename(file);
  try {
    const store = new Store(new Parser({ format: formats[path.extname(file)] }).parse(fs.readFileSync(file, "utf8")));
    for (const graph of store.getGraphs(null, null, null))
      console.log(`${name}\t${graph.value}\t${store.countQuads(null, null, null, graph)}`);
  } catch (error) {
    console.log(`${name}\t${String(error.message).split("\n")[0]}`);
  }
}
