"""Where the values of a test stand that a note names: right behind it, and what came then."""

import re

from ...quantities import POINT, FoundQuantity, NumberFormat, find_quantities
from ...quantities.quantity_model import GRADE, NUMBER, PAIR, RANGE, RATIO

LONGEST = 80  # characters between a test and its value, and of a value
MOST = 4  # values of one test: "1.2 -> 1.5 -> 1.9"
# Units that a result has, beside those with a slash; a dose has others.
UNITS = frozenset(
    ("%", "mm[Hg]", "kPa", "Cel", "[degF]", "kg", "[lb_av]", "cm", "[in_i]", "fL", "pg", "s")
)
_YEARS = range(1900, 2101)
_MOVES = r"rose|risen|fell|increased|decreased|dropped|improved|went|trended|from|up|down"
_SAID = (
    r"levels?|values?|results?|readings?|counts?|is|are|was|were|of|at|to|be|been|has|had|found|"
    r"noted|measured|now|today|still|again|remains?|remained|stable|elevated|low|high|back|came|"
    r"returned|currently|initially|about|around|approximately|only|repeat"
)
_BEFORE = re.compile(
    rf"(?:[ \t]?\([A-Za-z0-9+]{{1,8}}\))?"
    rf"(?:[ \t]*(?:[:=]|--?(?=[ \t])|\b(?:{_SAID}|{_MOVES})\b)){{0,6}}[ \t]*",
    re.IGNORECASE,
)
_MOVED = re.compile(rf"\b(?:{_MOVES})\b", re.IGNORECASE)
_AGO = (
    r"(?:\d{1,3}|an?|one|two|three|four|five|six|few|several)[ \t]+"
    r"(?:hour|day|week|month|year)s?[ \t]+"
)
_WHEN = (
    r"(?:on|at)[ \t]+(?:arrival|admission|presentation|baseline)|yesterday|today|"
    r"last[ \t]+(?:night|week|month|year)|in[ \t]+(?:january|february|march|april|may|june|july|"
    r"august|september|october|november|december)|this[ \t]+morning|"
    rf"{_AGO}(?:ago|before|earlier|prior)"
)
# What was before: "4.1, previously 5.2", "9.8 (11.2 last week)", "2.1, up from 1.4".
_FORMER = (
    r"(?:(?:it|which)[ \t]+)?(?:was|previous(?:ly)?|prior|formerly|earlier|last|baseline|"
    r"(?:(?:up|down|risen|improved|increased|decreased|worse|better|fallen|dropped)[ \t]+)?from|"
    r"(?:as[ \t]+)?compared[ \t]+(?:to|with)|vs\.?|versus)"
    r"(?:[ \t]+(?:(?:value|level|reading|baseline|was|of|at|an?|previous|previously|prior|last)\b|"
    r"on[ \t]+admission))*(?:[ \t]*[:=])?"
)
# A number, not a date or a share of one: "from 5/12".
_NUMBER = r"(?=[<>]?\d+(?:[.,]\d+)?(?![\d.,]*[/:-]\d)|\d{3}/\d{2,3}(?![\d/]))"
_THEN = re.compile(
    rf"(?:[ \t]+(?:{_WHEN}))?(?:"
    r"(?:[ \t]*(?:-{1,2}>|=>|\u2192)|[ \t]*,?[ \t]*(?:and[ \t]+)?(?:then|now|later|today)"
    r"(?:[ \t]+(?:is|was|at|to|(?:down|up)[ \t]+to))?|[ \t]*,?[ \t]*(?:down|up)[ \t]+to|[ \t]+to)"
    r"[ \t]*(?=[<>\d])"
    rf"|[ \t]*[,;(]?[ \t]*{_FORMER}[ \t]*{_NUMBER}"
    rf"|[ \t]*\({_NUMBER}(?=[^()\n]{{1,20}}?\b(?:{_WHEN}|previous(?:ly)?|prior|earlier)[ \t]*\)))",
    re.IGNORECASE,
)
# What may stand behind a number without a unit: no word of which it would be the number.
_BEHIND = re.compile(
    r"""[ \t]*(?:\Z|[^\w \t/%'"\u2032\u2019-]|-{1,2}>|[A-Z]|(?:and|on|with|today|this|from|at|in|"""
    r"which|but|yesterday|now|after|before|by|to|then|high|low|normal|stable|up|down|again|last|"
    r"prior|previous(?:ly)?|earlier|compared|vs|versus|overnight|consistent|as|is|was|h|l|"
    rf"{_AGO}ago)\b)"
)
_PARTS = re.compile(r"\d+(?:\.\d+)?")


def find_values(
    text: str, start: int, number_format: NumberFormat = POINT
) -> list[tuple[int, int]]:
    """Find the values of a test.

    text (str): The note.
    start (int): Where the test's name ends.
    number_format (NumberFormat): How numbers are written.
    RETURNS (list[tuple[int, int]]): Their characters, in the order of the text.
    """
    near = text[start : start + LONGEST].partition("\n")[0]
    before = _BEFORE.match(near)
    assert before is not None
    place, moved = start + before.end(), bool(_MOVED.search(before[0]))
    found: list[tuple[int, int]] = []
    while len(found) < MOST:
        values = _read(text[place : place + LONGEST].partition("\n")[0], number_format, moved)
        if not values:
            break
        found += [(place + begin, place + end) for begin, end in values]
        then = _THEN.match(text, found[-1][1], min(len(text), found[-1][1] + LONGEST))
        if then is None:
            break
        place, moved = then.end(), False
    return found[:MOST]


def _read(near: str, number_format: NumberFormat, moved: bool) -> list[tuple[int, int]]:
    """The value that a text begins with; both ends of "1.2 to 1.9" where something rose."""
    quantities = find_quantities(near, number_format, bare=True)
    if not quantities or quantities[0].start or not _is_result(quantities[0], near):
        return []
    found = quantities[0]
    words = near[: found.end]
    if moved and found.quantity.form == RANGE and " to " in words:
        first, second = (part.span() for part in list(_PARTS.finditer(words))[:2])
        return [first, (second[0], found.end)]
    return [(0, found.end)]


def _is_result(found: FoundQuantity, near: str) -> bool:
    quantity = found.quantity
    if quantity.form == GRADE:
        return quantity.grade.endswith("+")
    if quantity.form == PAIR:
        return quantity.blood_pressure is not None
    if quantity.form == RATIO:
        return True
    if quantity.form not in (NUMBER, RANGE):
        return False
    if quantity.unit is not None:
        return "/" in quantity.unit or quantity.unit in UNITS
    year = quantity.value is not None and quantity.value in _YEARS and "," not in near[: found.end]
    return not year and _BEHIND.match(near, found.end) is not None
