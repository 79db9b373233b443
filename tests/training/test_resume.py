"""A training that is killed and resumed ends as an undisturbed one; what can't be resumed."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.tokens import DocBin
from thinc.api import Config

from spacy_clinical.cli import app
from spacy_clinical.docs import to_doc
from spacy_clinical.temporary_files import SUFFIX
from spacy_clinical.training import training_loop

from .. import commands
from ..commands import Ran
from ..conftest import TINY_CONFIG, make_record
from ..kills import killed_after

TRAINING = """
[paths]
train = null
encoder = null

[corpora]

[corpora.train]
@readers = "spacy-clinical.Corpus.v1"
path = ${paths.train}

[corpora.dev]
@readers = "spacy-clinical.Corpus.v1"
path = ${paths.train}
limit = 2

[training]
seed = 3
gpu_allocator = null
train_corpus = "corpora.train"
dev_corpus = "corpora.dev"
dropout = 0.2
accumulate_gradient = 2
patience = 0
max_epochs = 7
max_steps = 0
eval_frequency = 5

[training.batcher]
@batchers = "spacy-clinical.batch_by_wordpieces.v1"
size = 40

[training.batcher.weights]
@misc = "spacy-clinical.EncoderWeights.v1"
folder = ${paths.encoder}

[training.optimizer]
@optimizers = "spacy-clinical.AdamW.v1"
average_steps = 4

[training.optimizer.learn_rate]
@schedules = "warmup_linear.v1"
initial_rate = 0.02
warmup_steps = 2
total_steps = 30

[training.before_update]
@callbacks = "test.die.v1"
step = 1000
marker = "."

[training.before_to_disk]
@callbacks = "spacy-clinical.prune_strings.v1"

[training.score_weights]
ents_f = 0.5
rel_micro_f = 0.5
"""
ADAM = {"@optimizers": "Adam.v1", "learn_rate": 0.01, "use_averages": True}

# Kills its own process before an update, but only once: as a power cut would.
DIE = """
import os, signal
from pathlib import Path
from spacy.util import registry

@registry.callbacks("test.die.v1")
def make_die(step: int, marker: str):
    def die(nlp, state):
        if state["step"] == step and not Path(marker).exists():
            Path(marker).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return die
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path) -> Path:
    """A config, a corpus of ten documents, code that dies."""
    folder = tmp_path_factory.mktemp("resume")
    make_doc = spacy.blank("en").make_doc
    docs = DocBin(docs=[to_doc(make_record(i), make_doc) for i in range(10)])
    docs.to_disk(folder / "train.spacy")
    config = Config().from_str(TINY_CONFIG + TRAINING, interpolate=False)
    config["paths"]["train"] = str(folder / "train.spacy")
    config["paths"]["encoder"] = str(tiny_encoder)
    config["components"]["transformer"]["model"]["weights"]["folder"] = "${paths.encoder}"
    config["components"]["transformer"]["model"]["train_precision"] = "float32"
    config.to_disk(folder / "adamw.cfg")
    dies_late = config["training"]["before_update"]
    for name, layers in {"frozen": None, "frozen-lower": 1}.items():
        still = {"@callbacks": "spacy-clinical.freeze_encoder.v1", "after": 4, "layers": layers}
        config["training"]["before_update"] = still
        config.to_disk(folder / f"{name}.cfg")
    config["training"]["before_update"] = dies_late
    config["training"]["optimizer"] = ADAM
    config.to_disk(folder / "adam.cfg")
    (folder / "die.py").write_text(DIE, encoding="utf-8")
    return folder


def arguments(folder: Path, output: Path, *more: str, name: str = "adamw") -> list[str]:
    always = ["--output", str(output), "--code", str(folder / "die.py"), "--every", "3"]
    return ["train", str(folder / f"{name}.cfg"), *always, *more]


def run(folder: Path, output: Path, *more: str, name: str = "adamw") -> Ran:
    return commands.run(app, *arguments(folder, output, *more, name=name))


def must(result: Ran) -> Ran:
    assert result.exit_code == 0, (result.output, result.exception)
    return result


@pytest.fixture(scope="module", params=["adamw", "adam"])
def whole(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Path]:
    """An optimizer, and an undisturbed training with it."""
    output = folder / f"{request.param}-whole"
    must(run(folder, output, name=request.param))
    return request.param, output


def arrays(model: Path) -> Iterator[Any]:
    """All weights of a saved pipeline."""
    nlp = spacy.load(model)
    for name in ("transformer", "clinical_ner", "clinical_rel"):
        for node in nlp.get_pipe(name).model.walk():  # type: ignore[attr-defined]
            yield from (node.get_param(name) for name in node.param_names)
            for shim in node.shims:
                yield from (p.detach().numpy() for p in shim._model.parameters())


def assert_same(found: Path, expected: Path) -> None:
    for a, b in zip(arrays(found), arrays(expected), strict=True):
        numpy.testing.assert_array_equal(a, b)
    first, second = (spacy.load(path).meta["performance"] for path in (found, expected))
    numbers = {name: value for name, value in second.items() if isinstance(value, float)}
    assert {name: first[name] for name in numbers} == pytest.approx(numbers, rel=1e-4)
    assert len(numbers) > 5


def test_training_learns(whole: tuple[str, Path]) -> None:
    name, output = whole
    assert sorted(path.name for path in output.iterdir()) == ["model-best", "model-last"]
    if name == "adamw":
        assert spacy.load(output / "model-best").meta["performance"]["ents_f"] > 0.5


def test_killed_and_resumed(whole: tuple[str, Path], folder: Path, tmp_path: Path) -> None:
    """SIGKILL at step 9; the second process has other identifiers and random numbers."""
    name, expected = whole
    if name != "adamw":
        pytest.skip("one real kill is enough")
    output = tmp_path / "out"
    die = ["--training.before_update.step=9"]
    die += [f"--training.before_update.marker={tmp_path / 'died'}"]
    command = [sys.executable, "-m", "spacy", "clinical", *arguments(folder, output, *die)]
    killed = subprocess.run(command, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert [path.name for path in output.glob("check*")] == ["checkpoint-000000008"]
    result = must(run(folder, output, *die, "--resume"))
    assert "Went on at step 9" in result.output
    assert_same(output / "model-last", expected / "model-last")
    assert_same(output / "model-best", expected / "model-best")
    assert sorted(path.name for path in output.iterdir()) == ["model-best", "model-last"]


def test_killed_at_random_moments_and_resumed(
    whole: tuple[str, Path], folder: Path, tmp_path: Path
) -> None:
    name, expected = whole
    chance, kills = random.Random(name), 0
    began = time.monotonic()
    must(run(folder, tmp_path / "timed", name=name))
    duration = time.monotonic() - began
    for number in range(int(os.environ.get("SPACY_CLINICAL_KILLS", name == "adamw"))):
        again = partial(run, folder, output := tmp_path / str(number), "--resume", name=name)
        kills += sum(killed_after(chance.uniform(0, duration), again) for _ in range(3))
        must(again())
        assert_same(output / "model-last", expected / "model-last")
        assert_same(output / "model-best", expected / "model-best")
        assert sorted(path.name for path in output.iterdir()) == ["model-best", "model-last"]
    sys.stdout.write(f"train, {name}: {kills} kills\n")


def interrupted(folder: Path, output: Path, step: int, name: str = "adamw") -> Path:
    """Train, and stop before a step as Ctrl-C does."""
    original = training_loop.train_while_improving

    def patched(*args: Any, **kwargs: Any) -> Any:
        yield from islice(original(*args, **kwargs), step)
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_loop, "train_while_improving", patched)
        assert run(folder, output, name=name).exit_code != 0
    return output


def test_interrupted_within_an_epoch_and_resumed(
    whole: tuple[str, Path], folder: Path, tmp_path: Path
) -> None:
    name, expected = whole
    interrupted(folder, tmp_path, 5, name)
    result = must(run(folder, tmp_path, "--resume", name=name))
    assert "Went on at step 3" in result.output
    assert_same(tmp_path / "model-last", expected / "model-last")
    assert_same(tmp_path / "model-best", expected / "model-best")


def test_killed_behind_the_last_step(whole: tuple[str, Path], folder: Path, tmp_path: Path) -> None:
    """Nothing is left to train, but models to write: with the scores of the last evaluation."""
    name, expected = whole
    interrupted(folder, tmp_path, 10_000, name)
    for model in ("model-last", "model-best"):
        shutil.rmtree(tmp_path / model)
    must(run(folder, tmp_path, "--resume", name=name))
    assert_same(tmp_path / "model-last", expected / "model-last")


@pytest.mark.parametrize(
    ("name", "step"), [("frozen", 4), ("frozen", 7), ("frozen-lower", 7)], scope="module"
)
def test_an_encoder_that_stopped_learning_stays(
    folder: Path, tmp_path: Path, name: str, step: int
) -> None:
    whole = folder / f"{name}-whole"
    if not whole.exists():
        must(run(folder, whole, name=name))
    interrupted(folder, tmp_path, step, name)
    must(run(folder, tmp_path, "--resume", name=name))
    assert_same(tmp_path / "model-last", whole / "model-last")


@pytest.fixture(scope="module")
def stopped(folder: Path) -> Path:
    """The output of a training that was interrupted before step 7."""
    return interrupted(folder, folder / "stopped", 7)


def test_an_interrupted_training_leaves_a_model_and_a_checkpoint(stopped: Path) -> None:
    names = sorted(path.name for path in stopped.iterdir())
    assert names == ["checkpoint-000000005", "model-best", "model-last"]
    checkpoint = stopped / names[0]
    texts = [p.read_bytes() for p in checkpoint.rglob("*") if p.is_file()]
    assert len(texts) > 4
    assert not any(b"The patient was given" in text for text in texts)
    assert not list(checkpoint.rglob("strings.json"))


@pytest.mark.parametrize(
    ("more", "code", "what"),
    [
        ((), "SC412", "checkpoint-000000005"),
        (("--resume", "--training.dropout=0.3"), "SC413", r"1 settings .*training\.dropout"),
        (("--resume", "--corpora.train.limit=9"), "SC413", r"corpora\.train\.limit"),
    ],
)
def test_what_is_refused(
    stopped: Path, folder: Path, more: tuple[str, ...], code: str, what: str
) -> None:
    before = sorted(stopped.rglob("*"))
    result = run(folder, stopped, *more)
    assert result.exit_code == 1
    assert f"[{code}]" in result.output
    assert re.search(what, result.output), result.output
    assert sorted(stopped.rglob("*")) == before


def test_another_corpus_is_noticed(stopped: Path, folder: Path, tmp_path: Path) -> None:
    make_doc = spacy.blank("en").make_doc
    docs = [to_doc(make_record(i * 2), make_doc) for i in range(10)]
    DocBin(docs=docs).to_disk(tmp_path / "other.spacy")
    before = sorted(stopped.rglob("*"))
    result = run(folder, stopped, "--resume", f"--paths.train={tmp_path / 'other.spacy'}")
    assert result.exit_code == 1 and "[SC414]" in result.output
    assert sorted(stopped.rglob("*")) == before


def test_a_damaged_checkpoint(stopped: Path, folder: Path) -> None:
    file = stopped / "checkpoint-000000005" / "optimizer.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    result = run(folder, stopped, "--resume")
    file.write_bytes(whole)
    assert result.exit_code == 1 and "[SC415]" in result.output


def test_resume_without_a_checkpoint_begins_anew(folder: Path, tmp_path: Path) -> None:
    result = must(run(folder, tmp_path, "--resume", "--training.max_steps=1"))
    assert "Went on" not in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model-best", "model-last"]


def test_no_file_is_left_of_other_runs(folder: Path, tmp_path: Path) -> None:
    (half := tmp_path / f".checkpoint-000000001.0{SUFFIX}").mkdir()
    must(run(folder, tmp_path, "--training.max_steps=1"))
    assert not half.exists() and os.listdir(tmp_path)
