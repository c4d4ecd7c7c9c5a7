"""Names of the segments of a newspaper: "paragraph 19, sentence 1" for P19.S1."""

import re
from typing import Final

from jjjkg.messages import say

#: The notation of a segment, such as P19.S1 or HEAD.L3.
_NOTATION: Final = re.compile(r"(?P<place>P|HEAD|CAP|SUB|FOOT)(?P<outer>\d*)\.[SL](?P<inner>\d+)")


def name_segment(notation: str, language: str) -> str:
    """Return the words for a segment's notation in a language; "" for any other notation."""
    match = _NOTATION.fullmatch(notation)
    return say(f"pages.segment.{match['place']}", language, **match.groupdict()) if match else ""
