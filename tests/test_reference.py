"""The API reference: each object on its pages exists and says what it takes, gives and raises."""

import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import spacy_clinical

PAGES = Path(__file__).parents[1] / "docs" / "reference"
NAMES = sorted(
    name
    for page in PAGES.glob("*.md")
    for name in re.findall(r"^::: (\S+)$", page.read_text(encoding="utf-8"), flags=re.M)
)
ARRAYS = re.compile(r"\b(?:Array|ndarray|Floats[1-4]d|Ints[1-4]d)\b")


def find(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


@pytest.mark.parametrize("name", NAMES)
def test_parameters_and_results_are_documented(name: str) -> None:
    found = find(name)
    text = inspect.getdoc(found)
    assert text
    if not inspect.isfunction(found):
        return
    signature = inspect.signature(found)
    if name.rpartition(".")[2].startswith("make_"):  # a factory: spaCy gives the first two
        assert all(f"{x} (" in text or f"{x}, " in text for x in list(signature.parameters)[2:])
        return
    for parameter in signature.parameters:
        assert re.search(rf"(?:^|[ *]){parameter}(?:, \w+)*(?: \(|:)", text, flags=re.M), parameter
    if signature.return_annotation not in (None, "None"):
        assert re.search(r"^(?:RETURNS|YIELDS)", text, flags=re.M)


@pytest.mark.parametrize("name", NAMES)
def test_arrays_have_shapes(name: str) -> None:
    found = find(name)
    text = inspect.getdoc(found) or ""
    annotations = inspect.get_annotations(found)
    if not name.rpartition(".")[2].startswith("make_") and any(
        ARRAYS.search(str(kind)) for kind in annotations.values()
    ):
        assert "shape" in text


def test_every_function_is_on_a_page() -> None:
    named = {name.rpartition(".")[2] for name in NAMES}
    assert set(spacy_clinical.__all__) <= named
