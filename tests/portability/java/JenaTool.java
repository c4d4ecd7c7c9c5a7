import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.*;
import java.util.*;
import org.apache.jena.query.*;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.sparql.core.DatasetGraph;
import org.apache.jena.sparql.core.DatasetGraphFactory;

/** Loads files with Jena and prints the triples of their graphs; or answers queries from two files. */
public final class JenaTool {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("count")) {
            for (String file : Arrays.copyOfRange(args, 1, args.length)) count(file);
        } else if (args[0].equals("version")) {
            System.out.println(org.apache.jena.Jena.VERSION);
        } else {
            ask(args[1], args[2], Path.of(args[3]), Path.of(args[4]));
        }
    }

    private static void count(String file) {
        String name = Path.of(file).getFileName().toString();
        try {
            DatasetGraph data = DatasetGraphFactory.create();
            // Debian has no jakarta.json implementation, which the reader of JSON-LD 1.1 needs.
            if (file.endsWith(".jsonld")) RDFParser.source(file).forceLang(Lang.JSONLD10).parse(data);
            else RDFDataMgr.read(data, file);
            print(name, "", data.getDefaultGraph().size());
            data.listGraphNodes().forEachRemaining(
                node -> print(name, node.toString(), data.getGraph(node).size()));
        } catch (RuntimeException error) {
            System.out.println(name + "\t" + String.valueOf(error.getMessage()).split("\n")[0]);
        }
    }

    private static void print(String name, String graph, int size) {
        if (size > 0) System.out.println(name + "\t" + graph + "\t" + size);
    }

    private static void ask(String quads, String triples, Path asked, Path told) throws Exception {
        Dataset data = DatasetFactory.create();
        RDFDataMgr.read(data, quads);
        RDFDataMgr.read(data.getDefaultModel(), triples);
        try (DirectoryStream<Path> queries = Files.newDirectoryStream(asked, "*.rq")) {
            for (Path file : queries) {
                String stem = file.getFileName().toString().replace(".rq", "");
                try (QueryExecution execution =
                        QueryExecutionFactory.create(Files.readString(file), data);
                        OutputStream out = new FileOutputStream(told.resolve(stem + ".srj").toFile())) {
                    execution.setTimeout(60_000);
                    ResultSetFormatter.outputAsJSON(out, execution.execSelect());
                } catch (Exception error) {
                    Files.writeString(told.resolve(stem + ".err"), error.toString());
                }
            }
        }
    }
}
