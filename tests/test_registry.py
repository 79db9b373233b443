"""Entry points resolve, and importing the package costs little."""

import re
import subprocess
import sys
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.util import registry

PARSER = ConfigParser()
PARSER.optionxform = str  # type: ignore[assignment,method-assign]
PARSER.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")
POINTS = [
    (group, *(part.strip() for part in line.split("=")))
    for group, lines in PARSER["options.entry_points"].items()
    for line in lines.strip().splitlines()
]


@pytest.mark.parametrize(("group", "name", "target"), POINTS, ids=lambda value: value)
def test_entry_point_resolves(group: str, name: str, target: str) -> None:
    module, _, attribute = target.partition(":")
    found = getattr(import_module(module), attribute)
    assert found is not None
    if group == "spacy_factories":
        assert Language.has_factory(name)
        assert Language.get_factory_meta(name).assigns
    elif group != "spacy_cli":
        if "_llm_" in group:  # spaCy's registry has this table once the package is imported
            pytest.importorskip("spacy_llm", reason="the extra llm isn't installed")
        table = getattr(registry, group.removeprefix("spacy_").removeprefix("thinc_"))
        assert table.get(name) is found
        assert name.startswith("spacy-clinical.")
        assert re.fullmatch(r".+\.v[1-9]", name)


@pytest.mark.parametrize(
    ("modules", "banned"),
    [
        ("spacy_clinical", ["torch", "transformers", "spacy", "matplotlib"]),
        ("spacy_clinical.formats, spacy_clinical.schema", ["torch", "transformers", "spacy"]),
        (
            "spacy_clinical.corpus, spacy_clinical.pipeline.ner.clinical_ner, "
            "spacy_clinical.pipeline.relations.clinical_rel",
            ["transformers", "matplotlib"],
        ),
    ],
)
def test_import_is_cheap(modules: str, banned: list[str]) -> None:
    code = f"import sys, {modules}; print(sorted({set(banned)} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr
