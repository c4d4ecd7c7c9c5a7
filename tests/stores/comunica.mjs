// Comunica's endpoint in one process, as its comunica-sparql-file-http runs it in each of several.
import { load } from "../portability/js/modules.mjs";

const { QueryEngine } = load("@comunica/query-sparql-file");
const { HttpServiceSparqlEndpoint } = load("@comunica/actor-init-query");
const [port, ...files] = process.argv.slice(2);
const context = { sources: files, "@comunica/actor-init-query:readOnly": true };
const endpoint = new HttpServiceSparqlEndpoint({ engine: new QueryEngine(), context, port: Number(port) });
endpoint.runWorker(process.stdout, process.stderr);
