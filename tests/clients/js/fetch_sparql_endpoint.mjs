// fetch-sparql-endpoint, with which Comunica and others ask.
import { answerAll, load, namesOf } from "./answering.mjs";

const { SparqlEndpointFetcher } = load("fetch-sparql-endpoint");

await answerAll(async ({ form, query, endpoint, way }) => {
  const fetcher = new SparqlEndpointFetcher({
    method: way === "get" ? "GET" : "POST",
    directPost: way === "postDirect",
  });
  if (form === "ASK") return fetcher.fetchAsk(endpoint, query);
  const stream = await (form === "SELECT"
    ? fetcher.fetchBindings(endpoint, query)
    : fetcher.fetchTriples(endpoint, query));
  const found = [];
  for await (const item of stream) found.push(form === "SELECT" ? item.name : item.object);
  return namesOf(found);
});
