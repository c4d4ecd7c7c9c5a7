"""The drawing of the code in docs/architecture.md, made from its imports.

Run it to draw the code anew: `PYTHONPATH=tests python -m support.drawing`.
"""

import re
from graphlib import TopologicalSorter
from typing import Final

from support import ROOT
from support.modules import MODULES, dotted_name, imports_of

PAGE: Final = ROOT / "docs" / "architecture.md"
BLOCK: Final = re.compile(r"(?<=```mermaid\n)flowchart.*?(?=```)", re.DOTALL)
#: Nearly everything imports these: their arrows would hide the others.
GROUND: Final = {"messages", "errors", "system", "rdf"}

Imports = dict[str, set[str]]


def room_of(dotted: str) -> str:
    """The package or module of jjjkg that a dotted name is in; empty for what is not ours."""
    top, _, rest = dotted.partition(".")
    return rest.partition(".")[0] if top == "jjjkg" else ""


def find_imports() -> Imports:
    """The rooms, and for each the rooms that it imports."""
    rooms: Imports = {}
    for module in MODULES:
        if own := room_of(dotted_name(module)):
            named = {room_of(name) for name in imports_of(module)}
            rooms.setdefault(own, set()).update(named - {own, ""})
    return rooms


def reduce(rooms: Imports) -> Imports:
    """The imports without those that others imply (transitive reduction)."""
    reached: Imports = {}
    for room in TopologicalSorter(rooms).static_order():
        reached[room] = set().union(*({other} | reached[other] for other in rooms.get(room, ())))
    return {
        room: {n for n in named if not any(n in reached[other] for other in named - {n})}
        for room, named in rooms.items()
    }


def draw() -> str:
    """The drawing as a flowchart for Mermaid: an arrow leads from a room to one that imports it."""
    rooms = {room: named - GROUND for room, named in find_imports().items() if room not in GROUND}
    lines = ["flowchart LR"]
    for room, named in sorted(reduce(rooms).items()):
        lines += [f"    {other} --> {room}" for other in sorted(named)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the drawing into the page."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(BLOCK.sub(lambda _: draw(), text), encoding="utf-8")


if __name__ == "__main__":
    main()
