// Canonicalises each graph of a release with rdf-canonize and compares the hash with the manifest's.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { load } from "./modules.mjs";

const canonize = load("rdf-canonize");
const { Parser, Writer } = load("n3");
const folder = process.argv[2];
const graphs = new Map();
for (const quad of new Parser({ format: "application/n-quads" }).parse(fs.readFileSync(path.join(folder, "dataset.nq"), "utf8"))) {
  if (!graphs.has(quad.graph.value)) graphs.set(quad.graph.value, []);
  graphs.get(quad.graph.value).push(quad);
}
const write = (quads) => new Promise((done) => {
  const writer = new Writer({ format: "application/n-triples" });
  writer.addQuads(quads.map((quad) => ({ subject: quad.subject, predicate: quad.predicate, object: quad.object, graph: { termType: "DefaultGraph", value: "" } })));
  writer.end((error, text) => done(text));
});
const said = new Map(JSON.parse(fs.readFileSync(path.join(folder, "manifest.json"), "utf8")).graphs.map(({ iri, rdfc10 }) => [iri, rdfc10]));
for (const iri of new Set([...graphs.keys(), ...said.keys()])) {
  const text = await canonize.canonize(await write(graphs.get(iri) ?? []), { algorithm: "RDFC-1.0", inputFormat: "application/n-quads", format: "application/n-quads" });
  const hash = crypto.createHash("sha256").update(text).digest("hex");
  if (hash !== said.get(iri)) console.log(`${iri}: ${hash} instead of ${said.get(iri)}`);
}
