"""The checker's data values: lexical forms, identity, and membership in value spaces."""

import re
from importlib.resources import files
from itertools import combinations

import pyoxigraph as ox
import pytest

from jjjkg.entailment.checking.datatypes import are_other, are_same, is_in, value_of
from jjjkg.rdf.namespaces import expand


def name(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))


def read(text: str) -> ox.Literal:
    """Return the literal of a text such as "xsd:int 7", or "@en words"."""
    kind, _, lexical = text.partition(" ")
    if kind.startswith("@"):
        return ox.Literal(lexical, language=kind[1:])
    return ox.Literal(lexical, datatype=name(kind))


#: Literals of a row have the same value; literals of different rows have different values.
SAME = [
    ("xsd:integer 1", "xsd:integer +01", "xsd:byte 1", "xsd:decimal 1.0", "xsd:unsignedLong 1"),
    ("xsd:integer 0", "xsd:integer -0", "xsd:decimal -.0", "xsd:nonPositiveInteger 0"),
    ("xsd:decimal 0.1", "xsd:decimal 000.10"),
    ("xsd:short -129", "xsd:negativeInteger -129", "xsd:decimal -129.0"),
    (f"xsd:integer 1{'0' * 40}", f"xsd:decimal +1{'0' * 40}.0"),
    (f"xsd:integer 1{'0' * 39}1",),
    (f"xsd:integer {'9' * 5000}",),
    ("xsd:double 1", "xsd:double 1.0", "xsd:double 10e-1"),
    ("xsd:float 1", "xsd:float 1.00000000001"),
    ("xsd:double 1.00000000001",),
    ("xsd:float 1e39", "xsd:float INF", "xsd:float +INF"),
    ("xsd:float -1e39", "xsd:float -INF"),
    ("xsd:double 0", "xsd:double +0.0"),
    ("xsd:double -0",),
    ("xsd:double NaN",),
    ("xsd:float NaN",),
    ("xsd:string a", "xsd:token a", "xsd:NCName a", "xsd:language a", "rdf:PlainLiteral a@"),
    ("@en a", "@EN a", "rdf:PlainLiteral a@en"),
    ("@en-GB a",),
    ("xsd:string a@b", "rdf:PlainLiteral a@b@"),
    ("xsd:string ", "xsd:normalizedString ", "rdf:PlainLiteral @"),
    ("xsd:anyURI a",),
    ("xsd:boolean true", "xsd:boolean 1"),
    ("xsd:boolean false", "xsd:boolean 0"),
    ("xsd:hexBinary 0aFF", "xsd:hexBinary 0AfF"),
    ("xsd:base64Binary Cv8=", "xsd:base64Binary C v 8 ="),
    ("xsd:base64Binary ",),
    ("rdf:XMLLiteral <a b='1' c='2'/>", 'rdf:XMLLiteral <a c="2"  b="1"></a>'),
    ("rdf:XMLLiteral <a/>",),
    ("rdf:XMLLiteral a",),
    ("xsd:dateTime 2024-02-29T24:00:00", "xsd:dateTime 2024-03-01T00:00:00.0"),
    ("xsd:dateTime 2024-12-31T24:00:00Z", "xsd:dateTimeStamp 2025-01-01T00:00:00+00:00"),
    ("xsd:dateTime 2025-01-01T08:00:00+08:00",),
    ("xsd:dateTime -12024-02-29T00:00:00",),
    ("xsd:dateTime 2024-01-01T00:00:00.000000000000000000000000000000001",),
    ("xsd:dateTime 2024-01-01T00:00:00",),
]
ILL_TYPED = [
    *("xsd:integer 1.0", "xsd:integer 1_0", "xsd:integer １", "xsd:integer  1", "xsd:integer "),
    *("xsd:byte 128", "xsd:unsignedByte -1", "xsd:positiveInteger 0", "xsd:negativeInteger 0"),
    *("xsd:decimal 1e3", "xsd:decimal NaN", "xsd:decimal .", "xsd:double inf", "xsd:float nan"),
    *("xsd:boolean True", "xsd:hexBinary 0", "xsd:base64Binary Cv8", "xsd:base64Binary Cv9="),
    *("xsd:token a  b", "xsd:token  a", "xsd:normalizedString a\tb", "xsd:language a_b"),
    *("xsd:NCName a:b", "xsd:Name 1", "xsd:NMTOKEN a b", "xsd:NMTOKEN ", "rdf:PlainLiteral a"),
    *("xsd:dateTime 2023-02-29T00:00:00", "xsd:dateTime 2024-01-01", "rdf:XMLLiteral <a>"),
    *("xsd:dateTime 2024-01-01T24:00:01", "xsd:dateTime 2024-01-01T00:00:00+14:01"),
    *("xsd:dateTimeStamp 2024-01-01T00:00:00", "xsd:dateTime 02024-01-01T00:00:00"),
]
RULES = files("jjjkg").joinpath("entailment", "owl2rl.rules").read_text(encoding="utf-8")
DATATYPES = re.findall(r"(\S+) rdf:type rdfs:Datatype", RULES)
UNKNOWN = ["xsd:date 2024-01-01", "kg:Length 7", "rdfs:Literal a"]


@pytest.mark.parametrize("row", SAME, ids=lambda row: row[0][:30])
def test_values_of_a_row_are_the_same_and_of_no_other(row: tuple[str, ...]) -> None:
    for one in map(read, row):
        assert value_of(one) is not None
        for other in map(read, row):
            assert are_same(one, other)
            assert not are_other(one, other)


def test_values_of_two_rows_are_not_the_same() -> None:
    for one, other in combinations([read(row[0]) for row in SAME], 2):
        assert are_other(one, other)
        assert not are_same(one, other)


@pytest.mark.parametrize("text", ILL_TYPED)
def test_an_ill_typed_literal_has_no_value(text: str) -> None:
    literal = read(text)
    assert value_of(literal) is None
    assert not is_in(literal, literal.datatype)
    assert not is_in(literal, name("rdfs:Literal"))
    assert not are_same(literal, literal)
    assert not are_other(literal, read("xsd:integer 1"))


@pytest.mark.parametrize("text", UNKNOWN)
def test_of_other_datatypes_nothing_is_said(text: str) -> None:
    literal = read(text)
    assert is_in(literal, name("rdfs:Literal"))
    with pytest.raises(LookupError, match="not one of"):
        is_in(literal, name("xsd:integer"))
    with pytest.raises(LookupError, match="not one of"):
        is_in(read("xsd:integer 1"), name("xsd:date"))
    for compare in (are_same, are_other):
        with pytest.raises(LookupError, match="not one of"):
            compare(read("xsd:integer 1"), literal)


@pytest.mark.parametrize(
    ("text", "spaces"),
    [
        (
            "xsd:decimal 200.0",
            "decimal integer nonNegativeInteger positiveInteger long int short unsignedLong "
            "unsignedInt unsignedShort unsignedByte",
        ),
        ("xsd:short -129", "decimal integer nonPositiveInteger negativeInteger long int short"),
        (f"xsd:integer {2**63}", "decimal integer nonNegativeInteger positiveInteger unsignedLong"),
        ("xsd:decimal 0.5", "decimal"),
        ("xsd:float 1", "float"),
        ("xsd:double 1", "double"),
        ("xsd:boolean 1", "boolean"),
        ("xsd:string en-GB", "string normalizedString token language Name NCName NMTOKEN"),
        ("xsd:string 北京:a", "string normalizedString token Name NMTOKEN"),
        ("xsd:string a\n", "string"),
        ("xsd:string  a", "string normalizedString"),
        ("@en a", ""),
        ("xsd:anyURI a", "anyURI"),
        ("xsd:hexBinary 0a", "hexBinary"),
        ("xsd:base64Binary Cv8=", "base64Binary"),
        ("xsd:dateTime 2024-01-01T00:00:00", "dateTime"),
        ("xsd:dateTime 2024-01-01T00:00:00Z", "dateTime dateTimeStamp"),
        ("rdf:XMLLiteral <a/>", "rdf:XMLLiteral"),
    ],
)
def test_a_value_is_in_these_spaces_and_no_others(text: str, spaces: str) -> None:
    expected = {"xsd:" + space if ":" not in space else space for space in spaces.split()}
    expected |= {"rdfs:Literal"}
    if "string" in spaces or text.startswith("@"):
        expected |= {"rdf:PlainLiteral"}
    assert {space for space in DATATYPES if is_in(read(text), name(space))} == expected


def test_every_datatype_of_the_rules_has_a_value_here() -> None:
    literals = [read(text) for row in SAME for text in row]
    assert len(DATATYPES) == 32
    for datatype in DATATYPES:
        assert any(is_in(literal, name(datatype)) for literal in literals), datatype
