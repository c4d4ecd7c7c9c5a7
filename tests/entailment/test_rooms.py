"""The rooms of the engine: who imports whom, and that its checker stands alone."""

from support.modules import MODULES, SOURCE, dotted_name, imports_of

#: The rooms of the engine, its modules and packages, in the same order.
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
#: What the checker of proofs may import of ours, which is types and names: it shares no code with
#: what makes proofs.
OF_THE_CHECKER = (
    "jjjkg.entailment.checking.",
    "jjjkg.entailment.proof",
    "jjjkg.rdf.namespaces",
    "jjjkg.rdf.terms",
)


def room_of(dotted: str) -> str:
    """The module or package of the engine that a dotted name is in; empty for what is not in it."""
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
