"""Frequencies: when and how often something is taken or happens.

What they become is FHIR R4's Timing.repeat (https://hl7.org/fhir/R4/datatypes.html#Timing).
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from .number_tokens import NUMBER, WORD, Phrases, Token, tokenize
from .number_words import find_word
from .numbers import POINT, NumberFormat, read_number
from .quantity_model import Quantity, Timing
from .quantity_tables import read_forms
from .timings import Part, join_parts, narrower
from .unit_reader import read_unit
from .weekdays import read_weekdays

MOST_WORDS = 8  # of what something is needed for
_SLOTS = {3: ("MORN", "NOON", "EVE"), 4: ("MORN", "NOON", "EVE", "NIGHT")}
_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_TIMES |= {"einmal": 1, "zweimal": 2, "dreimal": 3, "viermal": 4}
_OF_TIMES = ("times", "time", "x", "doses", "dose", "次", "mal", "veces", "vez")
_AFTER_TIMES = ("a", "an", "per", "each", "every", "/", "in", "pro", "am", "al", "por")
_EVERY = ("q", "every", "each", "alle", "cada")
_TO = ("-", "~", "to", "or", "至", "到", "bis", "a", "o", "oder")
_ADVERBS = {"daily": "d", "weekly": "wk", "monthly": "mo", "hourly": "h", "yearly": "a"}
_ADVERBS |= {"täglich": "d", "tgl": "d", "wöchentlich": "wk", "monatlich": "mo"}
_LASTING = ("for", "x")
_NEEDED_FOR = ("for", "bei", "por", "para")
_FILLERS = (*",;-", "and", "take", "given", "to", "be", "taken", "the", "und", "y")


def parse_frequency(text: str, number_format: NumberFormat = POINT) -> Timing | None:
    """Read a frequency.

    text (str): The mention: "q8h prn", "three times a day for 10 days", "1-0-1".
    number_format (NumberFormat): How numbers are written.
    RETURNS (Timing | None): What it says; None if any of it can't be read, or parts contradict.
    """
    tokens = tokenize(text)
    parts, i = [], 0
    while i < len(tokens):
        found = read_part(tokens, i, number_format)
        if found:
            parts.append(found[0])
            i = found[1]
        elif parts and tokens[i].folded in _FILLERS and i + 1 < len(tokens):
            i += 1
        else:
            return None
    return join_parts(parts)


def read_part(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Part, int] | None:
    """Read one phrase of a timing at a token.

    tokens (Sequence[Token]): Of a text.
    i (int): Where it begins.
    form (NumberFormat): How numbers are written.
    RETURNS (tuple[Part, int] | None): What it says, and the token after it.
    """
    if i >= len(tokens):
        return None
    for read in (_slots, _times, _every, read_weekdays, _chinese, _phrase, _lasting, _during):
        found = read(tokens, i, form)
        if found:
            part, j = found
            return (part, j) if not part.timing.as_needed else _needed_for(tokens, part, j, form)
    return None


def _phrase(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Part, int] | None:
    found = _phrases().find(tokens, i)
    following = _phrases().find(tokens, found[1]) if found else None
    if found and following and (one := narrower(found[0], following[0])):
        return one, following[1]
    return found


def _slots(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Part, int] | None:
    """ "1-0-1": in the morning, at noon, in the evening, and perhaps at night."""
    amounts: list[Decimal] = []
    j = i
    while len(amounts) < 5:
        found = _amount(tokens, j, form)
        if found is None:
            return None
        amounts.append(found[0])
        j = found[1]
        if j >= len(tokens) or tokens[j].text != "-":
            break
        j += 1
    slots = _SLOTS.get(len(amounts))
    if slots is None or not any(amounts) or (tokens[i].start and _joined(tokens, i)):
        return None
    given = [(slot, amount) for slot, amount in zip(slots, amounts, strict=True) if amount]
    when, kept = tuple(slot for slot, _ in given), tuple(amount for _, amount in given)
    timing = Timing(len(given), period=Decimal(1), period_unit="d", when=when, amounts=kept)
    return Part(timing), j


def _amount(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Decimal, int] | None:
    """A whole number or "½" or "1/2" of a schedule; more than 99 is none."""
    from .numbers import read_part as read_fraction

    part = read_fraction(tokens, i, form)
    if part and tokens[i].kind != WORD:
        return part
    if i >= len(tokens) or tokens[i].kind != NUMBER:
        return None
    value = form.read(tokens[i].text)
    return (value, i + 1) if value is not None and value < 100 else None


def _joined(tokens: Sequence[Token], i: int) -> bool:
    return not tokens[i].spaced and tokens[i - 1].text in ("-", "/", ".")


def _times(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Part, int] | None:
    """ "twice a day", "2-3 times per week", "3x/day", "5 times daily", "3次/日"."""
    span = _how_often(tokens, i, form)
    if span is None or span[2] >= len(tokens):
        return None
    least, most, j = span
    word = tokens[j].folded
    if word in _ADVERBS:
        stop = j + 1 < len(tokens) and tokens[j + 1].text == "." and not tokens[j + 1].spaced
        return Part(Timing(least, most, Decimal(1), period_unit=_ADVERBS[word])), j + 1 + stop
    if word not in _AFTER_TIMES:
        return None
    period = _period(tokens, j + 1, form)
    if period is None:
        return None
    return Part(replace(period[0], frequency=least, frequency_max=most)), period[1]


def _how_often(
    tokens: Sequence[Token], i: int, form: NumberFormat
) -> tuple[int, int | None, int] | None:
    word = tokens[i].folded
    if word in _TIMES:
        return _TIMES[word], None, i + 1
    span = _span(tokens, i, form)
    if span is None or span[2] >= len(tokens):
        return None
    least, most, j = span
    if tokens[j].folded not in _OF_TIMES:
        return None
    whole = all(v is None or (v == int(v) and v > 0) for v in (least, most))
    return (int(least), None if most is None else int(most), j + 1) if whole else None


def _every(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Part, int] | None:
    """ "q8h", "q 4-6 hrs", "every 3 weeks"."""
    if tokens[i].folded not in _EVERY:
        return None
    start = i + 1 + (i + 1 < len(tokens) and tokens[i + 1].text == ".")
    found = _period(tokens if tokens[i].text != "Q" else _small(tokens, start), start, form)
    if found is None or (found[0].period == 1 and tokens[start].kind == WORD):
        return None
    return Part(replace(found[0], frequency=1)), found[1]


def _small(tokens: Sequence[Token], i: int) -> Sequence[Token]:
    """Tokens of which the next few have no capitals: "Q4-6H"."""
    few = [token._replace(text=token.folded) for token in tokens[i : i + 6]]
    return [*tokens[:i], *few, *tokens[i + 6 :]]


def _chinese(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Part, int] | None:
    """ "每日2次", "每8小时一次", "一日三次", "每天"."""
    each = tokens[i].text == "每"
    period = _period(tokens, i + each, form)
    if period is None:
        return None
    timing, j = period
    often = _how_often(tokens, j, form) if j < len(tokens) else None
    if often:
        return Part(replace(timing, frequency=often[0], frequency_max=often[1])), often[2]
    return (Part(replace(timing, frequency=1)), j) if each else None


def _said(tokens: Sequence[Token], i: int, word: str) -> bool:
    return i < len(tokens) and tokens[i].text == word


def _period(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Timing, int] | None:
    """ "8h", "4 to 6 hours", "day"."""
    span = _span(tokens, i, form)
    least, most, j = span or (Decimal(1), None, i)
    unit = read_unit(tokens, j, form.language)
    if unit is None or unit[0].dimension != "time" or least <= 0:
        return None
    return Timing(period=least, period_max=most, period_unit=unit[0].code), unit[1]


def _span(
    tokens: Sequence[Token], i: int, form: NumberFormat
) -> tuple[Decimal, Decimal | None, int] | None:
    """ "8", "4-6", "two to three"."""
    first = read_number(tokens, i, form)
    if first is None:
        return None
    value, j = first
    if j < len(tokens) and tokens[j].folded in _TO:
        second = read_number(tokens, j + 1, form)
        if second and second[0] > value:
            return value, second[0], second[1]
    return value, None, j


def _lasting(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Part, int] | None:
    """ "for 10 days", "x 7 days", "x1", "for 3 doses", "连用3天", "共3次"."""
    word = find_word(tokens, i, "lasting")
    if word is None and tokens[i].folded not in _LASTING:
        return None
    span = _span(tokens, word[1] if word else i + 1, form)
    if span is None:
        return None
    least, most, j = span
    unit = read_unit(tokens, j + (j < len(tokens) and tokens[j].text == "-"), form.language)
    if unit and unit[0].dimension == "time":
        return Part(Timing(bounds=_lasts(least, most, unit[0].code))), unit[1]
    if word is not None and (most is not None or not _said(tokens, j, "次")):
        return None
    counted = unit is not None and unit[0].code == "{dose}"
    if most is not None or least != int(least) or (tokens[i].text == "for" and not counted):
        return None
    return Part(Timing(count=int(least))), unit[1] if unit and counted else j + (word is not None)


def _during(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Part, int] | None:
    """ "over 30 min": each time takes so long."""
    if tokens[i].folded != "over":
        return None
    span = _span(tokens, i + 1, form)
    unit = read_unit(tokens, span[2], form.language) if span else None
    if span is None or unit is None or unit[0].code not in ("s", "min", "h"):
        return None
    return Part(Timing(duration=_lasts(span[0], span[1], unit[0].code))), unit[1]


def _lasts(least: Decimal, most: Decimal | None, unit: str) -> Quantity:
    if most is None:
        return Quantity(value=least, unit=unit)
    return Quantity("range", low=least, high=most, unit=unit)


def _needed_for(
    tokens: Sequence[Token], part: Part, i: int, form: NumberFormat
) -> tuple[Part, int]:
    """What something is needed for: the words up to a sign, or to what says more of the timing."""
    start = i + (i < len(tokens) and tokens[i].folded in _NEEDED_FOR)
    j = start
    while j < len(tokens) and j - start < MOST_WORDS and tokens[j].kind == WORD:
        if read_part(tokens, j, form) or find_word(tokens, j, "number"):
            break
        j += 1
    if j == start:
        return part, i
    reason = " ".join(token.text for token in tokens[start:j])
    return replace(part, timing=replace(part.timing, as_needed_for=reason)), j


@cache
def _phrases() -> Phrases[Part]:
    return Phrases((form, _part(row)) for form, row in read_forms("frequencies"))


def _part(row: dict[str, str]) -> Part:
    period, _, unit = row["per"].partition(" ")
    kind, _, value = row["other"].partition("=")
    when = tuple(filter(None, row["when"].split(",")))
    timing = Timing(
        frequency=int(row["frequency"]) if row["frequency"] else None,
        period=Decimal(period) if period else None,
        period_unit=unit,
        when=when,
        days=tuple(value.split(",")) if kind == "days" else (),
        count=int(value) if kind == "count" else None,
        as_needed=kind == "prn",
    )
    event = bool(when and timing.frequency)
    cycle = Timing(when=when) if event else timing
    return Part(cycle, event)
