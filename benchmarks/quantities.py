"""Values of clinical notes: ours, pint, ucumvert, quantulum3 and EDS-NLP on the same two hundred.

    python benchmarks/quantities.py --peer pint=PYTHON --peer ucumvert=PYTHON ...

A peer's PYTHON is that of an environment in which it is installed. It is right if its number (or
the ends of its range) and its unit are, whatever it calls the unit: what else a value says
(comparator, flag, reference range) isn't asked for there.
"""

import argparse
import json
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from spacy_clinical.errors import QuantityError  # noqa: E402
from spacy_clinical.quantities import convert, find_quantities, parse_quantity  # noqa: E402
from spacy_clinical.quantities.number_tokens import tokenize  # noqa: E402
from spacy_clinical.quantities.unit_reader import read_unit  # noqa: E402
from tests.quantities.said import canonical, parse, read_values  # noqa: E402

Read = dict[str, Any] | None
NUMBERS = ("value", "low", "high", "parts")
NOTE = "WBC 14.2 K/uL (H), BP 118/76 mmHg, metformin 500 mg BID. The patient has been well. "


def main() -> None:
    """Read all values by every library and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", action="append", default=[], help="NAME=PYTHON")
    args = parser.parse_args()
    print_own()
    rows = [row for part in ("tune", "held") for row in read_values(part) if row[0] == "quantity"]
    texts = [text for _, text, _ in rows]
    gold = [statements(said) for _, _, said in rows]
    found = {"spacy_clinical.quantities": [own(text) for text in texts]}
    for peer in args.peer:
        name, python = peer.split("=", 1)
        found[name] = ask(name, python, texts)
    print(f"\n| {len(rows)} quantities | right | wrong | nothing read | right, of the plain ones |")
    print("|---|---|---|---|---|")
    for name, read in found.items():
        print_row(name, read, gold)
    print_speed()


def print_own() -> None:
    """Print how many values ours reads wholly as they should be."""
    print("| whole statements | all | quantities | frequencies | dosages |\n|---|---|---|---|---|")
    for part in ("tune", "held"):
        rows = read_values(part)
        right = [
            (kind, canonical(parse(kind, text)) == canonical(said)) for kind, text, said in rows
        ]
        counts = [
            f"{sum(ok for _, ok in kept)} of {len(kept)}"
            for kind in ("", "quantity", "frequency", "dosage")
            for kept in [[row for row in right if kind in ("", row[0])]]
        ]
        print(f"| {part} | {' | '.join(counts)} |")


def print_row(name: str, read: list[Read], gold: list[dict[str, str]]) -> None:
    """Print how often a library is right; plain are a number and a unit with nothing beside."""
    right = [is_right(one, said) for one, said in zip(read, gold, strict=True)]
    nothing = [one is None and not ok for one, ok in zip(read, right, strict=True)]
    plain = [
        ok for ok, said in zip(right, gold, strict=True) if set(said) <= {"value", "unit"} and said
    ]
    wrong = len(right) - sum(right) - sum(nothing)
    print(f"| {name} | {sum(right)} | {wrong} | {sum(nothing)} | {sum(plain)} of {len(plain)} |")


def statements(said: str) -> dict[str, str]:
    """RETURNS (dict[str, str]): Field to value; empty where nothing is to be read."""
    words = canonical(said) - {"none"}
    return dict(word.partition("=")[::2] for word in words)


def own(text: str) -> Read:
    """RETURNS (Read): What ours reads, as those of the peers."""
    quantity = parse_quantity(text)
    if quantity is None:
        return None
    fields = {name: getattr(quantity, name) for name in NUMBERS}
    grade = {"grade": quantity.grade} if quantity.grade else {}
    kept = {name: value for name, value in fields.items() if value not in (None, ())}
    return {**kept, **grade, "unit": quantity.unit or "", "code": quantity.unit or ""}


def is_right(read: Read, said: dict[str, str]) -> bool:
    """RETURNS (bool): Whether numbers and unit are those that are said, in whatever unit."""
    if read is None or not said:
        return read is None and not said
    if "grade" in said:
        return read.get("grade") == said["grade"]
    wanted = {name: said[name].split(",") for name in NUMBERS if name in said}
    given = {name: read[name] for name in NUMBERS if name in read}
    if set(wanted) != set(given):
        return False
    code = read["code"] if "code" in read else code_of(read["unit"])
    pairs = [
        (Decimal(one), Decimal(str(other)))
        for name, numbers in wanted.items()
        for one, other in zip(numbers, as_list(given[name]), strict=False)
    ]
    return code is not None and all(same(*pair, said.get("unit", ""), code) for pair in pairs)


def as_list(value: Any) -> list[Any]:
    """RETURNS (list[Any]): One or several numbers."""
    return list(value) if isinstance(value, tuple | list) else [value]


def same(one: Decimal, other: Decimal, unit: str, code: str) -> bool:
    """RETURNS (bool): Whether two values in two units are one."""
    try:
        return abs(convert(other, code, unit) - one) <= abs(one) * Decimal("1e-9")
    except QuantityError:
        return False


def code_of(words: str) -> str | None:
    """RETURNS (str | None): A peer's unit as UCUM's code; None if it is none."""
    tokens = tokenize(words)
    if not tokens or words == "dimensionless":
        return ""
    found = read_unit(tokens, 0)
    return found[0].code if found and found[1] == len(tokens) else None


def ask(name: str, python: str, texts: list[str]) -> list[Read]:
    """RETURNS (list[Read]): What a peer reads, run by another Python."""
    script = Path(__file__).with_name("quantities_peers.py")
    command = [python, str(script), name]
    done = subprocess.run(
        command, input=json.dumps(texts), text=True, capture_output=True, check=True
    )
    read: list[Read] = json.loads(done.stdout)
    return read


def print_speed() -> None:
    """Print how processor time grows with the length of a note."""
    find_quantities(NOTE)
    for times in (100, 1_000, 10_000):
        text = NOTE * times
        start = time.process_time()
        found = find_quantities(text)
        spent = time.process_time() - start
        print(f"\n{len(text):,} characters, {len(found):,} quantities: {spent:.2f} s")


if __name__ == "__main__":
    main()
