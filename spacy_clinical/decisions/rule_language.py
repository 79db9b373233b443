"""The closed language of rules: terms such as `drug(NSAIDS)` and `result(EGFR) < 30 mL/min`.

    term   kind(SET), and for result, daily and age a comparison: < <= > >= NUMBER UNIT
    when   one term
    and    terms joined by "&": all must hold
    unless terms joined by "|": one that holds keeps the rule silent

Nothing is evaluated but what stands here.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ..errors import QuantityError
from ..quantities import parse_quantity
from ..quantities.ucum_units import find_unit

DRUG, PROBLEM, EVER, ALLERGY = "drug", "problem", "ever", "allergy"
RESULT, TESTED, DAILY, AGE = "result", "tested", "daily", "age"
COMPARED, TERMS = (RESULT, DAILY, AGE), (DRUG, PROBLEM, EVER, ALLERGY, RESULT, TESTED, DAILY, AGE)
_TERM = re.compile(
    r"(?P<kind>[a-z]+)\((?P<set>[A-Z][A-Z0-9_]*)?\)"
    r"(?:\s*(?P<sign><=|>=|<|>)\s*(?P<number>\d+(?:\.\d+)?)(?:\s*(?P<unit>\S.*))?)?"
)


@dataclass(frozen=True)
class Term:
    """A condition.

    kind (str): One of TERMS.
    set (str): Of which concepts, "" for age.
    sign (str): "<", "<=", ">", ">=", or "" where nothing is compared.
    number (Decimal): What with.
    unit (str): UCUM's code, "" for none.
    """

    kind: str
    set: str
    sign: str = ""
    number: Decimal = Decimal(0)
    unit: str = ""

    def __str__(self) -> str:
        return self._words

    @cached_property
    def _words(self) -> str:
        compared = f" {self.sign} {self.number} {self.unit}".rstrip() if self.sign else ""
        return f"{self.kind}({self.set}){compared}"

    def holds(self, value: Decimal) -> bool:
        """RETURNS (bool): Whether a value in the term's unit fits."""
        if self.sign in ("<", "<="):
            return value < self.number or (self.sign == "<=" and value == self.number)
        return value > self.number or (self.sign == ">=" and value == self.number)


def read_term(text: str) -> Term | str:
    """Read a term.

    text (str): Such as "daily(ACETAMINOPHEN) > 4 g/d".
    RETURNS (Term | str): The term, or what is wrong with it.
    """
    match = _TERM.fullmatch(text.strip())
    if match is None:
        return f"'{text.strip()[:40]}' is no term"
    kind, name, sign = match["kind"], match["set"] or "", match["sign"] or ""
    if kind not in TERMS:
        return f"'{kind}' is no kind of term"
    if (kind == AGE) == bool(name):
        return f"'{kind}' {'has no' if kind == AGE else 'needs a'} set"
    if (kind in COMPARED) != bool(sign):
        return f"'{kind}' {'needs a' if kind in COMPARED else 'has no'} comparison"
    unit = _unit(match["unit"] or "")
    if unit is None:
        return f"the unit '{(match['unit'] or '')[:20]}' isn't known"
    return Term(kind, name, sign, Decimal(match["number"] or 0), unit)


def read_terms(text: str, joint: str) -> list[Term] | str:
    """RETURNS (list[Term] | str): Terms joined by "&" or "|", or what is wrong."""
    found: list[Term] = []
    for part in text.split(joint) if text.strip() else ():
        term = read_term(part)
        if isinstance(term, str):
            return term
        found.append(term)
    return found


def _unit(written: str) -> str | None:
    if not written:
        return ""
    quantity = parse_quantity(f"1 {written}")
    if quantity is not None and quantity.unit is not None:
        return quantity.unit
    try:
        return find_unit(written).code
    except QuantityError:
        return None
