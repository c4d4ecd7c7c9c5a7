"""Entities of XML: how long a file gets once each of its references is replaced.

Entities made of others grow without bound in a few lines, and a parser that replaces them fills
any memory. Their lengths can be told without replacing one.
https://www.w3.org/TR/xml/#sec-internal-ent
"""

import re
from typing import Final

_DECLARED: Final = re.compile(rb"<!ENTITY\s+(?:%\s*)?([^\s\"'>]+)\s+(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE: Final = re.compile(rb"&([^;&<\s]{1,1000});")


def measure_expansion(text: bytes) -> int:
    """The bytes of a document whose references to the entities that it declares are replaced.

    An entity that is declared twice counts as the longer one, and one that refers to what is not
    declared before it as short as it stands: it is none.
    """
    lengths: dict[bytes, int] = {}

    def measure(part: bytes) -> int:
        added = sum(
            lengths[found[1]] - len(found[0])
            for found in _REFERENCE.finditer(part)
            if found[1] in lengths
        )
        return len(part) + added

    declared = 0
    for found in _DECLARED.finditer(text):
        length = measure(found[2] if found[2] is not None else found[3])
        lengths[found[1]] = max(length, lengths.get(found[1], 0))
        declared += length
    return max(measure(text), declared) if lengths else len(text)
