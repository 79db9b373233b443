"""Results of tests and dosages of drugs, as FHIR R4's quantities, ranges, components and timings.

hl7.org/fhir/R4/datatypes.html: Quantity, Range, Ratio, Timing, Dosage; units are UCUM's.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ..quantities import (
    Dosage,
    Quantity,
    Timing,
    parse_dosage,
    parse_frequency,
    parse_quantity,
    read_in,
    timing_code,
)
from .fhir_codes import clean, coding
from .told_results import Told

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
INTERPRETATION = "v3-ObservationInterpretation"
GRADES = {"positive": "POS", "negative": "NEG"}
# LOINC, "Blood pressure panel with all children optional" and its parts: the codes of FHIR's own
# vital signs profile, hl7.org/fhir/R4/observation-vitalsigns.html
PRESSURE = "85354-9"
PRESSURES = (("8480-6", "Systolic blood pressure"), ("8462-4", "Diastolic blood pressure"))
Resource = dict[str, Any]


def observation_value(
    results: Sequence[str], meanings: Mapping[str, str], language: str = ""
) -> Resource:
    """Say what a test came to.

    results (Sequence[str]): The words of its results, in order.
    meanings (Mapping[str, str]): Codes of words such as "high".
    language (str): Of the note, "" if it isn't known.
    RETURNS (Resource): value[x], component, interpretation and referenceRange, whichever apply.
        Words stay words where they can't be read, or where several results are numbers.
    """
    words = [clean(text) for text in results]
    read = [read_in(language, parse_quantity, text) for text in words]
    told = [meanings.get(text.casefold(), "") for text in words]
    measured = [q for q, code in zip(read, told, strict=True) if q is not None and not code]
    rest = [w for w, q, code in zip(words, read, told, strict=True) if q is None and not code]
    value = value_of(measured[0]) if len(measured) == 1 and not rest else {}
    body = value or {"valueString": "; ".join(words)}
    codes = [code for code in (*told, *_codes(measured)) if code]
    if codes and len(set(codes)) == 1:
        body["interpretation"] = [coding(INTERPRETATION, codes[0])]
    reference = measured[0].reference if value else None
    if reference is not None:
        ends = {"low": reference.low, "high": reference.high}
        unit = measured[0].unit
        made = {end: quantity(x, unit) for end, x in ends.items() if x is not None}
        body["referenceRange"] = [made]
    return body


def result_value(told: Told) -> Resource:
    """RETURNS (Resource): value[x] and interpretation of what words beside a test say."""
    body: Resource = {"valueCodeableConcept": {"text": clean(told.words)}}
    return body | ({"interpretation": [coding(INTERPRETATION, told.code)]} if told.code else {})


def quantity(value: Decimal, unit: str | None, comparator: str = "") -> Resource:
    """RETURNS (Resource): A Quantity, in UCUM's unit."""
    made: Resource = {"value": value}
    if comparator:
        made["comparator"] = comparator
    return {**made, "unit": unit, "system": UCUM, "code": unit} if unit else made


def dosage(words: Mapping[str, Sequence[str]], language: str = "") -> Resource:
    """Say how a drug is taken.

    words (Mapping[str, Sequence[str]]): By role: strength, dosage, route, frequency, duration,
        form, and "" for all of them in the order of the note.
    language (str): Of the note, "" if it isn't known.
    RETURNS (Resource): A Dosage: the words, and doseAndRate, route and timing where the words of a
        role say one thing. The strength is the dose where no dosage is said.
    """
    said = {role: clean(" ".join(texts)) for role, texts in words.items() if texts}
    body: Resource = {"text": ", ".join(clean(text) for text in words[""])}
    dose = _dose(words.get("dosage") or words.get("strength") or (), language)
    if dose:
        body["doseAndRate"] = [dose]
    route = _read(said.get("route", ""), language)
    if route is not None and route.route:
        body["route"] = coding("v2-0162", route.route) | {"text": said["route"]}
    elif "route" in said:
        body["route"] = {"text": said["route"]}
    when = " ".join(filter(None, (said.get("frequency"), _bounds(said.get("duration", "")))))
    timing = read_in(language, parse_frequency, when) or read_in(
        language, parse_frequency, said.get("frequency", "")
    )
    return body | (_timing(timing) if timing else {})


def _dose(words: Sequence[str], language: str) -> Resource:
    """Of several strengths none is the dose: one may be that of the past."""
    read = _read(clean(words[0]), language) if len(words) == 1 else None
    if read is None:
        return {}
    parts: Iterable[tuple[str, Quantity | None]] = (("dose", read.dose), ("rate", read.rate))
    return {key: x for name, q in parts if q for key, x in _amount(name, q).items()}


def _amount(name: str, amount: Quantity) -> Resource:
    if amount.form == "range" and amount.low is not None and amount.high is not None:
        ends = {"low": amount.low, "high": amount.high}
        return {f"{name}Range": {end: quantity(x, amount.unit) for end, x in ends.items()}}
    if amount.value is None or amount.approximate or amount.comparator:
        return {}
    return {f"{name}Quantity": quantity(amount.value, amount.unit)}


def _read(text: str, language: str) -> Dosage | None:
    return read_in(language, parse_dosage, text) if text else None


def _bounds(duration: str) -> str:
    """A duration as a frequency's words have it: "for 7 days"."""
    told = duration.lower().startswith(("for", "x", "für", "durante"))
    return duration if told or not duration else f"for {duration}"


def _timing(timing: Timing) -> Resource:
    repeat: Resource = {
        "boundsDuration": _bound(timing.bounds),
        "count": timing.count,
        "duration": timing.duration and timing.duration.value,
        "durationUnit": timing.duration and timing.duration.unit,
        "frequency": timing.frequency,
        "frequencyMax": timing.frequency_max,
        "period": timing.period,
        "periodMax": timing.period_max,
        "periodUnit": timing.period_unit,
        "dayOfWeek": list(timing.days),
        "when": list(timing.when),
    }
    made: Resource = {"repeat": {name: x for name, x in repeat.items() if x not in (None, "", [])}}
    code = timing_code(timing)
    if code:
        made["code"] = coding("v3-GTSAbbreviation", code)
    body: Resource = {"timing": made} if made["repeat"] else {}
    if timing.as_needed_for:
        body["asNeededCodeableConcept"] = {"text": clean(timing.as_needed_for)}
    elif timing.as_needed:
        body["asNeededBoolean"] = True
    return body


def _bound(bounds: Quantity | None) -> Resource | None:
    return quantity(bounds.value, bounds.unit) if bounds and bounds.value is not None else None


def _codes(measured: Sequence[Quantity]) -> list[str]:
    return [q.flag or GRADES.get(q.grade, "") for q in measured]


def value_of(q: Quantity) -> Resource:
    """Say what one quantity says.

    q (Quantity): The quantity.
    RETURNS (Resource): The value[x] or the components; nothing where only words can tell it.
    """
    if q.approximate:
        return {}
    pressures = q.blood_pressure
    if pressures:
        parts = zip(PRESSURES, pressures, strict=True)
        return {"component": [_part(name, value, q.unit) for name, value in parts]}
    if q.form == "number" and q.value is not None:
        return {"valueQuantity": quantity(q.value, q.unit, q.comparator)}
    if q.form == "range" and q.low is not None and q.high is not None:
        return {"valueRange": {"low": quantity(q.low, q.unit), "high": quantity(q.high, q.unit)}}
    if q.form == "ratio" and len(q.parts) == 2:
        ends = zip(("numerator", "denominator"), q.parts, strict=True)
        return {"valueRatio": {end: quantity(part, None) for end, part in ends}}
    return {}


def _part(name: tuple[str, str], value: Decimal, unit: str | None) -> Resource:
    code, display = name
    codes = [{"system": LOINC, "code": code, "display": display}]
    return {"code": {"coding": codes, "text": display}, "valueQuantity": quantity(value, unit)}
