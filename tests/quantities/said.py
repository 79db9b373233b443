"""What was read, in the words of data/values.tsv."""

from pathlib import Path

from spacy_clinical.quantities import (
    Dosage,
    Quantity,
    Timing,
    parse_dosage,
    parse_frequency,
    parse_quantity,
    timing_code,
)

VALUES = Path(__file__).parent / "data" / "values.tsv"
NOTES = Path(__file__).parent / "data" / "said_values.tsv"


def read_values(part: str, path: Path = VALUES) -> list[tuple[str, str, str]]:
    """RETURNS (list[tuple[str, str, str]]): Kind, text and what it says, of a part of a table."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(kind, text, said) for own, kind, text, said in rows if own == part]


def parse(kind: str, text: str) -> str:
    """RETURNS (str): What the parser of a kind reads; "none" if nothing."""
    if kind == "quantity":
        quantity = parse_quantity(text)
        return say_quantity(quantity) if quantity else "none"
    if kind == "frequency":
        timing = parse_frequency(text)
        return say_timing(timing) if timing else "none"
    dosage = parse_dosage(text)
    return say_dosage(dosage) if dosage else "none"


def say_quantity(quantity: Quantity) -> str:
    reference = quantity.reference
    ends = (reference.low, reference.high) if reference else ()
    return _said(
        form="" if quantity.form == "number" else quantity.form,
        value=quantity.value,
        low=quantity.low,
        high=quantity.high,
        parts=",".join(map(str, quantity.parts)),
        grade=quantity.grade,
        unit=quantity.unit,
        comparator=quantity.comparator,
        approximate=quantity.approximate,
        flag=quantity.flag,
        reference="..".join("" if end is None else str(end) for end in ends),
        oxygen=quantity.oxygen and _amount(quantity.oxygen),
    )


def say_timing(timing: Timing) -> str:
    period = timing.period and f"{_span(timing.period, timing.period_max)}:{timing.period_unit}"
    return _said(
        frequency=timing.frequency and _span(timing.frequency, timing.frequency_max),
        period=period,
        when=",".join(timing.when),
        amounts=",".join(map(str, timing.amounts)),
        days=",".join(timing.days),
        code=timing_code(timing),
        count=timing.count,
        bounds=timing.bounds and _amount(timing.bounds),
        duration=timing.duration and _amount(timing.duration),
        asNeeded=timing.as_needed,
        asNeededFor=timing.as_needed_for,
    )


def say_dosage(dosage: Dosage) -> str:
    own = _said(
        dose=dosage.dose and _amount(dosage.dose),
        rate=dosage.rate and _amount(dosage.rate),
        route=dosage.route,
    )
    return " ".join(filter(None, [own, say_timing(dosage.timing) if dosage.timing else ""]))


def canonical(said: str) -> frozenset[str]:
    """RETURNS (frozenset[str]): Its statements, whatever their order."""
    words: list[str] = []
    for word in said.split(" "):
        if "=" in word or word in ("approximate", "asNeeded", "none") or not words:
            words.append(word)
        else:
            words[-1] += f" {word}"
    return frozenset(words)


def _span(least: object, most: object) -> str:
    return f"{least}" if most is None else f"{least}-{most}"


def _amount(quantity: Quantity) -> str:
    if quantity.grade:
        return quantity.grade
    number = quantity.value if quantity.low is None else _span(quantity.low, quantity.high)
    return f"{number}:{quantity.unit}"


def _said(**fields: object) -> str:
    kept = {name: value for name, value in fields.items() if value not in ("", None, False)}
    return " ".join(name if value is True else f"{name}={value}" for name, value in kept.items())


def wide(text: str) -> str:
    """As Chinese keyboards write digits and letters."""
    return "".join(chr(0xFEE0 + ord(sign)) if "!" <= sign <= "~" else sign for sign in text)
