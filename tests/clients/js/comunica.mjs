// Comunica's query engine over sources of ours: endpoints, and documents about a thing.
import { answerAll, load, namesOf } from "./answering.mjs";

const { QueryEngine } = load("@comunica/query-sparql-file");
const engine = new QueryEngine();

await answerAll(async ({ form, query, sources }) => {
  if (form === "ASK") return engine.queryBoolean(query, { sources });
  if (form === "SELECT") {
    const rows = await (await engine.queryBindings(query, { sources })).toArray();
    return namesOf(rows.map((row) => row.get("name")));
  }
  const quads = await (await engine.queryQuads(query, { sources })).toArray();
  return namesOf(quads.map((quad) => quad.object));
});
