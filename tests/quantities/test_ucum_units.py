"""Units: the table, compounds, conversion."""

from decimal import Decimal

import pytest

from spacy_clinical.errors import QuantityError
from spacy_clinical.quantities import convert, parse_quantity
from spacy_clinical.quantities.quantity_tables import read_forms, read_rows
from spacy_clinical.quantities.ucum_units import find_unit, write_unit

FORMS = [(form, row["code"]) for form, row in read_forms("units") if not row["only"]]
CODES = sorted({row["code"] for row in read_rows("units") if row["only"] not in ("over", "never")})
MADE = [
    "mg/dL",
    "ug/kg/min",
    "10*9/L",
    "/mm3",
    "/[HPF]",
    "mL/(24.h)",
    "mL/min/{1.73_m2}",
    "mg/g{creat}",
    "10*5{copies}/mL",
    "{tablet}/d",
    "[IU]/L",
]


@pytest.mark.parametrize(("form", "code"), FORMS)
def test_every_form_of_the_table_is_read(form: str, code: str) -> None:
    quantity = parse_quantity(f"3.5 {form}")
    assert quantity is not None
    assert (quantity.value, quantity.unit) == (Decimal("3.5"), code)


def test_no_form_stands_for_two_units() -> None:
    codes: dict[str, set[str]] = {}
    for form, row in read_forms("units"):
        codes.setdefault(form, set()).add(row["code"])
    assert [form for form, found in codes.items() if len(found) > 1] == []


@pytest.mark.parametrize("code", [*CODES, *MADE])
def test_code_is_known_and_written_as_it_is_read(code: str) -> None:
    assert find_unit(code).code == code
    quantity = parse_quantity(f"37.5 {write_unit(code)}")
    assert quantity is not None
    assert quantity.unit == code


@pytest.mark.parametrize(
    ("value", "unit", "to", "right"),
    [
        ("1.50", "g/L", "mg/dL", "150"),
        ("98.6", "[degF]", "Cel", "37"),
        ("-40", "Cel", "[degF]", "-40"),
        ("2", "h", "min", "120"),
        ("1", "a", "mo", "12"),
        ("26.6644", "kPa", "mm[Hg]", "200"),
        ("69", "[in_i]", "cm", "175.26"),
        ("150", "10*3/uL", "10*9/L", "150"),
        ("8150", "/mm3", "10*3/uL", "8.15"),
        ("5", "mL/(24.h)", "mL/d", "5"),
        ("2", "[lb_av]", "g", "907.18474"),
    ],
)
def test_conversion(value: str, unit: str, to: str, right: str) -> None:
    assert convert(Decimal(value), unit, to) == Decimal(right)


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("mmol/L", "mg/dL"),
        ("U", "[IU]"),
        ("meq/L", "mmol/L"),
        ("%", "mmol/mol"),
        ("{tablet}", "{capsule}"),
        ("mg/g", "mg/g{creat}"),
        ("mg/g", "%"),
    ],
)
def test_what_measures_something_else_is_not_converted(unit: str, to: str) -> None:
    with pytest.raises(QuantityError, match="SC121"):
        convert(Decimal(1), unit, to)


def test_unknown_unit() -> None:
    with pytest.raises(QuantityError, match=r"SC120.*furlong"):
        convert(Decimal(1), "furlong", "m")


def test_a_quantity_in_another_unit() -> None:
    quantity = parse_quantity("<1.5 g/L (ref 0.5-2.0) (N)")
    assert quantity is not None
    other = quantity.to("mg/dL")
    assert (other.value, other.comparator, other.flag) == (150, "<", "N")
    assert other.reference is not None
    assert (other.reference.low, other.reference.high) == (50, 200)
