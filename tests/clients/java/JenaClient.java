import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.jena.atlas.json.JSON;
import org.apache.jena.atlas.json.JsonArray;
import org.apache.jena.atlas.json.JsonBoolean;
import org.apache.jena.atlas.json.JsonObject;
import org.apache.jena.atlas.json.JsonString;
import org.apache.jena.atlas.json.JsonValue;
import org.apache.jena.graph.Node;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.ResultSetFactory;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdfconnection.RDFConnection;
import org.apache.jena.rdfconnection.RDFConnectionRemote;
import org.apache.jena.sparql.exec.http.QueryExecutionHTTP;
import org.apache.jena.sparql.exec.http.QuerySendMode;

/** Sends the queries of standard input with Jena and the JDK, and prints what became of each. */
public final class JenaClient {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] args) {
        JsonObject outcomes = new JsonObject();
        for (JsonValue value : JSON.parseAny(System.in).getAsArray()) {
            JsonObject request = value.getAsObject();
            JsonValue outcome;
            try {
                outcome = answer(text(request, "way"), text(request, "form"),
                        text(request, "query"), text(request, "endpoint"));
            } catch (Exception error) {
                outcome = new JsonString(error.toString());
            }
            outcomes.put(text(request, "name"), outcome);
        }
        System.out.println(outcomes);
    }

    private static JsonValue answer(String way, String form, String query, String endpoint)
            throws Exception {
        if (way.startsWith("JDK ")) return post(way.substring(4), query, endpoint);
        if (way.equals("connection")) {
            var builder = RDFConnectionRemote.newBuilder();
            try (RDFConnection connection = builder.destination(endpoint).build();
                    QueryExecution execution = connection.query(query)) {
                return read(form, execution);
            }
        }
        if (way.equals("graph store")) {
            String store = endpoint.replace("/sparql", "/data");
            var builder = RDFConnectionRemote.newBuilder();
            try (RDFConnection connection = builder.gspEndpoint(store).build()) {
                return literals(query.isEmpty() ? connection.fetch() : connection.fetch(query));
            }
        }
        QuerySendMode mode = QuerySendMode.valueOf(way);
        try (QueryExecution execution = QueryExecutionHTTP.service(endpoint)
                .query(query).sendMode(mode).build()) {
            return read(form, execution);
        }
    }

    private static JsonValue read(String form, QueryExecution execution) {
        switch (form) {
            case "ASK": return new JsonBoolean(execution.execAsk());
            case "CONSTRUCT": return literals(execution.execConstruct());
            case "DESCRIBE": return literals(execution.execDescribe());
            default:
                List<Node> nodes = new ArrayList<>();
                execution.execSelect().forEachRemaining(row -> nodes.add(row.get("name").asNode()));
                return write(nodes.iterator());
        }
    }

    private static JsonValue literals(Model model) {
        List<Node> nodes = new ArrayList<>();
        model.listStatements().forEachRemaining(statement -> {
            Node node = statement.getObject().asNode();
            if (node.isLiteral() && statement.getSubject().toString().endsWith("/hebei"))
                nodes.add(node);
        });
        return write(nodes.iterator());
    }

    private static JsonValue write(Iterator<Node> nodes) {
        JsonArray found = new JsonArray();
        while (nodes.hasNext()) {
            Node node = nodes.next();
            JsonArray name = new JsonArray();
            name.add(node.getLiteralLexicalForm());
            name.add(node.getLiteralLanguage());
            found.add(name);
        }
        return found;
    }

    /** With the JDK's client, which offers HTTP/2 with each request that it makes by plain http. */
    private static JsonValue post(String way, String query, String endpoint) throws Exception {
        boolean form = way.startsWith("form");
        byte[] body = (form ? "query=" + URLEncoder.encode(query, "UTF-8") : query).getBytes("UTF-8");
        BodyPublisher publisher = way.endsWith("chunked")
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : BodyPublishers.ofByteArray(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint))
                .header("Accept", "application/sparql-results+json")
                .header("Content-Type", "application/" + (form ? "x-www-form-urlencoded" : "sparql-query"))
                .POST(publisher).build();
        var response = CLIENT.send(request, BodyHandlers.ofInputStream());
        if (response.statusCode() != 200)
            return new JsonString(new String(response.body().readAllBytes(), "UTF-8"));
        List<Node> nodes = new ArrayList<>();
        ResultSetFactory.fromJSON(response.body())
                .forEachRemaining(row -> nodes.add(row.get("name").asNode()));
        return write(nodes.iterator());
    }

    private static String text(JsonObject request, String name) {
        return request.get(name).getAsString().value();
    }
}
