"""spaCy's own commands on our configs: fill, label, train, resume, evaluate; what they refuse."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.cli import app
from spacy.tokens import DocBin
from spacy.util import load_config
from thinc.api import Config

from spacy_clinical.docs import get_relations, to_doc
from spacy_clinical.errors import SpacyClinicalError

from .cli.conftest import invoke
from .commands import Ran, run
from .conftest import asserted, make_record

SAMPLE = Path(__file__).parents[1] / "configs" / "sample.cfg"
Edit = Callable[[Config], None]


def call(*args: object) -> Ran:
    """Call `spacy`, which must succeed."""
    result = run(app, *args)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six documents; train and dev are the same."""
    path = tmp_path_factory.mktemp("corpus") / "six.spacy"
    make_doc = spacy.blank("en").make_doc
    DocBin(docs=[to_doc(asserted(make_record(i)), make_doc) for i in range(6)]).to_disk(path)
    return path


@pytest.fixture(scope="module")
def filled(tiny_encoder: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample config, filled by `init fill-config` and cut down to the tiny encoder."""
    folder = tmp_path_factory.mktemp("config")
    call("init", "fill-config", SAMPLE, folder / "filled.cfg")
    config = load_config(folder / "filled.cfg", interpolate=False)
    config["paths"].update(train=str(corpus), dev=str(corpus), encoder=str(tiny_encoder))
    config["components"]["transformer"]["model"].update(window=48, overlap=8, rate=1.0)
    config["components"]["clinical_rel"]["model"].update(hidden=16)
    config["training"].update(dropout=0.0, max_epochs=0, max_steps=24, eval_frequency=8)
    config["training"]["before_update"].update(after=16, layers=1)
    config["training"]["optimizer"]["learn_rate"].update(initial_rate=0.01, warmup_steps=2)
    config.to_disk(folder / "tiny.cfg")
    return folder / "tiny.cfg"


@pytest.fixture(scope="module")
def trained(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of `spacy train`."""
    folder = tmp_path_factory.mktemp("training")
    log = ("--training.logger.output_file", folder / "log.jsonl")
    (folder / "table.txt").write_text(call("train", filled, "--output", folder, *log).output)
    return folder


def edited(filled: Path, folder: Path, edit: Edit) -> Path:
    config = load_config(filled, interpolate=False)
    edit(config)
    config.to_disk(folder / "edited.cfg")
    return folder / "edited.cfg"


def test_loss_goes_down(trained: Path) -> None:
    rows = [json.loads(line) for line in (trained / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [0, 8, 16, 24]
    for name in ("clinical_ner", "clinical_rel"):
        losses = [row["losses"][name] for row in rows]
        # all but the first row sum over eight steps
        assert losses[-1] < losses[1] / 3, name
    assert rows[-1]["score"] > 0.9 > rows[0]["score"]


def test_table_of_training(trained: Path) -> None:
    """A column for each loss and each score that counts, under a name of its own, and aligned."""
    lines = (trained / "table.txt").read_text().splitlines()
    place = next(i for i, line in enumerate(lines) if line.split()[:2] == ["Epoch", "Step"])
    table = lines[place : place + 6]
    losses = ["Loss ner", "Loss assertion", "Loss rel"]
    scores = ["ents_f", "assertion_macro_f", "rel_micro_f", "Score"]
    assert re.split(r"\s{2,}", table[0].strip()) == ["Epoch", "Step", *losses, *scores]
    assert len({len(line) for line in table}) == 1
    assert [line.split()[1] for line in table[2:]] == ["0", "8", "16", "24"]


def test_trained_pipeline(trained: Path) -> None:
    nlp = spacy.load(trained / "model-best")
    heads = ["clinical_ner", "clinical_assertion", "clinical_rel"]
    assert nlp.pipe_names == ["sentencizer", "transformer", *heads]
    doc = nlp(make_record(0).text)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("aspirin", "DRUG"), ("pain", "SIGN")]
    assert [(r.head.text, r.label, r.tail.text) for r in get_relations(doc)] == [
        ("aspirin", "TREATS", "pain")
    ]
    assert [ent._.assertion for ent in doc.ents] == ["present", "present"]
    doc = nlp(make_record(1).text)
    assert get_relations(doc) == ()
    assert [ent._.assertion for ent in doc.ents] == ["absent", "absent"]


def test_saved_pipeline_holds_no_text(trained: Path, corpus: Path, tiny_encoder: Path) -> None:
    strings = json.loads((trained / "model-best" / "vocab" / "strings.json").read_text())
    assert {"DRUG", "SIGN", "TREATS"} <= set(strings)
    assert not {"aspirin", "patient", "fever"} & {string.lower() for string in strings}


def test_spacy_evaluate(trained: Path, corpus: Path, tmp_path: Path) -> None:
    """spaCy's own command gives our scores; so does ours, given gold mentions too."""
    call("evaluate", trained / "model-best", corpus, "--output", tmp_path / "a.json")
    theirs = json.loads((tmp_path / "a.json").read_text())
    ours = invoke("evaluate", trained / "model-best", corpus, "--output", tmp_path / "b.json")
    assert ours.exit_code == 0, ours.output
    scores = json.loads((tmp_path / "b.json").read_text())
    assert scores["documents"] == 6
    for name in ("ents_p", "ents_r", "ents_f", "rel_micro_f", "rel_boundary_f", "rel_per_type"):
        assert theirs[name] == scores["end_to_end"][name]
    assert theirs["ents_f"] > 0.9
    assert scores["given_mentions"]["rel_micro_f"] > 0.9


def test_init_labels(filled: Path, tmp_path: Path) -> None:
    """Labels are written, and read back in place of the examples."""
    call("init", "labels", filled, tmp_path / "labels")
    files = {file.stem: json.loads(file.read_text()) for file in (tmp_path / "labels").iterdir()}
    assert files["clinical_ner"] == ["DRUG", "SIGN"]
    treats = {"head": ["DRUG"], "tail": ["SIGN"], "symmetric": False}
    assert files["clinical_rel"]["relations"] == {"TREATS": treats}

    def more_labels(config: Config) -> None:
        for name in ("clinical_ner", "clinical_rel"):
            path = tmp_path / "labels" / f"{name}.json"
            labels = {"@readers": "spacy.read_labels.v1", "path": str(path)}
            config["initialize"]["components"][name] = {"labels": labels}
        config["training"]["max_steps"] = 1

    files["clinical_ner"].append("DOSE")
    (tmp_path / "labels" / "clinical_ner.json").write_text(json.dumps(files["clinical_ner"]))
    call("train", edited(filled, tmp_path, more_labels), "--output", tmp_path / "out")
    nlp = spacy.load(tmp_path / "out" / "model-last")
    assert nlp.get_pipe("clinical_ner").labels == ("DRUG", "SIGN", "DOSE")  # type: ignore[attr-defined]
    assert nlp.get_pipe("clinical_rel").label_data == files["clinical_rel"]  # type: ignore[attr-defined]


def test_training_goes_on_from_a_saved_pipeline(
    trained: Path, filled: Path, tmp_path: Path
) -> None:
    """Sourced components keep their weights and labels: the first score is the old best."""

    def source(config: Config) -> None:
        for name in config["nlp"]["pipeline"]:
            config["components"][name] = {"source": str(trained / "model-best")}
        config["training"].update(max_steps=2, eval_frequency=1)
        config["training"]["optimizer"]["learn_rate"] = 0.0001
        config["training"]["logger"]["output_file"] = str(tmp_path / "log.jsonl")
        config["paths"]["encoder"] = None

    call("train", edited(filled, tmp_path, source), "--output", tmp_path / "out")
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    old = json.loads((trained / "log.jsonl").read_text().splitlines()[0])
    assert rows[0]["score"] > 0.9
    assert rows[0]["losses"]["clinical_ner"] < old["losses"]["clinical_ner"] / 3
    nlp = spacy.load(tmp_path / "out" / "model-last")
    assert [ent.text for ent in nlp(make_record(0).text).ents] == ["aspirin", "pain"]


def forbid(config: Config) -> None:
    treats = {"head": ["SIGN"], "tail": ["DRUG"], "symmetric": False}
    config["components"]["clinical_rel"]["relations"] = {"TREATS": treats}


def drop_label(config: Config) -> None:
    config["initialize"]["components"]["clinical_ner"] = {"labels": ["DRUG"]}


def no_entities(config: Config) -> None:
    config["nlp"]["pipeline"] = ["transformer", "clinical_rel"]
    del config["components"]["clinical_ner"], config["components"]["sentencizer"]
    config["training"]["annotating_components"] = []


def entities_last(config: Config) -> None:
    config["nlp"]["pipeline"] = ["transformer", "clinical_rel", "clinical_ner"]
    del config["components"]["sentencizer"]
    config["training"]["annotating_components"] = []


def set_path(name: str, value: Any) -> Edit:
    def edit(config: Config) -> None:
        config["paths"][name] = value

    return edit


def no_weights(config: Config) -> None:
    weights = {"folder": None, "package": "no-such-package", "hub": None}
    config["components"]["transformer"]["model"]["weights"].update(weights)


@pytest.mark.parametrize(
    ("edit", "code", "what"),
    [
        (forbid, "SC101", "'TREATS' from 'DRUG' to 'SIGN'"),
        (drop_label, "SC304", "SIGN.*Known: DRUG"),
        (no_entities, "SC303", "clinical_rel"),
        (entities_last, "SC303", "clinical_rel"),
        (set_path("encoder", "/no/such/folder"), "SC201", "/no/such/folder"),
        (no_weights, "SC202", "no-such-package"),
        (set_path("train", None), "SC401", r"--paths\.train"),
        (set_path("dev", "/no/such.spacy"), "SC402", r"/no/such\.spacy"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_training_refuses(
    filled: Path, tmp_path: Path, edit: Edit, code: str, what: str
) -> None:
    arguments = ["train", str(edited(filled, tmp_path, edit)), "--output", str(tmp_path / "out")]
    result = run(app, *arguments)
    assert result.exit_code == 1
    with pytest.raises(SpacyClinicalError, match=rf"\[{code}\] .*{what}") as caught:
        raise result.exception or AssertionError("no exception")
    assert "aspirin" not in str(caught.value) + result.output
    assert not (tmp_path / "out" / "model-best").exists()


def test_a_config_without_a_corpus(filled: Path, tmp_path: Path) -> None:
    """The config as it lies in the repository, without any path."""
    result = run(app, "train", SAMPLE, "--output", tmp_path)
    assert result.exit_code == 1
    assert "[SC401]" in str(result.exception)
