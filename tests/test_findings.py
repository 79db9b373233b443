"""The form of the scripts in `findings/`, which a person runs: they need a network."""

import os
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "findings"
SCRIPTS = sorted(FOLDER.glob("*.sh"))
PARTS = ("Guess", "Behaviour", "Version", "Source", "Output seen")
# Addresses, absolute paths of a machine, and other indices than the default.
OUTSIDE = re.compile(
    r"https?:|\b\w+\.(?:org|com|net|io)/|(?<![\w.'\"])/(?!usr/bin/env)\w+/|index-url"
)


def test_there_are_some() -> None:
    assert len(SCRIPTS) >= 8
    table = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == [
        script.stem for script in SCRIPTS
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_form(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    head = text[: text.index("set -euo pipefail")]
    assert text.startswith("#!/usr/bin/env bash\n")
    assert os.access(script, os.X_OK)
    said = re.findall(r"^# (Guess|Behaviour|Version|Source|Output seen): \S", head, re.MULTILINE)
    assert tuple(said) == PARTS
    assert "spacy_clinical" not in text
    assert not OUTSIDE.search(text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_packages_are_pinned_and_the_folder_goes(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    (packages,) = re.findall(r"pip install --quiet (.+)", text)
    pinned = re.compile(r"[\w.-]+==[\d.]+(?:(?:a|b|rc|post)\d+)?")
    assert all(pinned.fullmatch(package) for package in packages.split())
    assert "work=$(mktemp -d)\ntrap 'rm -rf \"$work\"' EXIT\n" in text
    assert re.search(
        r'if \[ "\$got" != "\$seen" \]; then\n    echo "changed: .+" >&2\n    exit 1', text
    )
