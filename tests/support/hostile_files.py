"""Files made to break whoever reads them."""

from collections.abc import Callable

DEEP = 1_000_000
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">'
    "<rdf:Description>{}</rdf:Description></rdf:RDF>"
)


def nest_terms(depth: int) -> str:
    return "<x:a> <x:b> " + "<<( <x:s> <x:p> " * depth + "<x:o>" + " )>>" * depth + " ."


def nest_xml(depth: int) -> str:
    return RDF.format("<x:p><rdf:Description>" * depth + "</rdf:Description></x:p>" * depth)


def laugh(levels: int, quote: str = '"') -> str:
    """Entities each of ten of the one before."""
    declared = [f"<!ENTITY e0 {quote}lollollol{quote}>"]
    declared += [f"<!ENTITY e{n} {quote}{f'&e{n - 1};' * 10}{quote}>" for n in range(1, levels)]
    content = RDF.format(f"<x:p>&e{levels - 1};</x:p>")
    return f"<!DOCTYPE rdf:RDF [{''.join(declared)}]>{content}"


def repeat_entity() -> str:
    declared = f'<!DOCTYPE rdf:RDF [<!ENTITY b "{"x" * 100_000}">]>'
    return declared + RDF.format("<x:p>&b;</x:p>" * 20_000)


def repeat_in_attribute() -> str:
    declared = f'<!DOCTYPE rdf:RDF [<!ENTITY b "{"x" * 100_000}">]>'
    return declared + RDF.format('<x:p rdf:resource="http://x/&b;"/>' * 20_000)


def repeat_in_declarations() -> str:
    declared = [f'<!ENTITY b "{"x" * 1000}">', *(f'<!ENTITY c{n} "&b;">' for n in range(9999))]
    return f"<!DOCTYPE rdf:RDF [{''.join(declared)}]>{RDF.format('')}"


def repeat_prefix() -> str:
    facts = "".join(f"p:a p:b p:c{n} .\n" for n in range(100_000))
    return f"@prefix p: <http://x/{'a' * 100_000}> .\n{facts}"


HOSTILE: dict[str, tuple[str, Callable[[], str], str]] = {
    "triple terms in N-Triples": ("a.nt", lambda: nest_terms(DEEP), "is nested too deeply"),
    "triple terms in N-Quads": ("a.nq", lambda: nest_terms(DEEP), "is nested too deeply"),
    "triple terms in Turtle": ("a.ttl", lambda: nest_terms(DEEP), "is nested too deeply"),
    "triple terms in TriG": ("a.trig", lambda: nest_terms(DEEP), "is nested too deeply"),
    "triple terms, a few": ("a.nt", lambda: nest_terms(1000), "is used as a thing; RDF 1.2's"),
    "objects in JSON-LD": (
        "a.jsonld",
        lambda: '{"http://x/p":' * DEEP + "1" + "}" * DEEP,
        "does not parse: Max stack size",
    ),
    "contexts in JSON-LD": (
        "a.jsonld",
        lambda: '{"@context":' + "[" * DEEP + "]" * DEEP + ',"http://x/p":1}',
        "does not parse: Max stack size",
    ),
    "elements in RDF/XML": ("a.rdf", lambda: nest_xml(100_000), "takes more than 2 s of a"),
    "a string without end": ("a.ttl", lambda: '<x:a> <x:b> """' + "a" * 40_000_000, "is too long"),
    "an IRI without end": ("a.nt", lambda: "<x:a> <x:" + "b" * 40_000_000, "is too long"),
    "a comment without end": ("a.trig", lambda: "#" + "c" * 40_000_000, "is too long"),
    "entities of entities": ("a.rdf", lambda: laugh(10), "its entities would make"),
    "entities in single quotes": ("a.owl", lambda: laugh(10, "'"), "its entities would make"),
    "one entity, often": ("a.rdf", repeat_entity, "its entities would make 2,00"),
    "in attributes": ("a.rdf", repeat_in_attribute, "its entities would make 2,00"),
    "in declarations only": ("a.rdf", repeat_in_declarations, "its entities would make"),
    "a long prefix, often": ("a.ttl", repeat_prefix, "bytes of"),
    "a context elsewhere": (
        "a.jsonld",
        lambda: '{"@context": "http://127.0.0.1:9/context", "a": "b"}',
        "does not parse: No LoadDocumentCallback",
    ),
}
