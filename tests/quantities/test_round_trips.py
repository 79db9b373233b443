"""What is written is read as the same."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.quantities import (
    COMMA,
    POINT,
    Quantity,
    Range,
    format_quantity,
    parse_quantity,
)
from spacy_clinical.quantities.quantity_tables import read_rows
from spacy_clinical.quantities.ucum_units import find_unit

UNITS = [row["code"] for row in read_rows("units") if row["only"] not in ("over", "never")]
COMPOUND = [
    f"{a}/{b}" for a in ("mg", "mmol", "[IU]", "10*9", "mg/kg") for b in ("L", "dL", "(24.h)")
]
NUMBERS = st.decimals(0, 99_999, places=2).filter(lambda d: d > 0)
SIGNED = st.builds(lambda d, minus: -d if minus else d, NUMBERS, st.booleans())
UNIT = st.sampled_from([None, *UNITS, *COMPOUND])
COMPARATOR = st.sampled_from(["", "<", "<=", ">", ">="])
FLAG = st.sampled_from(["", "H", "L", "HH", "LL", "A", "N"])
REFERENCE = st.one_of(
    st.none(),
    st.builds(lambda a, b: Range(min(a, b), max(a, b) + 1), NUMBERS, NUMBERS),
    st.builds(Range, NUMBERS, st.none()),
    st.builds(Range, st.none(), NUMBERS),
)
SIGNS = "0123456789.,/-x\u00d7()<>%½ mgLhHqdprnfo°'\"²+:\u2009天"
FORMATS = st.sampled_from([POINT, COMMA])
VALUES = st.builds(
    Quantity,
    value=SIGNED,
    unit=UNIT,
    comparator=COMPARATOR,
    approximate=st.booleans(),
    flag=FLAG,
    reference=REFERENCE,
)
RANGES = st.builds(
    lambda low, more, unit, flag: Quantity("range", low=low, high=low + more, unit=unit, flag=flag),
    NUMBERS,
    NUMBERS,
    UNIT,
    FLAG,
)
PRESSURES = st.builds(
    lambda parts, unit: Quantity("pair", parts=parts, unit=unit),
    st.tuples(NUMBERS, NUMBERS),
    st.sampled_from([None, "mm[Hg]", "kPa"]),
)
SIZES = st.builds(
    lambda parts, unit: Quantity("size", parts=tuple(parts), unit=unit),
    st.lists(NUMBERS, min_size=2, max_size=3),
    st.sampled_from(["mm", "cm", "m"]),
)
RATIOS = st.builds(
    lambda n: Quantity("ratio", parts=(Decimal(1), Decimal(n))), st.integers(2, 9999)
)
ON_OXYGEN = st.builds(
    lambda value, flow: Quantity(value=value, unit="%", oxygen=Quantity(value=flow, unit="L/min")),
    NUMBERS,
    NUMBERS,
)


@given(st.one_of(VALUES, RANGES, PRESSURES, SIZES, RATIOS, ON_OXYGEN), FORMATS)
def test_quantity(quantity: Quantity, form) -> None:  # type: ignore[no-untyped-def]
    read = parse_quantity(format_quantity(quantity, form), form)
    assert read == quantity
    assert str(read) == str(quantity)  # 1.50 stays 1.50


@given(st.decimals(-(10**6), 10**6, places=3), st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_there_and_back(value: Decimal, unit: str, other: str) -> None:
    if find_unit(unit).dimension == find_unit(other).dimension:
        back = Quantity(value=value, unit=unit).to(other).to(unit).value
        assert back is not None
        assert abs(back - value) <= abs(value) * Decimal("1e-20") + Decimal("1e-20")


@given(
    st.text(st.sampled_from("0123456789.,/-x\u00d7()<>%½ mgLhHqdprn°'\"²+:\u2009天"), max_size=40)
)
def test_nothing_raises(text: str) -> None:
    parse_quantity(text)
