"""Shapes: every constraint is broken by a twin in tests/broken/shapes/, which gets its message."""

from collections.abc import Iterator

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.term import Node

from jjjkg.dataset.loading import Dataset, own_folder
from jjjkg.entailment.by_owlrl import to_rdflib
from jjjkg.rdf.reading import parse, read
from support import TESTS

TWINS = TESTS / "broken" / "shapes"
#: What a shape can demand, by the property that demands it (https://www.w3.org/TR/shacl/).
COMPONENTS = {
    SH[name]: SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"]
    for name in (
        "class datatype nodeKind minCount maxCount minInclusive maxInclusive pattern languageIn "
        "uniqueLang lessThan lessThanOrEquals or xone"
    ).split()
}
#: What a shape may have beside demands.
OTHERWISE = {SH[name] for name in "path property targetClass targetSubjectsOf message".split()} | {
    SH.description,
    RDF.type,
}


def local_name(node: Node) -> str:
    return str(node).replace("#", "/").rpartition("/")[2]


def is_broken(node: Node) -> bool:
    return local_name(node).startswith("broken-")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return to_rdflib(quad.triple for quad in parse(own_folder() / "ontology" / "shapes.ttl"))


@pytest.fixture(scope="module")
def twins() -> Graph:
    """All twins of shapes."""
    return to_rdflib(quad.triple for _, quad in read(sorted(TWINS.glob("*.ttl")), trusted=True))


@pytest.fixture(scope="module")
def report(dataset: Dataset, shapes: Graph, twins: Graph) -> Graph:
    """Return pySHACL's report of the twins, beside the ontology and without inference."""
    data = to_rdflib(dataset.ontology) + twins
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert not conforms
    assert isinstance(report, Graph)
    return report


def read_demands(shapes: Graph) -> Iterator[tuple[Node, URIRef]]:
    """Each shape with each kind of constraint that it has."""
    for node_shape in shapes.subjects(RDF.type, SH.NodeShape):
        for shape in (node_shape, *shapes.objects(node_shape, SH.property)):
            for predicate in set(shapes.predicates(shape)) - OTHERWISE:
                yield shape, COMPONENTS[predicate]


def test_each_shape_has_a_file_of_twins(shapes: Graph) -> None:
    names = {local_name(shape) for shape in shapes.subjects(RDF.type, SH.NodeShape)}
    assert {file.stem for file in TWINS.iterdir()} == names


def test_each_shape_says_what_is_wrong_and_how_to_mend_it(shapes: Graph) -> None:
    for shape, _ in read_demands(shapes):
        assert shapes.value(shape, SH.message), shapes.value(shape, SH.path)
        assert shapes.value(shape, SH.description), shapes.value(shape, SH.path)


def test_each_constraint_of_each_shape_is_broken_by_a_twin(shapes: Graph, report: Graph) -> None:
    broken = {
        (report.value(result, SH.sourceShape), report.value(result, SH.sourceConstraintComponent))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }
    missed = [
        (str(shapes.value(shape, SH.message)), local_name(component))
        for shape, component in read_demands(shapes)
        if (shape, component) not in broken
    ]
    assert missed == []


def test_each_twin_gets_the_messages_that_it_names_and_no_other(
    twins: Graph, report: Graph
) -> None:
    expected = {(node, str(message)) for node, message in twins.subject_objects(SH.resultMessage)}
    found = {
        (report.value(result, SH.focusNode), str(report.value(result, SH.resultMessage)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }
    assert found == expected
    assert all(is_broken(node) for node, _ in expected)


def test_each_shape_looks_at_its_twins_and_at_a_sound_node(
    dataset: Dataset, shapes: Graph, twins: Graph
) -> None:
    """A node that its shape does not look at would prove nothing by having no findings."""
    ontology = to_rdflib(dataset.ontology)
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        name = local_name(shape).removesuffix("Shape").lower()
        classes = {
            below
            for target in shapes.objects(shape, SH.targetClass)
            for below in ontology.transitive_subjects(RDFS.subClassOf, target)
        }
        targets = {node for below in classes for node in twins.subjects(RDF.type, below)}
        for predicate in shapes.objects(shape, SH.targetSubjectsOf):
            targets.update(twins.subjects(predicate))
        named = {
            node
            for node in set(twins.subjects())
            if local_name(node).startswith((f"sound-{name}", f"broken-{name}-"))
        }
        assert named <= targets, shape
        assert {is_broken(node) for node in named} == {True, False}, shape
