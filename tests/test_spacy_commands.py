"""spaCy's own commands on a pipeline of ours."""

from pathlib import Path

import pytest
import spacy
from spacy.cli import app
from spacy.tokens import DocBin
from typer.testing import CliRunner, Result

from spacy_clinical.docs import to_doc

from .conftest import TINY_CONFIG, make_record

PIPELINE = Path(__file__).parent / "saved" / "pipeline"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four annotated sentences."""
    nlp = spacy.load(PIPELINE)
    path = tmp_path_factory.mktemp("corpus") / "dev.spacy"
    DocBin(docs=[to_doc(make_record(i), nlp.make_doc) for i in range(4)]).to_disk(path)
    return path


def run(*arguments: object) -> Result:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done


def test_evaluate(corpus: Path, tmp_path: Path) -> None:
    target = tmp_path / "scores.json"
    run("evaluate", PIPELINE, corpus, "--output", target)
    text = target.read_text(encoding="utf-8")
    assert '"ents_f"' in text and '"rel_micro_f"' in text


def test_benchmark_speed(corpus: Path) -> None:
    done = run("benchmark", "speed", PIPELINE, corpus, "--batches", "30", "--batch-size", "4")
    assert "words/s" in done.output or "Mean" in done.output


def test_find_threshold(corpus: Path) -> None:
    done = run(
        "find-threshold", PIPELINE, corpus, "clinical_rel", "threshold", "rel_micro_f", "-n", "3"
    )
    assert "Best threshold" in done.output


def test_debug_data(corpus: Path, tiny_encoder: Path, tmp_path: Path) -> None:
    from thinc.api import Config

    config = Config().from_str(TINY_CONFIG)
    config["components"]["transformer"]["model"]["weights"]["folder"] = str(tiny_encoder)
    path = tmp_path / "train.cfg"
    config.to_disk(path)
    run("init", "fill-config", path, path)
    paths = ("--paths.train", corpus, "--paths.dev", corpus)
    done = CliRunner().invoke(app, [str(x) for x in ("debug", "data", path, *paths)])
    assert "Traceback" not in done.output and "Data file validation" in done.output
