"""Values of clinical notes: quantities in UCUM units, frequencies and dosages in FHIR's terms."""

from .dosages import is_dose, parse_dosage
from .frequencies import parse_frequency
from .number_languages import number_formats, read_in
from .numbers import COMMA, POINT, NumberFormat
from .quantity_finder import find_quantities, parse_quantity
from .quantity_model import Dosage, FoundQuantity, Quantity, Range, Timing
from .quantity_writing import format_quantity
from .timing_codes import timing_code
from .ucum_units import convert

__all__ = [
    "COMMA",
    "POINT",
    "Dosage",
    "FoundQuantity",
    "NumberFormat",
    "Quantity",
    "Range",
    "Timing",
    "convert",
    "find_quantities",
    "format_quantity",
    "is_dose",
    "number_formats",
    "parse_dosage",
    "parse_frequency",
    "parse_quantity",
    "read_in",
    "timing_code",
]
