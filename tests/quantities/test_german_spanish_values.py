"""Dosages of German and Spanish notes; a third of them was held out when the words were added."""

from decimal import Decimal
from pathlib import Path

import pytest

from spacy_clinical.quantities import (
    Dosage,
    Quantity,
    find_quantities,
    number_formats,
    parse_dosage,
    parse_frequency,
    parse_quantity,
    read_in,
)
from spacy_clinical.tsv import read_rows

UNITS = read_rows(Path(__file__).parent / "data" / "units_by_language.tsv")
# Language, words, and what they say: dose, route, "prn" and what for, how often, when, how long.
CASES = """de|0,5 mg|0.5 mg
de|3x tgl.|3/1d
de|3 x täglich|3/1d
de|1-0-1|2/1d MORN,EVE
de|1-0-0-1|2/1d MORN,NIGHT
de|2x wöchentlich|2/1wk
de|alle 8 Std.|1/8h
de|alle 12 Stunden|1/12h
de|zweimal täglich|2/1d
de|einmal pro Woche|1/1wk
de|bei Bedarf|prn
de|zur Nacht|1/1d NIGHT
de|morgens und abends|2/1d MORN,EVE
de|1 Tbl. morgens|1 {tablet} 1/1d MORN
de|500 mg p.o. 1-0-1|500 mg PO 2/1d MORN,EVE
de|1x täglich für 7 Tage|1/1d for 7 d
de|2,5 mg 1-0-0|2.5 mg 1/1d MORN
de|4x tgl.|4/1d
de|alle 6 h|1/6h
de|dreimal täglich|3/1d
de|jeden zweiten Tag|1/2d
de|1 g i.v. alle 24 Stunden|1 g IV 1/24h
de|1 Tablette abends|1 {tablet} 1/1d EVE
de|alle 4 bis 6 Stunden|1/4-6h
es|0,5 mg|0.5 mg
es|cada 8 h|1/8h
es|cada 8 horas|1/8h
es|cada 24 horas|1/24h
es|3 veces al día|3/1d
es|1 vez al día|1/1d
es|dos veces por semana|2/1wk
es|una vez al día|1/1d
es|si precisa|prn
es|por la noche|1/1d NIGHT
es|al acostarse|1/1d HS
es|1 comprimido cada 12 h|1 {tablet} 1/12h
es|cada 8 h durante 7 días|1/8h for 7 d
es|1 g vía oral cada 8 h|1 g PO 1/8h
es|1-0-1|2/1d MORN,EVE
es|1 g cada 8 h si dolor|1 g prn dolor 1/8h
es|2,5 mg cada 12 h|2.5 mg 1/12h
es|cada 6 h|1/6h
es|4 veces al día|4/1d
es|antes de acostarse|1/1d HS
es|a demanda|prn
es|1 comp. cada 24 h|1 {tablet} 1/24h
es|por la mañana y por la noche|2/1d MORN,NIGHT
es|una vez por semana|1/1wk"""


def written(dosage: Dosage | Quantity) -> str:
    if isinstance(dosage, Quantity):
        return f"{dosage.value} {dosage.unit}"
    parts = [f"{dosage.dose.value} {dosage.dose.unit}"] if dosage.dose else []
    parts.append(dosage.route)
    timing = dosage.timing
    if timing is not None:
        parts += [f"prn {timing.as_needed_for}".strip()] if timing.as_needed else []
        to = f"-{timing.period_max}" if timing.period_max else ""
        often = f"{timing.frequency}/{timing.period}{to}{timing.period_unit}"
        parts += [often if timing.frequency else "", ",".join(timing.when)]
        parts += [f"for {timing.bounds.value} {timing.bounds.unit}"] if timing.bounds else []
    return " ".join(filter(None, parts))


@pytest.mark.parametrize("row", CASES.split("\n"))
def test_dosages(row: str) -> None:
    language, text, wanted = row.split("|")
    found = read_in(language, parse_dosage, text)
    assert found is not None
    assert written(found) == wanted


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("de", "12,5 mg", "12.5"),
        ("es", "0.5 mg", "0.5"),
        ("de", "1.500 mg", None),
        ("es", "1,500 mg", None),
        ("en", "1,500 mg", "1500"),
        ("en", "0,5 mg", None),
        ("", "0,5 mg", None),
        ("de", "500 mg", "500"),
    ],
)
def test_numbers_of_a_language(language: str, text: str, value: str | None) -> None:
    found = read_in(language, parse_quantity, text)
    assert (str(found.value) if found else None) == value


@pytest.mark.parametrize(
    ("text", "unit", "thousands"),  # how many thousands a microlitre
    [
        ("8,7 G/l", "10*9/L", "8.7"), ("250 Tsd./µl", "10*3/uL", "250"),
        ("4,5 Mio/µl", "10*6/uL", "4500"), ("4,5 T/l", "10*12/L", "4500"),
        ("7,5 miles/mm³", "10*3/mm3", "7.5"), ("8,7 Gpt/l", "10*9/L", "8.7"),
    ],
)  # fmt: skip
def test_counts_of_cells(text: str, unit: str, thousands: str) -> None:
    found = read_in("de", parse_quantity, text)
    assert found is not None and found.unit == unit
    assert found.to("10*3/uL").value == Decimal(thousands)


@pytest.mark.parametrize(("language", "text", "value", "unit"), UNITS)
def test_units_of_a_language(language: str, text: str, value: str, unit: str) -> None:
    found = read_in(language, parse_quantity, text)
    read = ("-", "-") if found is None or not found.unit else (str(found.value), found.unit)
    assert read == (value, unit)


def test_thousands_are_no_millions() -> None:
    (found,) = find_quantities("Plaquetas 250 mil/µL.", number_formats("es")[0])
    assert found.quantity.to("10*9/L").value == 250
    (found,) = find_quantities("WBC 2 mil/uL.")
    assert found.quantity.to("10*9/L").value == 2000


@pytest.mark.parametrize("text", ["72 g/l", "72 g/L", "72 G/L", "7.2 g/dl", "7.2 G/DL"])
def test_grams_stay_grams(text: str) -> None:
    found = read_in("en", parse_quantity, text)
    assert found is not None and found.to("g/L").value == 72


@pytest.mark.parametrize("text", ["2.5 std deviations", "3 STDs", "2 std.", "DOS 3"])
def test_english_words_that_look_alike(text: str) -> None:
    assert not [found for found in find_quantities(text) if found.quantity.unit]
    assert parse_frequency(text) is None
