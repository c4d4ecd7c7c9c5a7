"""The data values of literals and the datatypes of OWL 2 RL, written anew for the checker.

https://www.w3.org/TR/owl2-profiles/#Entities_3
"""

import re
import struct
from base64 import b64decode
from calendar import monthrange
from collections.abc import Callable
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree

import pyoxigraph as ox

from jjjkg.rdf.namespaces import expand

#: A data value: the name of its value space, and a key that identifies it there. Spaces are
#: disjoint; 1 and 1.0 are both in the space of xsd:decimal, and neither is in xsd:double's.
Value = tuple[str, object]

_INTEGERS: Final = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}

_NAME_START: Final = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_REST: Final = _NAME_START + "\\-.0-9\xb7\u0300-\u036f\u203f\u2040"
#: The patterns of xsd:string and of the datatypes derived from it, by local name.
_STRINGS: Final = {
    "string": r"(?s:.*)",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "Name": f"[:{_NAME_START}][:{_NAME_REST}]*",
    "NCName": f"[{_NAME_START}][{_NAME_REST}]*",
    "NMTOKEN": f"[:{_NAME_REST}]+",
}

_DIGITS: Final = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT: Final = rf"[+-]?{_DIGITS}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_INSTANT: Final = (
    r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]|24(?=:00:00(?:\.0+)?(?:Z|[+-]|$))):([0-5][0-9]):([0-5][0-9](?:\.[0-9]+)?)"
)
_ZONE: Final = r"(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"


def value_of(literal: ox.Literal) -> Value | None:
    """Return the data value of a literal; None for an ill-typed one, which has none.

    Whitespace around the lexical form is not trimmed, as RDF asks. Values are compared by
    identity, as OWL 2 asks: NaN is identical to NaN, but 0 and -0 as xsd:double differ, and so do
    two equal instants in different time zones.

    Raises LookupError if the datatype is not one of OWL 2 RL.
    """
    if literal.direction is not None:
        raise LookupError(f"{literal}: a base direction is beyond OWL 2 RL")
    if literal.language is not None:
        return "text", (literal.value, literal.language.lower())
    name = _NAMES.get(literal.datatype.value)
    if name not in _WRITTEN:
        raise LookupError(f"{literal}: its datatype is not one of OWL 2 RL")
    pattern, read = _WRITTEN[name]
    match = re.fullmatch(pattern, literal.value)
    value = read(match) if match else None
    return value if value and _is_in(value, name) else None


def is_in(literal: ox.Literal, datatype: ox.NamedNode) -> bool:
    """Tell if the data value of a literal is in the value space of a datatype.

    An ill-typed literal is in none. A literal of any other datatype is in rdfs:Literal.

    Raises LookupError if this is undecided, since a datatype is not one of OWL 2 RL.
    """
    name = _NAMES.get(datatype.value)
    if name is None:
        raise LookupError(f"{datatype}: not one of the datatypes of OWL 2 RL")
    try:
        value = value_of(literal)
    except LookupError:
        if name == "rdfs:Literal":
            return True
        raise
    return value is not None and _is_in(value, name)


def are_same(one: ox.Literal, other: ox.Literal) -> bool:
    """Tell if two literals have the same data value; false if one is ill-typed.

    Raises LookupError if a datatype is not one of OWL 2 RL.
    """
    value = value_of(one)
    return value is not None and value == value_of(other)


def are_other(one: ox.Literal, other: ox.Literal) -> bool:
    """Tell if two literals have different data values; false if one is ill-typed.

    Raises LookupError if a datatype is not one of OWL 2 RL.
    """
    values = value_of(one), value_of(other)
    return None not in values and values[0] != values[1]


def _is_in(value: Value, name: str) -> bool:
    """Tell if a value is in the value space of the datatype with a prefixed name."""
    space, content = value
    if name == "rdfs:Literal":
        return True
    local = name.partition(":")[2]
    if local in _INTEGERS:
        low, high = _INTEGERS[local]
        return (
            isinstance(content, Decimal)
            and content == content.to_integral_value()
            and (low is None or content >= low)
            and (high is None or content <= high)
        )
    if local in _STRINGS:
        return (
            isinstance(content, tuple)
            and space == "text"
            and not content[1]
            and bool(re.fullmatch(_STRINGS[local], content[0]))
        )
    if local == "dateTimeStamp":
        return space == "dateTime" and isinstance(content, tuple) and content[-1] is not None
    return space == ("text" if local == "PlainLiteral" else local)


def _read_decimal(match: re.Match[str]) -> Value:
    return "decimal", Decimal(match[0])


def _read_string(match: re.Match[str]) -> Value:
    return "text", (match[0], "")


def _read_plain(match: re.Match[str]) -> Value:
    """Return the value of an rdf:PlainLiteral: text, "@", and a language tag or nothing."""
    return "text", (match[1], match[2].lower())


def _read_double(match: re.Match[str]) -> Value:
    return "double", struct.pack(">d", float(match[0]))


def _read_float(match: re.Match[str]) -> Value:
    try:
        return "float", struct.pack(">f", float(match[0]))
    except OverflowError:
        infinity = float("-inf") if match[0].startswith("-") else float("inf")
        return "float", struct.pack(">f", infinity)


def _read_instant(match: re.Match[str]) -> Value | None:
    """Return a point in time: year to second, and minutes ahead of UTC (None without a zone)."""
    year, second = Decimal(match[1]), Decimal(match[6])
    month, day, hour, minute = (int(match[group]) for group in range(2, 6))
    # The Gregorian calendar repeats every 400 years; Python's begins with the year 1.
    days = monthrange(int(match[1][-4:]) % 400 + 400, month)[1]
    if day > days:
        return None
    if hour == 24:
        hour, day = 0, day + 1
        if day > days:
            month, day = month + 1, 1
        if month > 12:
            year, month = year + 1, 1
    zone = match[7]
    if zone is None:
        ahead = None
    elif zone == "Z":
        ahead = 0
    else:
        ahead = int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[4:]))
    return "dateTime", (year, month, day, hour, minute, second, ahead)


def _read_xml(match: re.Match[str]) -> Value | None:
    """Return the content of an XML element in canonical form; None if it is not well-formed.

    https://www.w3.org/TR/xml-c14n2/
    """
    try:
        whole = ElementTree.canonicalize(f"<xml>{match[0]}</xml>", with_comments=True)
    except ElementTree.ParseError:
        return None
    return "XMLLiteral", whole


#: By datatype: the pattern of its lexical forms, and the function from a match to the value;
#: rdfs:Literal has no lexical forms.
_WRITTEN: Final[dict[str, tuple[str, Callable[[re.Match[str]], Value | None]]]] = {
    **{f"xsd:{name}": (r"[+-]?[0-9]+", _read_decimal) for name in _INTEGERS},
    **{f"xsd:{name}": (pattern, _read_string) for name, pattern in _STRINGS.items()},
    "xsd:decimal": (rf"[+-]?{_DIGITS}", _read_decimal),
    "xsd:double": (_FLOAT, _read_double),
    "xsd:float": (_FLOAT, _read_float),
    "xsd:boolean": (r"true|false|1|0", lambda match: ("boolean", match[0] in {"true", "1"})),
    "xsd:hexBinary": (
        r"(?:[0-9a-fA-F]{2})*",
        lambda match: ("hexBinary", bytes.fromhex(match[0])),
    ),
    "xsd:base64Binary": (
        r"(?:(?:[A-Za-z0-9+/] ?){4})*"
        r"(?:(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?(?<! )",
        lambda match: ("base64Binary", b64decode(match[0])),
    ),
    "xsd:anyURI": (r"(?s:.*)", lambda match: ("anyURI", match[0])),
    "xsd:dateTime": (f"{_INSTANT}{_ZONE}?", _read_instant),
    "xsd:dateTimeStamp": (f"{_INSTANT}{_ZONE}", _read_instant),
    "rdf:PlainLiteral": (
        r"((?s:.*))@((?:[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*)?)",
        _read_plain,
    ),
    "rdf:XMLLiteral": (r"(?s:.*)", _read_xml),
}
_NAMES: Final = {expand(name): name for name in (*_WRITTEN, "rdfs:Literal")}
