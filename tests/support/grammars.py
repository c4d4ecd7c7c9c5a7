"""Random texts of a grammar, and random changes to texts: what a fuzzer feeds the gate with."""

import random
from collections.abc import Mapping, Sequence
from typing import Final

from jjjkg.evaluation.sparql.grammar import Grammar, Node
from jjjkg.evaluation.sparql.lexer import QueryTooDeep, tokenize

#: What stands between two terminals; nothing most of the time where an engine needs nothing.
GAPS: Final = (
    *("", "", "", " ", " ", " ", "\n", "\t", "\r", "\r\n"),
    *("#\n", "# }\n", '#"""\n', "#'\r", "# SERVICE <a:b> {}\n", "#<\n", "#>\n", "# \\u000A\n"),
)
#: What a change puts into a text.
DICTIONARY: Final = (
    *("SERVICE", "service", "SERVICE SILENT", "SERVICE{target}{}", " SERVICE {target} {} "),
    *('"', "'", '"""', "'''", '\\"', "\\", "#", "<", ">", "<=", "<<", ">>", "<<(", ")>>", "{|"),
    *("(", ")", "{", "}", "[", "]", "|", "|}", "~", "^^", "@en", "?x", "?x<?y#>", "<?b#>", "a:b#"),
    *("\n", "\r", "\t", " ", "\ufeff", "\u00a0", "\u2028", "\x00", "\x0b", "\x0c"),
    *("é", "京", "ſ", "\u212a", "#>", "#\n", "# ", "1.", ".5", "-1"),
    *("\\u0053", "\\u0022", "\\u003C", "\\u000A", "\\U00000023"),
    *("INSERT DATA {}", "DROP ALL", ";", ".", "FILTER", "VALUES", "SELECT", "ASK", "TRUE", "AS"),
)


class Sentences:
    """Makes random sentences of a grammar, whose terminals are spelt as `spellings` has them."""

    def __init__(
        self, grammar: Grammar, spellings: Mapping[str, Sequence[str]], chance: random.Random
    ) -> None:
        self._grammar, self._spellings, self._chance = grammar, spellings, chance

    def make(self, rule: str, size: int = 60) -> str:
        """A sentence that a rule derives, of about so many terminals at most."""
        pieces: list[str] = []
        stack = [Node("one", rule)]
        while stack:
            node = stack.pop()
            match node.kind:
                case "one" if node.symbol in self._grammar.rules:
                    stack.append(self._grammar.rules[node.symbol])
                case "one":
                    pieces += [self._spell(node.symbol), self._gap(pieces)]
                case "seq":
                    stack.extend(reversed(node.parts))
                case "alt":
                    stack.append(self._choose(node.parts, len(pieces) > size))
                case "?" if self._chance.random() < self._wish(len(pieces), size):
                    stack.extend(node.parts)
                case "*" | "+":
                    least = node.kind == "+"
                    times = 1 if self._chance.random() < self._wish(len(pieces), size) else 0
                    again = self._chance.random() < 0.3 and len(pieces) < size
                    stack.extend(node.parts * max(least, times + (times and again)))
        return "".join(pieces)

    def _wish(self, length: int, size: int) -> float:
        return 0.45 if length < size else 0.0

    def _choose(self, parts: Sequence[Node], shortest: bool) -> Node:
        """One of some alternatives; the one that begins with a terminal, where it must be short."""
        if shortest:
            plain = [part for part in parts if part.kind == "one"]
            plain = [part for part in plain if part.symbol not in self._grammar.rules] or plain
            return self._chance.choice(plain or parts)
        return self._chance.choice(parts)

    def _spell(self, symbol: str) -> str:
        if spellings := self._spellings.get(symbol):
            return self._chance.choice(spellings)
        if symbol.isalpha() and self._chance.random() < 0.2:
            return self._chance.choice((symbol.lower(), symbol.title()))
        return symbol

    def _gap(self, pieces: Sequence[str]) -> str:
        """Mostly a blank, since without one keywords run together."""
        return " " if self._chance.random() < 0.7 else self._chance.choice(GAPS)


def change(text: str, target: str, chance: random.Random) -> str:
    """A text with one or a few random changes, some to its terminals and some to its characters."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        text = chance.choice((_put, _put, _drop, _copy, _escape, _case, _glue))(
            text, target, chance
        )
    return text


def _pieces(text: str) -> list[tuple[int, int]]:
    try:
        tokens = tokenize(text)
    except QueryTooDeep:
        return []
    return [(token.start, token.start + len(token.text)) for token in tokens]


def _place(text: str, chance: random.Random) -> int:
    """An offset: between two terminals, or anywhere."""
    pieces = _pieces(text)
    if pieces and chance.random() < 0.7:
        return chance.choice(chance.choice(pieces))
    return chance.randint(0, len(text))


def _put(text: str, target: str, chance: random.Random) -> str:
    place = _place(text, chance)
    word = chance.choice(DICTIONARY).replace("{target}", target)
    return text[:place] + word + text[place:]


def _drop(text: str, _: str, chance: random.Random) -> str:
    start, end = chance.choice(_pieces(text) or [(0, 1)])
    return text[:start] + text[end:]


def _copy(text: str, _: str, chance: random.Random) -> str:
    start, end = chance.choice(_pieces(text) or [(0, 1)])
    place = _place(text, chance)
    return text[:place] + text[start:end] + text[place:]


def _escape(text: str, _: str, chance: random.Random) -> str:
    place = min(_place(text, chance), len(text) - 1)
    if place < 0 or ord(text[place]) > 0xFFFF:
        return text
    return f"{text[:place]}\\u{ord(text[place]):04X}{text[place + 1 :]}"


def _case(text: str, _: str, chance: random.Random) -> str:
    start, end = chance.choice(_pieces(text) or [(0, 1)])
    return text[:start] + text[start:end].swapcase() + text[end:]


def _glue(text: str, _: str, chance: random.Random) -> str:
    """Take the blank away before a terminal."""
    start, _end = chance.choice(_pieces(text) or [(0, 1)])
    return text[:start].rstrip(" \n\t\r") + text[start:]
