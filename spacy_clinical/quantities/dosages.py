"""Dosages: how much of a drug, by which route, when."""

from collections.abc import Sequence
from functools import cache

from .frequencies import read_part
from .number_tokens import Phrases, Token, tokenize
from .numbers import POINT, NumberFormat
from .quantity_model import NUMBER as ONE
from .quantity_model import RANGE, Dosage, Quantity
from .quantity_parser import read_quantity
from .quantity_tables import read_forms
from .timings import Part, join_parts
from .ucum_units import find_unit

_FILLERS = (
    ",",
    ";",
    "take",
    "inject",
    "inhale",
    "apply",
    "of",
    "via",
    "and",
    "then",
    "per",
    "und",
    "y",
    "je",
    "每",
    "次",
)
_DOSES = ("mass", "volume", "amount", "equivalents", "international units", "units")
_RIGHT_EYE = "od"
MOST_SPREAD = 20  # of a range of doses: its higher end by its lower one


def parse_dosage(text: str, number_format: NumberFormat = POINT) -> Dosage | None:
    """Read a dosage.

    text (str): The mention: "1-2 tabs by mouth every 4-6 hours as needed for pain".
    number_format (NumberFormat): How numbers are written.
    RETURNS (Dosage | None): What it says; None if any of it can't be read, or parts contradict.
    """
    tokens = tokenize(text)
    quantities: list[Quantity] = []
    routes: list[str] = []
    parts: list[Part] = []
    i = 0
    while i < len(tokens):
        j = _step(tokens, i, number_format, quantities, routes, parts)
        if j is None:
            return None
        i = j
    return _dosage(tokens, quantities, routes, parts)


def _step(
    tokens: Sequence[Token],
    i: int,
    form: NumberFormat,
    quantities: list[Quantity],
    routes: list[str],
    parts: list[Part],
) -> int | None:
    """Read what begins at a token. RETURNS (int | None): The token after it."""
    part = read_part(tokens, i, form)
    if part:
        parts.append(part[0])
        return part[1]
    route = _routes().find(tokens, i)
    if route:
        routes.append(route[0])
        return route[1]
    quantity = read_quantity(tokens, i, form)
    if quantity and is_dose(quantity[0]):
        quantities.append(quantity[0])
        return quantity[1]
    filler = _filler(tokens, i)
    return filler if filler < len(tokens) and filler > i else None


def _filler(tokens: Sequence[Token], i: int) -> int:
    """RETURNS (int): The token after a word that says nothing, or "一次" (each time)."""
    if [token.text for token in tokens[i : i + 2]] in (["一", "次"], ["1", "次"]):
        return i + 2
    return i + (tokens[i].folded in _FILLERS)


def is_dose(quantity: Quantity) -> bool:
    """Whether a quantity may be given: a number or a range of what drugs come in.

    quantity (Quantity): Any.
    RETURNS (bool): Not for "5-325 mg", which is what a tablet holds of two drugs.
    """
    if quantity.form not in (ONE, RANGE) or quantity.unit is None or quantity.flag:
        return False
    if quantity.low and quantity.high and quantity.high > MOST_SPREAD * quantity.low:
        return False
    dimension = find_unit(quantity.unit).dimension
    return dimension.split("/")[0] in _DOSES or quantity.unit.startswith("{")


def _dosage(
    tokens: Sequence[Token], quantities: list[Quantity], routes: list[str], parts: list[Part]
) -> Dosage | None:
    timing = join_parts(parts)
    failed = bool(parts) and timing is None
    if failed or len(quantities) > 1 or len(set(routes)) > 1 or not (quantities or parts or routes):
        return None
    quantity = quantities[0] if quantities else None
    eye = any(token.folded == _RIGHT_EYE for token in tokens)
    if quantity is not None and quantity.unit == "[drp]" and eye:
        return None
    route = routes[0] if routes else ""
    if quantity is not None and _in_time(quantity):
        return Dosage(rate=quantity, route=route, timing=timing)
    return Dosage(quantity, route=route, timing=timing)


def _in_time(quantity: Quantity) -> bool:
    return "time" in find_unit(quantity.unit or "").dimension.split("/")[1:]


@cache
def _routes() -> Phrases[str]:
    return Phrases((form, row["code"]) for form, row in read_forms("routes"))
