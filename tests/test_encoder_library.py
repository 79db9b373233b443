"""What a pipeline without its components spares: spacy-transformers isn't imported for it."""

import subprocess
import sys
from pathlib import Path

import catalogue
import pytest
import spacy
from spacy.language import Language

from spacy_clinical.encoder_library import leaving_out_encoders, need_encoders
from spacy_clinical.installed import load_model

RULES = "from spacy.cli import setup_cli; setup_cli()"
LIBRARIES = "spacy_transformers", "torch._dynamo"
PROBE = f"""
import atexit, sys
def tell():
    found = [name for name in {LIBRARIES} if name in sys.modules]
    print("IMPORTED", *found, file=sys.stderr)
atexit.register(tell)
sys.argv = ["spacy", "clinical", "show", sys.argv[1], "--text", "No fever."]
{RULES}
"""


def show(folder: Path) -> list[str]:
    """Run `show` in a process of its own. RETURNS (list[str]): The libraries that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(folder)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "fever" in done.stdout
    return done.stderr.rpartition("IMPORTED")[2].split()


def names() -> set[str]:
    points = catalogue.AVAILABLE_ENTRY_POINTS.select(group="spacy_factories")
    return {point.name for point in points}


def test_a_pipeline_of_rules_does_without(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "Finding", "pattern": "fever"}])  # type: ignore[attr-defined]
    nlp.add_pipe("clinical_context")
    nlp.to_disk(tmp_path / "rules")
    assert show(tmp_path / "rules") == []


def test_a_pipeline_with_our_encoder_does_without(tiny_nlp: Language, tmp_path: Path) -> None:
    tiny_nlp.to_disk(tmp_path / "encoder")
    assert show(tmp_path / "encoder") == []


def test_a_pipeline_with_theirs_has_it() -> None:
    assert "spacy_transformers" in show(Path(__file__).parent / "saved" / "pipeline")


def test_factories_are_left_out_for_a_while(tmp_path: Path) -> None:
    before = names()
    assert {"transformer", "clinical_ner"} <= before
    with leaving_out_encoders():
        assert before - names() == {"transformer"}
        with leaving_out_encoders():
            assert before - names() == {"transformer"}
    assert names() == before


@pytest.mark.parametrize(
    ("line", "left_out"),
    [
        ('factory = "transformer"', False),
        ('factory="transformer"', False),
        ('  factory  =  "transformer"', False),
        ('factory: "transformer"', False),
        ('encoder = {"factory":"transformer"}', False),
        ('@architectures = "spacy-transformers.Tok2VecTransformer.v3"', False),
        ('source = "another_pipeline"', False),
        ('pipeline = ["transformer","clinical_ner"]', True),
        ('factory = "clinical_encoder"', True),
        ('factory = "curated_transformer"', True),
    ],
)
def test_the_config_says_what_is_needed(tmp_path: Path, line: str, left_out: bool) -> None:
    (tmp_path / "config.cfg").write_text(f"[components.encoder]\n{line}\n", encoding="utf-8")
    with leaving_out_encoders():
        need_encoders(tmp_path)
        assert ("transformer" not in names()) == left_out


def test_what_cannot_be_read_is_needed(tmp_path: Path) -> None:
    with leaving_out_encoders():
        need_encoders(tmp_path / "nowhere")
        assert "transformer" in names()


def test_an_error_takes_it_in_again() -> None:
    before = names()
    with pytest.raises(KeyError), leaving_out_encoders():
        raise KeyError
    assert names() == before


def test_a_catalogue_that_keeps_them_elsewhere_imports_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(catalogue, "AVAILABLE_ENTRY_POINTS")
    with leaving_out_encoders():
        assert not hasattr(catalogue, "AVAILABLE_ENTRY_POINTS")


def test_a_package_may_make_its_pipeline_in_a_way_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "own_pipeline-1.0.dist-info" / "METADATA"
    about.parent.mkdir()
    about.write_text("Metadata-Version: 2.1\nName: own_pipeline\nVersion: 1.0\n", encoding="utf-8")
    code = "import spacy\ndef load(**settings):\n    return spacy.blank('en')\n"
    (tmp_path / "own_pipeline.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with leaving_out_encoders():
        assert load_model("own_pipeline").lang == "en"
        assert "transformer" in names()
