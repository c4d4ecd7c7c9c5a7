"""The data values of literals of OWL 2 RL's datatypes, told apart by identity.

https://www.w3.org/TR/owl2-profiles/#Entities_3 lists the datatypes; their lexical and value
spaces are those of https://www.w3.org/TR/xmlschema11-2/.
"""

import re
import struct
from calendar import monthrange
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from functools import partial
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import expand

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_FLOAT: Final = re.compile(rf"{_DECIMAL.pattern}([eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DATE_TIME: Final = re.compile(
    r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-([0-9]{2})-([0-9]{2})"
    r"T([0-9]{2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]+)?)(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_B64: Final = "[A-Za-z0-9+/] ?"
_BASE64: Final = re.compile(
    rf"(({_B64}){{4}})*(({_B64}){{3}}[A-Za-z0-9+/]|({_B64}){{2}}[AEIMQUYcgkosw048] ?=|"
    rf"{_B64}[AQgw] ?= ?=)|"
)
_HEX: Final = re.compile(r"([0-9a-fA-F]{2})*")
_TAG: Final = r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"
# Characters at the start and in the rest of a name: https://www.w3.org/TR/xml/#NT-Name
_BEGIN: Final = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_GO_ON: Final = _BEGIN + "\\-.0-9\xb7\u0300-\u036f\u203f-\u2040"

#: The integer datatypes by local name: least and greatest value, both included.
_BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "integer": (-float("inf"), float("inf")),
    "nonNegativeInteger": (0, float("inf")),
    "nonPositiveInteger": (-float("inf"), 0),
    "positiveInteger": (1, float("inf")),
    "negativeInteger": (-float("inf"), -1),
    **{
        name: (-(2 ** (b - 1)), 2 ** (b - 1) - 1)
        for name, b in {"long": 64, "int": 32, "short": 16, "byte": 8}.items()
    },
    **{
        name: (0, 2**b - 1)
        for name, b in {
            "unsignedLong": 64,
            "unsignedInt": 32,
            "unsignedShort": 16,
            "unsignedByte": 8,
        }.items()
    },
}
#: The string datatypes by local name: the pattern of their values.
_STRINGS: Final = {
    "string": re.compile(r".*", re.DOTALL),
    "normalizedString": re.compile(r"[^\t\n\r]*"),
    "token": re.compile(r"([^\t\n\r ]+( [^\t\n\r ]+)*)?"),
    "language": re.compile(_TAG),
    "Name": re.compile(f"[:{_BEGIN}][:{_GO_ON}]*"),
    "NCName": re.compile(f"[{_BEGIN}][{_GO_ON}]*"),
    "NMTOKEN": re.compile(f"[:{_GO_ON}]+"),
}

_STRING: Final = expand("xsd:string")

#: A data value: the name of its primitive type, and a key that identifies it there.
Value = tuple[str, Hashable]


def _of_decimal(lexical: str) -> Value | None:
    return ("decimal", Decimal(lexical)) if _DECIMAL.fullmatch(lexical) else None


def _of_integer(name: str, lexical: str) -> Value | None:
    low, high = _BOUNDS[name]
    if not _INTEGER.fullmatch(lexical) or not low <= Decimal(lexical) <= high:
        return None
    return "decimal", Decimal(lexical)


def _of_float(name: str, lexical: str) -> Value | None:
    if not _FLOAT.fullmatch(lexical):
        return None
    number = float(lexical.replace("INF", "inf"))
    if name == "double":
        return name, struct.pack("d", number)
    try:
        return name, struct.pack("f", number)
    except OverflowError:
        return name, struct.pack("f", float("inf") if number > 0 else -float("inf"))


def _of_boolean(lexical: str) -> Value | None:
    known = {"true": True, "1": True, "false": False, "0": False}
    return ("boolean", known[lexical]) if lexical in known else None


def _of_date_time(lexical: str, zoned: bool) -> Value | None:
    found = _DATE_TIME.fullmatch(lexical)
    if not found:
        return None
    # Decimal first, since int() refuses text of more than 4,300 digits.
    year, month, day, hour, minute = (int(Decimal(found[i])) for i in range(1, 6))
    second, zone = Decimal(found[6]), found[7]
    offset = 0
    if zone and zone != "Z":
        offset = (int(zone[1:3]) * 60 + int(zone[4:])) * (-1 if zone[0] == "-" else 1)
        if abs(offset) > 14 * 60 or int(zone[4:]) > 59:
            return None
    # The calendar repeats every 400 years; monthrange knows only the years 1 to 9999.
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000 + year % 400, month)[1]:
        return None
    midnight = hour == 24 and minute == second == 0
    if (hour > 23 and not midnight) or minute > 59 or second >= 60 or (zoned and not zone):
        return None
    days = _days_before(year, month) + day + midnight
    # One instant in two zones is equal but not identical, so the offset is part of the value.
    return "dateTime", (days, hour % 24, minute, second, offset if zone else None)


def _days_before(year: int, month: int) -> int:
    whole = (year - 1) * 365 + (year - 1) // 4 - (year - 1) // 100 + (year - 1) // 400
    return whole + sum(monthrange(2000 + year % 400, m)[1] for m in range(1, month))


def _of_plain(lexical: str) -> Value | None:
    text, at, language = lexical.rpartition("@")
    if not at or (language and not re.fullmatch(_TAG, language)):
        return None
    return ("text", (text, language.lower())) if language else ("string", text)


def _of_xml(lexical: str) -> Value | None:
    from xml.etree.ElementTree import ParseError, canonicalize

    try:
        return "XMLLiteral", canonicalize(f"<_>{lexical}</_>")
    except ParseError:
        return None


def _of_base64(lexical: str) -> Value | None:
    return ("base64Binary", lexical.replace(" ", "")) if _BASE64.fullmatch(lexical) else None


def _of_string(name: str, lexical: str) -> Value | None:
    return ("string", lexical) if _STRINGS[name].fullmatch(lexical) else None


def _readers() -> dict[str, Callable[[str], Value | None]]:
    readers: dict[str, Callable[[str], Value | None]] = {
        "xsd:decimal": _of_decimal,
        "xsd:boolean": _of_boolean,
        "xsd:dateTime": lambda lexical: _of_date_time(lexical, zoned=False),
        "xsd:dateTimeStamp": lambda lexical: _of_date_time(lexical, zoned=True),
        "xsd:hexBinary": lambda s: ("hexBinary", s.upper()) if _HEX.fullmatch(s) else None,
        "xsd:base64Binary": _of_base64,
        "xsd:anyURI": lambda lexical: ("anyURI", lexical),
        "rdf:XMLLiteral": _of_xml,
        "rdf:PlainLiteral": _of_plain,
    }
    readers |= {f"xsd:{name}": partial(_of_integer, name) for name in _BOUNDS}
    readers |= {f"xsd:{name}": partial(_of_float, name) for name in ("float", "double")}
    readers |= {f"xsd:{name}": partial(_of_string, name) for name in _STRINGS}
    return {expand(name): reader for name, reader in readers.items()}


_READERS: Final = _readers()


def value_of(literal: ox.Literal) -> Value | None:
    """Return a literal's data value; None if it is ill-typed or its datatype is unknown."""
    datatype = literal.datatype.value
    if datatype == _STRING:
        return "string", literal.value
    if literal.language:
        return "text", (literal.value, literal.language.lower())
    reader = _READERS.get(datatype)
    return reader(literal.value) if reader else None


def is_ill_typed(literal: ox.Literal) -> bool:
    """Tell if a literal's datatype is known and its lexical form is not in the lexical space."""
    return literal.datatype.value in _READERS and value_of(literal) is None


def _value_spaces() -> dict[str, Callable[[Value], bool]]:
    def of_integer(value: Value, low: float, high: float) -> bool:
        what = value[1]
        return (
            isinstance(what, Decimal) and what == what.to_integral_value() and low <= what <= high
        )

    def of_string(value: Value, shape: re.Pattern[str]) -> bool:
        return value[0] == "string" and bool(shape.fullmatch(str(value[1])))

    spaces: dict[str, Callable[[Value], bool]] = {
        "rdfs:Literal": lambda _: True,
        "rdf:PlainLiteral": lambda value: value[0] in ("string", "text"),
        "rdf:XMLLiteral": lambda value: value[0] == "XMLLiteral",
        "xsd:dateTimeStamp": lambda v: v[0] == "dateTime" and tuple(v[1])[-1] is not None,  # type: ignore[arg-type]
    }
    primitive = "decimal float double boolean hexBinary base64Binary anyURI dateTime".split()
    spaces |= {f"xsd:{name}": partial(_is_of, name) for name in ("string", *primitive)}
    spaces |= {f"xsd:{n}": partial(of_integer, low=a, high=b) for n, (a, b) in _BOUNDS.items()}
    derived = {name: shape for name, shape in _STRINGS.items() if name != "string"}
    spaces |= {f"xsd:{name}": partial(of_string, shape=shape) for name, shape in derived.items()}
    return {expand(name): space for name, space in spaces.items()}


def _is_of(primitive: str, value: Value) -> bool:
    return value[0] == primitive


#: The datatypes of OWL 2 RL by IRI, each with the test for membership in its value space.
DATATYPES: Final[Mapping[str, Callable[[Value], bool]]] = _value_spaces()
#: The IRIs of those whose value spaces have strings, or texts in a language.
TEXTUAL: Final = frozenset(
    expand(name) for name in ("rdfs:Literal", "rdf:PlainLiteral", *(f"xsd:{n}" for n in _STRINGS))
)
