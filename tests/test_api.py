"""`import spacy_clinical`: names resolve on first use, and importing it costs next to nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

import spacy_clinical

PACKAGE = Path(spacy_clinical.__file__).parent

LIGHT = """
import sys, time
import spacy
before = set(sys.modules)
began = time.process_time()
import spacy_clinical
assert time.process_time() - began < 0.05
new = {name for name in set(sys.modules) - before}
assert new == {"spacy_clinical"}, new
print("light")
"""


@pytest.mark.parametrize("name", spacy_clinical.__all__)
def test_each_name_is_a_documented_function(name: str) -> None:
    function = getattr(spacy_clinical, name)
    assert (
        callable(function)
        and function.__doc__
        and ("RETURNS" in function.__doc__ or "YIELDS" in function.__doc__)
    )
    assert name in dir(spacy_clinical)


def test_every_room_can_be_imported_and_leaves_the_names_alone() -> None:
    """A room of a function's name would take its place."""
    folders = {path.name for path in PACKAGE.iterdir()} | {path.stem for path in PACKAGE.iterdir()}
    assert not folders & set(spacy_clinical.__all__)


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'annotat'"):
        spacy_clinical.annotat  # noqa: B018


def test_importing_is_light() -> None:
    """Processor time: a busy machine must not fail it."""
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True)
    assert done.stdout.strip() == "light", done.stderr


def test_type_checkers_see_the_same_places() -> None:
    lines = (PACKAGE / "__init__.pyi").read_text().splitlines()
    told = {line.split()[-1]: line.split()[1].lstrip(".") for line in lines if " import " in line}
    assert told == spacy_clinical._PLACES
