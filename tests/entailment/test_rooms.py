"""The imports within the engine go one way, and its proof checker is independent."""

from support.modules import MODULES, SOURCE, dotted_name, imports_of

#: The modules and packages of the engine in layers: a layer imports only from those above it.
ROOMS = (
    "proof",
    "rules datatypes documents checking",
    "relations",
    "chaining trimming",
    "proving by_owlrl",
    "derived",
    "closure",
    "concluding inferences clashes",
)
ROOM_OF = {name: row for row, names in enumerate(ROOMS) for name in names.split()}
#: The modules of ours that the proof checker may import, which have types and names: it shares no
#: code with the engine that makes proofs.
OF_THE_CHECKER = (
    "jjjkg.entailment.checking.",
    "jjjkg.entailment.proof",
    "jjjkg.rdf.namespaces",
    "jjjkg.rdf.terms",
)


def room_of(dotted: str) -> str:
    """Return the engine's module or package that a dotted name is in; "" if it is in none."""
    _, engine, rest = dotted.partition("jjjkg.entailment.")
    return rest.partition(".")[0] if engine else ""


def test_the_engine_is_imported_one_way() -> None:
    engine = [module for module in MODULES if room_of(dotted_name(module))]
    assert {room_of(dotted_name(module)) for module in engine} == set(ROOM_OF)
    for module in engine:
        own = room_of(dotted_name(module))
        for room in filter(None, map(room_of, imports_of(module))):
            assert room == own or ROOM_OF[room] < ROOM_OF[own], f"{module}: imports {room}"


def test_the_checker_shares_no_code_with_the_engine() -> None:
    checker = [*(SOURCE / "entailment" / "checking").glob("*.py")]
    assert checker
    for module in checker:
        for dotted in imports_of(module):
            assert not dotted.startswith("jjjkg") or dotted.startswith(OF_THE_CHECKER), module
