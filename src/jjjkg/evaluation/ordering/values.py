"""Numbers, dates, times and durations as strings that compare as their values do.

Numbers may have any size and precision, dates and times compare as on the line of time:
https://www.w3.org/TR/xmlschema11-2/#dateTime and https://www.w3.org/TR/xmlschema11-2/#duration.
What has no time zone is taken to be in UTC, and comes before what is.
"""

import re
from typing import Final

#: More digits than a number can have here.
_MOST_DIGITS: Final = 10**10
#: The places of most numbers, written already.
_PLACES: Final = {place: f"4{_MOST_DIGITS + place:011d}" for place in range(-20, 20)}
_COMPLEMENT: Final = str.maketrans("0123456789", "9876543210")

#: Years have up to 18 digits, and so have the numbers in durations; larger ones are not read.
_YEAR: Final = r"(?P<year>-?(?:[1-9][0-9]{3,17}|0[0-9]{3}))"
_MONTH: Final = r"(?P<month>0[1-9]|1[0-2])"
_DAY: Final = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = (
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])"
    r"(?:\.(?P<fraction>[0-9]+))?|(?P<midnight>24:00:00(?:\.0+)?))"
)
_ZONE: Final = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
#: The form of each datatype, and what its strings have before and after the moment: of what begins
#: together, the longer comes first.
_DATES: Final = {
    name: (re.compile(form), before, after)
    for name, form, before, after in (
        ("gYear", f"{_YEAR}{_ZONE}?", "", "0"),
        ("gYearMonth", f"{_YEAR}-{_MONTH}{_ZONE}?", "", "1"),
        ("date", f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?", "", "2"),
        ("dateTime", f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}?", "", "3"),
        ("dateTimeStamp", f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}", "", "3"),
        ("time", f"{_CLOCK}{_ZONE}?", "", ""),
        ("gMonth", f"--{_MONTH}{_ZONE}?", "0", ""),
        ("gMonthDay", f"--{_MONTH}-{_DAY}{_ZONE}?", "1", ""),
        ("gDay", f"---{_DAY}{_ZONE}?", "2", ""),
    )
}
#: The year of what has none: a leap year.
_LEAP_YEAR: Final = 1972
_DAY_LENGTH: Final = 86_400
#: More seconds than lie between now and any year that is read.
_MOST_SECONDS: Final = 10**27

_N: Final = r"[0-9]{1,18}"
_DURATION: Final = re.compile(
    rf"(?P<minus>-)?P(?=[0-9T])(?:(?P<years>{_N})Y)?(?:(?P<months>{_N})M)?(?:(?P<days>{_N})D)?"
    rf"(?:T(?=[0-9])(?:(?P<hours>{_N})H)?(?:(?P<minutes>{_N})M)?"
    rf"(?:(?P<seconds>{_N})(?:\.(?P<fraction>[0-9]{{1,1000}}))?S)?)?"
)
_MONTHS_ONLY: Final = re.compile(r"-?P[0-9YM]+")
_NO_MONTHS: Final = re.compile(r"-?P[0-9D]*(?:T.*)?")
#: The months from which durations are compared, as years and months.
#: https://www.w3.org/TR/xmlschema11-2/#duration-order (in the note on partial order)
_REFERENCES: Final = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))


def rank_number(negative: bool, whole: str, fraction: str) -> str:
    """Return the string of a number, given the digits before and after its decimal point.

    The place of the first digit decides, then the digits; those of negative numbers are turned
    round. The strings begin with "2", "3" or "4": what is below all numbers may begin with less.
    """
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "3"
    place = len(digits) - len(fraction)
    digits = digits.rstrip("0")
    if negative:
        return f"2{_MOST_DIGITS - place:011d}{digits.translate(_COMPLEMENT)}~"
    return (_PLACES.get(place) or f"4{_MOST_DIGITS + place:011d}") + digits


def rank_date(datatype: str, value: str) -> str | None:
    """Return the string of a date, a time of day or a part of either; None where it is ill-typed.

    `datatype` is a local name, such as gYear. They compare by the moment at which they begin.
    """
    form, before, after = _DATES[datatype]
    match = form.fullmatch(value)
    moment = match and _rank_instant(match)
    return moment and f"{before}{moment} {after}{'Z' if match and match['zone'] else ''}"


def rank_duration(datatype: str, value: str) -> str | None:
    """Return the string of a duration; None where it is ill-typed.

    It is the sum of what the duration adds to each of the four moments of XML Schema: if one
    duration is the longer from all of them, so is its sum.
    """
    match = _DURATION.fullmatch(value)
    only = {"yearMonthDuration": _MONTHS_ONLY, "dayTimeDuration": _NO_MONTHS}.get(datatype)
    if match is None or (only and not only.fullmatch(value)):
        return None
    number = {name: int(part) for name, part in match.groupdict("0").items() if name != "minus"}
    sign = -1 if match["minus"] else 1
    months = sign * (number["years"] * 12 + number["months"])
    digits = match["fraction"] or ""
    seconds = number["days"] * _DAY_LENGTH + number["hours"] * 3600
    seconds += number["minutes"] * 60 + number["seconds"]
    scale = 10 ** len(digits)
    added = 4 * sign * (seconds * scale + number["fraction"])
    for year, month in _REFERENCES:
        days = _count_days(year, month + months, 1) - _count_days(year, month, 1)
        added += days * _DAY_LENGTH * scale
    total = str(abs(added)).zfill(len(digits) + 1)
    end = len(total) - len(digits)
    rank = rank_number(added < 0, total[:end], total[end:])
    return f"{rank} {rank_number(months < 0, str(abs(months)), '')}"


def _rank_instant(match: re.Match[str]) -> str | None:
    """Return the string of the moment at which something begins; None for an impossible day."""
    given = match.groupdict()
    year = int(given.get("year") or _LEAP_YEAR)
    month, day = int(given.get("month") or 1), int(given.get("day") or 1)
    if day > 28 and day > _count_days(year, month + 1, 1) - _count_days(year, month, 1):
        return None
    seconds = _count_days(year, month, day) * _DAY_LENGTH
    if given.get("hour"):
        seconds += int(given["hour"]) * 3600 + int(given["minute"]) * 60 + int(given["second"])
    elif given.get("midnight") and "year" in given:
        seconds += _DAY_LENGTH  # as a time of day, it is the first moment
    zone = given["zone"] or "Z"
    if zone != "Z":
        offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    fraction = (given.get("fraction") or "").rstrip("0")
    return f"{seconds + _MOST_SECONDS:028d}{fraction}"


def _count_days(year: int, month: int, day: int) -> int:
    """Return the days from 0000-03-01 to a date of the proleptic Gregorian calendar.

    A month may be any number: those past December are of the years that follow.
    """
    years, month = divmod(month - 3, 12)
    year += years
    leaps = year // 4 - year // 100 + year // 400
    return 365 * year + leaps + (153 * month + 2) // 5 + day - 1
