// Reads JSON-LD with jsonld.js and writes what is in it as N-Quads.
import fs from "node:fs";
import path from "node:path";
import { load } from "./modules.mjs";

const jsonld = load("jsonld");
const [folder, ...files] = process.argv.slice(2);
for (const file of files) {
  const target = path.join(folder, path.basename(file));
  try {
    const document = JSON.parse(fs.readFileSync(file, "utf8"));
    fs.writeFileSync(`${target}.nq`, await jsonld.toRDF(document, { format: "application/n-quads" }));
  } catch (error) {
    fs.writeFileSync(`${target}.err`, String(error));
  }
}
