"""Words that are units in few places only: "3月" behind "近", a bare "F" behind a fever."""

from collections.abc import Sequence
from decimal import Decimal

from .number_tokens import NUMBER, WORD, Token
from .number_words import find_word
from .ucum_units import END, FEVER, LASTING, Unit
from .ucum_units import PAIR as IN_PAIR

_LASTING = (*"近后共满续用程",)  # before "3月" where it is a length, not the month
_NEARBY = 3  # tokens before a bare "C" or "F" in which a temperature may be named


def is_unit_here(
    tokens: Sequence[Token], i: int, value: Decimal, unit: tuple[Unit, int], *, paired: bool
) -> bool:
    """Tell whether a word is a unit where it stands, of those that mean it in few places only.

    tokens (Sequence[Token]): Of a text.
    i (int): Where the number begins.
    value (Decimal): The number.
    unit (tuple[Unit, int]): What the word may be, and the token after it.
    paired (bool): Whether the number is one of several that belong together.
    RETURNS (bool): Whether it is.
    """
    if unit[0].code[:2] in ("s", "s/") and _is_decade(tokens, i, value):
        return False
    if unit[0].only == IN_PAIR:
        return paired
    if unit[0].only == END:
        return paired or unit[1] >= len(tokens) or tokens[unit[1]].kind not in (WORD, NUMBER)
    if unit[0].only == LASTING:
        return i > 0 and tokens[i - 1].text in _LASTING
    if unit[0].only == FEVER:
        least, most = (90, 110) if unit[0].code == "[degF]" else (30, 45)
        before = range(max(0, i - _NEARBY), i)
        named = any(find_word(tokens, j, "temperature") for j in before)
        exact = value.as_tuple().exponent != 0 or value >= 100
        return least <= value <= most and (named or exact)
    return True


def _is_decade(tokens: Sequence[Token], i: int, value: Decimal) -> bool:
    """Whether "60s" may be from 60 to 69."""
    glued = "".join(token.text for token in tokens[i : i + 2]) == f"{value}s"
    return glued and value % 10 == 0 and not tokens[i + 1].spaced
