// Prints what keeps Turtle documents out of OWL 2 DL and OWL 2 RL, by the OWL API's checkers.
// Exit code: 0 where there is nothing, 1 where there is something, 2 where a document can't be read.

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.formats.TurtleDocumentFormat;
import org.semanticweb.owlapi.io.FileDocumentSource;
import org.semanticweb.owlapi.io.OWLOntologyLoaderMetaData;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyCreationException;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.model.OWLRuntimeException;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;

public class ProfileCheck {
    public static void main(String[] files) {
        boolean clean = true;
        for (String file : files) {
            Set<String> problems = new TreeSet<>();
            try {
                check(load(new File(file)), problems);
            } catch (OWLOntologyCreationException | OWLRuntimeException error) {
                System.err.println(file + ": " + error.getMessage());
                System.exit(2);
            }
            problems.forEach(problem -> System.out.println(file + ": " + problem));
            clean &= problems.isEmpty();
        }
        System.exit(clean ? 0 : 1);
    }

    static OWLOntology load(File file) throws OWLOntologyCreationException {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        // N-Triples is read as the Turtle that it is.
        return manager.loadOntologyFromOntologyDocument(
            new FileDocumentSource(file, new TurtleDocumentFormat()));
    }

    static void check(OWLOntology ontology, Set<String> problems) {
        for (OWLProfile profile : List.of(new OWL2DLProfile(), new OWL2RLProfile())) {
            profile.checkOntology(ontology).getViolations().forEach(
                violation -> problems.add(profile.getName() + ": " + violation));
        }
        // Where a declaration is missing the parser guesses a term's kind, and tells nobody. (Of data
        // types the profiles themselves speak, where axioms use them.)
        Map<IRI, Set<String>> kinds = new TreeMap<>();
        ontology.signature().filter(entity -> !entity.isOWLDatatype()).forEach(entity -> {
            String kind = entity.getEntityType().toString();
            kinds.computeIfAbsent(entity.getIRI(), iri -> new TreeSet<>()).add(kind);
            if (!entity.isOWLNamedIndividual() && !entity.isBuiltIn() && !ontology.isDeclared(entity)) {
                problems.add("undeclared: " + kind + " " + entity.getIRI());
            }
        });
        kinds.forEach((iri, kind) -> {
            if (kind.size() > 1) {
                problems.add("punned: " + iri + " is " + String.join(" and ", kind));
            }
        });
        // Triples that are no axiom, and no annotation either.
        OWLOntologyLoaderMetaData read = ontology.getNonnullFormat().getOntologyLoaderMetaData()
            .orElseThrow(() -> new IllegalStateException("the parser kept no account of its reading"));
        read.getUnparsedTriples().forEach(triple -> problems.add("not understood: " + triple));
    }
}
