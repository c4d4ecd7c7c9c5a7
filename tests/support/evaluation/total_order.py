"""The order of terms, written down once more: by values of Python's own, and not by strings."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cmp_to_key
from typing import Any

import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
INTEGERS = (
    "integer long int short byte nonNegativeInteger positiveInteger unsignedLong unsignedInt "
    "unsignedShort unsignedByte nonPositiveInteger negativeInteger"
).split()
DIGITS = r"[+-]?(\d+(\.\d*)?|\.\d+)"
ZONE = r"(Z|[+-]\d\d:\d\d)?"
#: Each kind of date: its line, its place among what begins together, its form, and its beginning.
MODELS = {
    "gYear": (3, 0, r"\d{4}", "{}-01-01"),
    "gYearMonth": (3, 1, r"\d{4}-\d\d", "{}-01"),
    "date": (3, 2, r"\d{4}-\d\d-\d\d", "{}"),
    "dateTime": (3, 3, r"\d{4}-\d\d-\d\dT[^Z+-]+", "{}"),
    "time": (4, 0, r"[^Z+-]+", "1972-12-31T{}"),
    "gMonth": (5, 0, r"--\d\d", "1972-{}-01"),
    "gMonthDay": (5, 1, r"--\d\d-\d\d", "1972-{}"),
    "gDay": (5, 2, r"---\d\d", "1972-01-{}"),
}
#: XML Schema compares durations from these four moments.
MOMENTS = [datetime(1696, 9, 1), datetime(1697, 2, 1), datetime(1903, 3, 1), datetime(1903, 7, 1)]


def rank(term: Any) -> tuple[Any, ...]:
    """A tuple that compares as the term is to; equal for equal values."""
    if term is None:
        return (0,)
    if isinstance(term, ox.BlankNode):
        return (1, term.value)
    if isinstance(term, ox.NamedNode):
        return (2, term.value)
    if isinstance(term, ox.Triple):
        return (4, tuple(rank(part) for part in (term.subject, term.predicate, term.object)))
    name = term.datatype.value.removeprefix(XSD)
    value = value_of(name, term.value)
    if value is not None:
        return (3, *value)
    if term.language:
        return (3, 7, term.value, 1, term.language, str(term.direction or ""))
    if name == "string":
        return (3, 7, term.value, 0)
    return (3, 8, term.datatype.value, term.value)


def value_of(name: str, text: str) -> tuple[Any, ...] | None:
    if name in INTEGERS:
        return (1, 2, Fraction(Decimal(text))) if re.fullmatch(r"[+-]?\d+", text, re.A) else None
    if name == "decimal":
        return (1, 2, Fraction(Decimal(text))) if re.fullmatch(DIGITS, text, re.A) else None
    if name in ("double", "float"):
        return number_of(name, text)
    if name == "boolean":
        return (2, text in ("true", "1")) if text in ("true", "false", "1", "0") else None
    if name in MODELS:
        line, kind, form, whole = MODELS[name]
        found = re.fullmatch(f"({form}){ZONE}", text, re.A)
        start = found and moment_of(whole.format(found[1].lstrip("-")) + (found[2] or ""))
        if start is None:
            return None
        # Moments of all kinds are on one line; of the others, each kind has its own.
        return (3, start[0], kind, start[1]) if line == 3 else (line, kind, *start)
    if name in ("duration", "dayTimeDuration", "yearMonthDuration"):
        return duration_of(text)
    return None


def number_of(name: str, text: str) -> tuple[Any, ...] | None:
    if text == "NaN":
        return (1, 0)
    if text in ("INF", "+INF", "-INF"):
        return (1, 1) if text == "-INF" else (1, 3)
    if not re.fullmatch(DIGITS + r"([eE][+-]?\d+)?", text, re.A):
        return None
    number = float(text)
    if name == "float":
        # The nearest of the numbers with 24 binary digits: far from the ends of their range.
        scale = 2.0 ** (23 - int(f"{number.hex().partition('p')[2]}"))
        number = round(number * scale) / scale
    return (1, 2, Fraction(number))


def moment_of(text: str) -> tuple[datetime, bool] | None:
    """A moment in UTC, and whether its zone is given. Years have four digits here."""
    found = re.fullmatch(
        rf"(\d{{4}}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d{{1,6}})?)?{ZONE}", text, re.A
    )
    if found is None:
        return None
    zone = found[3] or "Z"
    try:
        start = datetime.fromisoformat(f"{found[1]}{found[2] or 'T00:00:00'}+00:00")
    except ValueError:
        return None
    if zone != "Z":
        shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
        start -= shift if zone[0] == "+" else -shift
    return start, bool(found[3])


def duration_of(text: str) -> tuple[Any, ...] | None:
    found = re.fullmatch(
        r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?"
        r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,6})?)S)?)?",
        text,
    )
    if found is None or not any(found.groups()[1:]):
        return None
    sign = -1 if found[1] else 1
    years, months, days, hours, minutes = (sign * int(part or 0) for part in found.groups()[1:6])
    months += 12 * years
    rest = timedelta(days=days, hours=hours, minutes=minutes)
    rest += sign * timedelta(microseconds=int(Fraction(found[7] or 0) * 1_000_000))
    total = timedelta()
    for moment in MOMENTS:
        years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
        total += moment.replace(year=years, month=month + 1) + rest - moment
    return (6, total, months)


def compare(left: Any, right: Any) -> int:
    ours, theirs = rank(left), rank(right)
    return (ours > theirs) - (ours < theirs)


by_rank = cmp_to_key(compare)
