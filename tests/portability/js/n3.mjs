// Parses files with N3.js into its store and writes what is in them as TriG.
// (Its N-Quads have an "a" in a triple term, which only TriG may.)
import fs from "node:fs";
import path from "node:path";
import { load } from "./modules.mjs";

const { Parser, Store, Writer } = load("n3");
const formats = { ".ttl": "text/turtle", ".nt": "application/n-triples", ".trig": "application/trig", ".nq": "application/n-quads" };
const [folder, ...files] = process.argv.slice(2);
for (const file of files) {
  const target = path.join(folder, path.basename(file));
  try {
    const store = new Store(new Parser({ format: formats[path.extname(file)] }).parse(fs.readFileSync(file, "utf8")));
    const writer = new Writer(fs.createWriteStream(`${target}.trig`), { format: "application/trig" });
    writer.addQuads([...store]);
    writer.end();
  } catch (error) {
    fs.writeFileSync(`${target}.err`, String(error));
  }
}
