"""Damage a packaged folder in seeded ways: none may pass `verify`, each must have a code.

python benchmarks/mutated_models.py FOLDER 1000 0
"""

import re
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

import spacy_clinical
from spacy_clinical.errors import SpacyClinicalError

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.packaging.mutations import KINDS, mutate

CODE = re.compile(r"\[(SC\d{3})\] ")


def outcome(folder: Path) -> str:
    """RETURNS (str): The code that `verify` refuses a folder with, else what happened."""
    try:
        spacy_clinical.verify(folder)
    except SpacyClinicalError as error:
        found = CODE.match(str(error))
        return found[1] if found else "uncoded"
    except Exception:
        return "uncoded"
    return "passed"


def main(folder: Path, count: int, seed: int) -> None:
    """Print outcomes by kind of damage."""
    chance, found = Random(seed), Counter[tuple[str, str]]()
    assert outcome(folder) == "passed"
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        with tempfile.TemporaryDirectory() as place:
            copy = shutil.copytree(folder, Path(place) / "model")
            mutate(copy, kind, chance)
            found[kind, outcome(copy)] += 1
    for (kind, what), n in sorted(found.items()):
        print(f"{kind:8} {what:8} {n}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
