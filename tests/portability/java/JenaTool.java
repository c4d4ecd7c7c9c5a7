import java.io.OutputStream;
import java.nio.file.*;
import java.util.Arrays;
import org.apache.jena.query.*;
import org.apache.jena.riot.*;
import org.apache.jena.sparql.core.DatasetGraph;
import org.apache.jena.sparql.core.DatasetGraphFactory;

/** Loads files with Jena and writes what is in them as N-Quads; or answers queries from two files. */
public final class JenaTool {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("load")) {
            Path out = Path.of(args[1]);
            for (String file : Arrays.copyOfRange(args, 2, args.length)) load(Path.of(file), out);
        } else {
            ask(args[1], args[2], Path.of(args[3]), Path.of(args[4]));
        }
    }

    private static void load(Path file, Path folder) throws Exception {
        String name = file.getFileName().toString();
        try (OutputStream out = Files.newOutputStream(folder.resolve(name + ".nq"))) {
            RDFParserBuilder parser = RDFParser.source(file.toString());
            // Its reader of JSON-LD 1.1 needs org.eclipse.parsson, which Debian has not.
            if (name.endsWith(".jsonld")) parser.forceLang(Lang.JSONLD10);
            DatasetGraph data = DatasetGraphFactory.create();
            parser.parse(data);
            RDFDataMgr.write(out, data, Lang.NQUADS);
        } catch (RuntimeException error) {
            Files.writeString(folder.resolve(name + ".err"), error.toString());
        }
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
                        OutputStream out = Files.newOutputStream(told.resolve(stem + ".srj"))) {
                    ResultSetFormatter.outputAsJSON(out, execution.execSelect());
                } catch (RuntimeException error) {
                    Files.writeString(told.resolve(stem + ".err"), error.toString());
                }
            }
        }
    }
}
