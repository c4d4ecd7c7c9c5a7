"""The files that describe a release to catalogues, search engines and people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urljoin

import pyoxigraph as ox

from jjjkg.dataset.loading import own_folder
from jjjkg.dataset.questions import bind_thing
from jjjkg.evaluation import Evaluator
from jjjkg.evaluation.files import find_triples
from jjjkg.metadata.citation import write_citation
from jjjkg.metadata.dataset import Distribution, describe_counts, describe_release
from jjjkg.metadata.schema_org import write_schema
from jjjkg.metadata.statistics import sort_statistics
from jjjkg.rdf.turtle import Layout
from jjjkg.release.content import Content
from jjjkg.release.documentation import ONTOLOGY, write_documentation
from jjjkg.release.manifest import hash_bytes, media_type_of

DCAT: Final = "dcat.ttl"
VOID: Final = "void.ttl"
SCHEMA: Final = "schema.jsonld"
CITATION: Final = "CITATION.cff"
#: The files of RDF that describe the dataset and are not part of it.
DESCRIPTIONS: Final = (DCAT, VOID, SCHEMA)


def make_descriptions(
    content: Content, evaluator: Evaluator, files: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the text of each description of a release with these files.

    Data that do not say which dataset they are get none but that of their ontology. The evaluator
    is the content's (open_content).
    """
    if itself := content.dataset:
        said = [t for t in content.parts["dataset"] if t.subject == itself]
        described = [_describe_file(content, itself, *file) for file in files.items()]
        facts, version = content.facts, content.version
        catalogue = describe_release(itself, said, facts, version, described)
        yield DCAT, _write(DCAT, "the files of this release (DCAT 3)", catalogue)
        query = own_folder() / "queries" / "pages" / "statistics.rq"

        def measure(dataset: ox.NamedNode, graphs: Sequence[str]) -> Iterable[ox.Triple]:
            bound = bind_thing(query.read_text(encoding="utf-8"), "thing", [dataset.value])
            return sort_statistics(find_triples(evaluator, query, bound, graphs))

        counts = describe_counts(itself, said, content.parts, described, measure)
        yield VOID, _write(VOID, "the dataset in numbers (VoID)", counts)
        yield SCHEMA, write_schema(itself, facts, version, described)
        yield CITATION, write_citation(itself, facts, version)
    if page := write_documentation(content):
        yield ONTOLOGY, page


def _describe_file(content: Content, dataset: ox.NamedNode, name: str, text: bytes) -> Distribution:
    """Return a file with its lasting address: beside the dataset's own, by version."""
    address = urljoin(dataset.value, f"releases/{content.version}/{name}")
    return Distribution(
        name,
        ox.NamedNode(f"{address}#distribution"),
        ox.NamedNode(address),
        len(text),
        media_type_of(name.removesuffix(".gz")),
        hash_bytes(text),
    )


def _write(name: str, words: str, triples: Iterable[ox.Triple]) -> bytes:
    layout = Layout()
    blocks = "".join(layout.write(list(dict.fromkeys(triples))))
    return f"# {name}: {words}.\n\n{layout.head()}\n{blocks}".encode()
