"""Generated graphs that are hard for a reasoner, each in one way, as lines of N-Triples."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from jjjkg.rdf.namespaces import expand

NAMESPACE: Final = "https://example.org/shape#"
#: Share of the classes with two superclasses: of 20,000 classes an instance has about 70.
TWO_PARENTS: Final = 0.6


def _triple(subject: str, name: str, value: str) -> str:
    return f"{_term(subject)} {_term(name)} {_term(value)} ."


def _term(name: str) -> str:
    return f"<{expand(name) if ':' in name else NAMESPACE + name}>"


def chain(length: int = 1_500) -> Iterator[str]:
    """Yield a path of a transitive property, whose closure has length * (length + 1) / 2 pairs."""
    yield _triple("within", "rdf:type", "owl:TransitiveProperty")
    for i in range(length):
        yield _triple(f"n{i}", "within", f"n{i + 1}")


def classes(count: int = 20_000, instances: int = 100_000, seed: int = 0) -> Iterator[str]:
    """Yield a hierarchy with some classes under two others, and instances of random classes."""
    rng = Random(seed)
    yield _triple("C0", "rdf:type", "owl:Class")
    for i in range(1, count):
        yield _triple(f"C{i}", "rdf:type", "owl:Class")
        for parent in sorted({rng.randrange(i) for _ in range(1 + (rng.random() < TWO_PARENTS))}):
            yield _triple(f"C{i}", "rdfs:subClassOf", f"C{parent}")
    for i in range(instances):
        yield _triple(f"x{i}", "rdf:type", f"C{rng.randrange(count)}")


def properties(count: int = 3_000, facts: int = 20_000, seed: int = 0) -> Iterator[str]:
    """Yield properties with a domain, a range and an inverse each, and a small hierarchy."""
    rng = Random(seed)
    for i in range(1, 100):
        yield _triple(f"C{i}", "rdfs:subClassOf", f"C{(i - 1) // 3}")
    for i in range(count):
        yield _triple(f"p{i}", "rdf:type", "owl:ObjectProperty")
        yield _triple(f"p{i}", "rdfs:domain", f"C{rng.randrange(100)}")
        yield _triple(f"p{i}", "rdfs:range", f"C{rng.randrange(100)}")
        yield _triple(f"p{i}", "owl:inverseOf", f"q{i}")
    for _ in range(facts):
        subject, value = rng.randrange(facts // 4), rng.randrange(facts // 4)
        yield _triple(f"x{subject}", f"p{rng.randrange(count)}", f"x{value}")


def clusters(individuals: int = 100_000, size: int = 5, seed: int = 0) -> Iterator[str]:
    """Yield clusters of equal individuals, each a path of owl:sameAs; one fact an individual."""
    rng = Random(seed)
    for i in range(individuals):
        if i % size:
            yield _triple(f"x{i - 1}", "owl:sameAs", f"x{i}")
        yield _triple(f"x{i}", "knows", f"x{rng.randrange(individuals)}")


def clique(size: int = 700) -> Iterator[str]:
    """Yield one individual under many names, with owl:sameAs from each to the next."""
    yield _triple("x0", "rdf:type", "C0")
    yield _triple("x0", "knows", "y")
    for i in range(1, size):
        yield _triple(f"x{i - 1}", "owl:sameAs", f"x{i}")


SHAPES: Final[dict[str, Callable[[], Iterator[str]]]] = {
    shape.__name__: shape for shape in (chain, classes, properties, clusters, clique)
}
