import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.*;
import org.eclipse.rdf4j.model.Statement;
import org.eclipse.rdf4j.rio.*;
import org.eclipse.rdf4j.rio.helpers.AbstractRDFHandler;

/** Parses files with RDF4J's Rio and prints the triples of their graphs. */
public final class Rdf4jTool {
    public static void main(String[] args) throws Exception {
        for (String file : args) {
            String name = Path.of(file).getFileName().toString();
            Map<String, Set<String>> graphs = new TreeMap<>();
            try (InputStream stream = new FileInputStream(file)) {
                RDFParser parser = Rio.createParser(Rio.getParserFormatForFileName(name).orElseThrow());
                parser.setRDFHandler(new AbstractRDFHandler() {
                    @Override
                    public void handleStatement(Statement said) {
                        String graph = said.getContext() == null ? "" : said.getContext().stringValue();
                        String text = said.getSubject() + " " + said.getPredicate() + " " + said.getObject();
                        graphs.computeIfAbsent(graph, key -> new HashSet<>()).add(text);
                    }
                });
                parser.parse(stream, "file:///" + name);
                graphs.forEach((graph, said) ->
                    System.out.println(name + "\t" + graph + "\t" + said.size()));
            } catch (Exception error) {
                System.out.println(name + "\t" + String.valueOf(error.getMessage()).split("\n")[0]);
            }
        }
    }
}
