"""Numbers of any size and precision as strings that compare as the numbers do."""

from typing import Final

#: More digits than a number can have here.
_MOST_DIGITS: Final = 10**10
#: The places of most numbers, written already.
_PLACES: Final = {place: f"4{_MOST_DIGITS + place:011d}" for place in range(-20, 20)}
_COMPLEMENT: Final = str.maketrans("0123456789", "9876543210")


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
