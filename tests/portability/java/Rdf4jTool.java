import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.*;
import java.util.Arrays;
import org.eclipse.rdf4j.rio.*;

/** Reads files with RDF4J's Rio and writes what is in them as N-Quads. */
public final class Rdf4jTool {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        for (String each : Arrays.copyOfRange(args, 1, args.length)) {
            Path file = Path.of(each);
            String name = file.getFileName().toString();
            try (InputStream in = Files.newInputStream(file);
                    OutputStream out = Files.newOutputStream(folder.resolve(name + ".nq"))) {
                RDFParser parser = Rio.createParser(Rio.getParserFormatForFileName(name).orElseThrow());
                parser.setRDFHandler(Rio.createWriter(RDFFormat.NQUADS, out));
                parser.parse(in, file.toUri().toString());
            } catch (RuntimeException error) {
                Files.writeString(folder.resolve(name + ".err"), error.toString());
            }
        }
    }
}
