"""A generated region of any size, in the article's proportions, with a rich ontology."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import expand

#: The numbers of things of each kind in a region of factor 1.
FIRMS: Final = 43_000
BRANCHES: Final = 10_000
FIRMS_IN_ONE_ZONE: Final = 1_060
#: Shares of the firms that have a partner, and of those with a number of employees.
PARTNERED: Final = 0.55
COUNTED: Final = 0.5

NAMESPACE: Final = "https://example.org/region#"
ONTOLOGY: Final = Path(__file__).with_suffix(".ttl")

_TYPE: Final = f"<{expand('rdf:type')}>"
_LABEL: Final = f"<{expand('rdfs:label')}>"
_INTEGER: Final = f"<{expand('xsd:integer')}>"
_FIRM_CLASSES: Final = ("PrivateFirm", "PrivateFirm", "StateFirm", "JointVenture")
_MOVES: Final = ("WholeRelocation", "PartialRelocation")
_ONE_ZONE: Final = "luquan-zone"


def generate_region(factor: float = 1, seed: int = 0) -> Iterator[str]:
    """Yield the lines of N-Triples of a region with its ontology, determined by the seed.

    Firms and branches grow with the factor; places and industries are as many at each.
    """
    rng = Random(seed)
    firms = round(factor * FIRMS)
    yield from ontology_lines()
    for place, (cls, around) in PLACES.items():
        yield from _named(place, cls)
        if around:
            yield _triple(place, "directlyWithin", around)
    for industry, broader in INDUSTRIES.items():
        yield from _named(industry, "Industry")
        if broader:
            yield _triple(industry, "broaderIndustry", broader)
    yield from _firms(firms, round(factor * FIRMS_IN_ONE_ZONE), rng)
    yield from _branches(round(factor * BRANCHES), firms, rng)


@cache
def ontology_lines() -> tuple[str, ...]:
    """Yield the N-Triples of the ontology, its blank nodes numbered in the file's order."""
    numbers: dict[str, str] = {}

    def number(label: re.Match[str]) -> str:
        return numbers.setdefault(label[0], f"_:b{len(numbers)}")

    triples = (quad.triple for quad in ox.parse(path=ONTOLOGY))
    return tuple(re.sub(r"_:\w+", number, f"{triple} .") for triple in triples)


def _lay_out_places() -> dict[str, tuple[str, str | None]]:
    """Yield the class of each place, and the place that it is directly within."""
    places: dict[str, tuple[str, str | None]] = {
        "region": ("Region", None),
        "beijing": ("Municipality", "region"),
        "tianjin": ("Municipality", "region"),
        "hebei": ("Province", "region"),
    }
    places |= {f"hebei-city-{i}": ("City", "hebei") for i in range(11)}
    places["haidian"] = ("District", "beijing")
    places |= {
        f"{city}-district-{i}": ("District", city)
        for city, (cls, _) in places.items()
        if cls in ("Municipality", "City")
        for i in range(15 if cls == "Municipality" else 8)
    }
    places |= {
        f"{district}-zone": ("HighTechZone" if i % 3 == 0 else "DevelopmentZone", district)
        for i, district in enumerate(name for name, (cls, _) in places.items() if cls == "District")
    }
    return places | {_ONE_ZONE: ("DevelopmentZone", "hebei-city-0-district-0")}


def _lay_out_industries() -> dict[str, str | None]:
    """Yield each industry with the one directly above it: three levels, the first high-tech."""
    tops = ["high-tech", *(f"industry-{i}" for i in range(1, 6))]
    middle = {f"{top}-{i}": top for top in tops for i in range(4)}
    leaves = {f"{name}-{i}": name for name in middle for i in range(3)}
    return {**dict.fromkeys(tops), **middle, **leaves}


PLACES: Final = _lay_out_places()
INDUSTRIES: Final = _lay_out_industries()


def iri(name: str) -> str:
    """Return a name of the region as N-Triples writes it."""
    return f"<{NAMESPACE}{name}>"


def _triple(subject: str, name: str, value: str) -> str:
    return f"{iri(subject)} {iri(name)} {iri(value)} ."


def _named(thing: str, cls: str) -> Iterator[str]:
    yield f"{iri(thing)} {_TYPE} {iri(cls)} ."
    yield f'{iri(thing)} {_LABEL} "{thing}"@en .'


def _firms(count: int, in_one_zone: int, rng: Random) -> Iterator[str]:
    """Yield firms that leave Beijing's districts: the first for the one zone, others for any."""
    origins = [place for place, (_, around) in PLACES.items() if around == "beijing"]
    zones = [place for place, (cls, _) in PLACES.items() if cls.endswith("Zone")]
    zones = [zone for zone in zones if zone != _ONE_ZONE and PLACES[zone][1] not in origins]
    industries = [name for name in INDUSTRIES if name not in INDUSTRIES.values()]
    for i in range(count):
        firm, move = f"firm-{i}", f"move-{i}"
        zone = _ONE_ZONE if i < in_one_zone else rng.choice(zones)
        yield from _named(firm, rng.choice(_FIRM_CLASSES))
        if rng.random() < COUNTED:
            employees = f'"{rng.randrange(5, 5_000)}"^^{_INTEGER}'
            yield f"{iri(firm)} {iri('employees')} {employees} ."
        yield _triple(firm, "headquarteredIn", zone)
        yield _triple(firm, "mainlyActiveIn", rng.choice(industries))
        if rng.random() < PARTNERED:
            yield _triple(firm, "partner", f"firm-{(i + rng.randrange(1, count)) % count}")
        yield f"{iri(move)} {_TYPE} {iri(rng.choice(_MOVES))} ."
        yield _triple(move, "mover", firm)
        yield _triple(move, "origin", rng.choice(origins))
        yield _triple(move, "destination", zone)


def _branches(count: int, firms: int, rng: Random) -> Iterator[str]:
    """Yield branches of any firms, in any districts."""
    districts = [place for place, (cls, _) in PLACES.items() if cls == "District"]
    for i in range(count):
        branch = f"branch-{i}"
        yield from _named(branch, "Branch")
        yield _triple(branch, "branchOf", f"firm-{rng.randrange(firms)}")
        yield _triple(branch, "officeIn", rng.choice(districts))
