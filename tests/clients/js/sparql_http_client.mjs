// sparql-http-client: its parsing client, by each of its operations.
import { answerAll, namesOf, packages } from "./answering.mjs";

const { default: ParsingClient } = await import(new URL("sparql-http-client/ParsingClient.js", packages));

await answerAll(async ({ form, query, endpoint, way }) => {
  const client = new ParsingClient({ endpointUrl: endpoint });
  const options = { operation: way };
  if (form === "ASK") return client.query.ask(query, options);
  if (form === "SELECT") return namesOf((await client.query.select(query, options)).map((row) => row.name));
  return namesOf([...(await client.query.construct(query, options))].map((quad) => quad.object));
});
