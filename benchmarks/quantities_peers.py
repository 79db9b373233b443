"""What a general library reads from clinical values; run by the Python of its environment.

    python benchmarks/quantities_peers.py LIBRARY < texts.json > read.json

Each text becomes null, or the first quantity that the library reads: `value`, or `low` and `high`,
and `unit` in its words.
"""

import json
import re
import sys
from collections.abc import Callable
from typing import Any

Read = dict[str, Any] | None


def pint() -> Callable[[str], Read]:
    """pint reads a text as an expression."""
    from pint import UnitRegistry

    registry = UnitRegistry()

    def read(text: str) -> Read:
        quantity = registry.Quantity(text)
        return {"value": float(quantity.magnitude), "unit": f"{quantity.units:~C}"}

    return read


def ucumvert() -> Callable[[str], Read]:
    """ucumvert reads UCUM's units: the number is taken off before."""
    from ucumvert import PintUcumRegistry

    registry = PintUcumRegistry()

    def read(text: str) -> Read:
        match = re.fullmatch(r"(-?[0-9.]+)\s*(.*)", text)
        if match is None:
            return None
        quantity = float(match[1]) * registry.from_ucum(match[2].replace(" ", "") or "1")
        return {"value": float(quantity.magnitude), "unit": f"{quantity.units:~C}"}

    return read


def quantulum3() -> Callable[[str], Read]:
    """quantulum3 finds quantities in a text; a range is a value with an uncertainty."""
    from quantulum3 import parser

    def read(text: str) -> Read:
        found = parser.parse(text)
        if not found:
            return None
        first = found[0]
        unit = "" if first.unit.name == "dimensionless" else first.unit.name
        if first.uncertainty:
            ends = first.value - first.uncertainty, first.value + first.uncertainty
            return {"low": ends[0], "high": ends[1], "unit": unit}
        return {"value": first.value, "unit": unit}

    return read


def edsnlp() -> Callable[[str], Read]:
    """EDS-NLP finds quantities in a text; its rules are for French."""
    import edsnlp
    import edsnlp.pipes as eds

    nlp = edsnlp.blank("eds")
    nlp.add_pipe(eds.sentences())
    nlp.add_pipe(eds.quantities(quantities="all", extract_ranges=True))

    def read(text: str) -> Read:
        spans = nlp(text).spans["quantities"]
        if not spans:
            return None
        found = spans[0]._.value
        unit = found.unit.replace("_per_", "/")
        if isinstance(found.value, tuple):
            return {"low": found.value[0], "high": found.value[1], "unit": unit}
        return {"value": found.value, "unit": unit}

    return read


def main() -> None:
    """Read the texts of the standard input."""
    read = globals()[sys.argv[1]]()
    rows = []
    for text in json.load(sys.stdin):
        try:
            rows.append(read(text))
        except Exception:  # whatever a library raises, it reads nothing
            rows.append(None)
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
