"""The invented patients of assets/patients, which is no package."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from spacy_clinical.records import Record

FOLDER = Path(__file__).parents[1] / "assets" / "patients"


@cache
def builder() -> ModuleType:
    """The module that builds them."""
    spec = importlib.util.spec_from_file_location("patients_build", FOLDER / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    path = list(sys.path)
    hidden = sys.modules.pop("markup", None)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = path
        sys.modules.pop("markup", None)
        if hidden is not None:
            sys.modules["markup"] = hidden
    return module


def read_patients() -> list[Record]:
    """Their notes, linked to the terminology beside them."""
    notes: list[Record] = builder().read_patients()
    return notes
