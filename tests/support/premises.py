"""Files of RDF for the tests of `jjjkg entail`."""

from pathlib import Path

from jjjkg.rdf.namespaces import PREFIXES

PREAMBLE = "@prefix : <http://example.org/> .\n" + "".join(
    f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("owl", "rdf", "rdfs", "xsd")
)
DATA = """
:locatedIn a owl:TransitiveProperty ; rdfs:domain :Place ; rdfs:subPropertyOf :near .
:zone :locatedIn :town . :town :locatedIn :province .
:zone :name "zone\\n\\"1\\""@en . :name rdfs:subPropertyOf :label ; rdfs:range rdfs:Literal .
[] :locatedIn :zone .
"""
CLASH = """
:Firm owl:disjointWith :Place . :locatedIn rdfs:domain :Place .
:shop :locatedIn :town ; a :Firm .
"""


def write(folder: Path, turtle: str, name: str = "data.ttl") -> str:
    file = folder / name
    file.write_text(PREAMBLE + turtle, encoding="utf-8")
    return str(file)
