import java.io.OutputStream;
import java.nio.file.*;
import java.util.Arrays;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.formats.*;
import org.semanticweb.owlapi.io.FileDocumentSource;
import org.semanticweb.owlapi.model.*;

/** Loads ontologies with the OWL API and writes what it made of them, as Turtle. */
public final class OwlApiTool {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        for (String each : Arrays.copyOfRange(args, 1, args.length)) {
            Path file = Path.of(each);
            try (OutputStream out = Files.newOutputStream(folder.resolve(file.getFileName() + ".ttl"))) {
                // N-Triples is read as the Turtle that it is.
                OWLDocumentFormat format =
                    each.endsWith(".rdf") ? new RDFXMLDocumentFormat() : new TurtleDocumentFormat();
                OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
                OWLOntology ontology = manager.loadOntologyFromOntologyDocument(
                    new FileDocumentSource(file.toFile(), format));
                manager.saveOntology(ontology, new TurtleDocumentFormat(), out);
            } catch (OWLException | RuntimeException error) {
                Files.writeString(folder.resolve(file.getFileName() + ".err"), error.toString());
            }
        }
    }
}
