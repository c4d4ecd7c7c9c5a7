// Answers queries with Comunica from a file of quads and one of triples, which is the default graph.
import fs from "node:fs";
import path from "node:path";
import { load } from "./modules.mjs";

const { QueryEngine } = load("@comunica/query-sparql-file");
const { Parser, Store } = load("n3");
const [quads, triples, asked, told] = process.argv.slice(2);
const store = new Store();
for (const file of [quads, triples])
  store.addQuads(new Parser({ format: "application/n-quads", blankNodePrefix: "" }).parse(fs.readFileSync(file, "utf8")));
const engine = new QueryEngine();
for (const name of fs.readdirSync(asked)) {
  const stem = path.basename(name, ".rq");
  try {
    const result = await engine.query(fs.readFileSync(path.join(asked, name), "utf8"), { sources: [store] });
    const { data } = await engine.resultToString(result, "application/sparql-results+json");
    let text = "";
    for await (const piece of data) text += piece;
    fs.writeFileSync(path.join(told, `${stem}.srj`), text);
  } catch (error) {
    fs.writeFileSync(path.join(told, `${stem}.err`), String(error.message ?? error));
  }
}
