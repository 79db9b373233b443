"""A trained pipeline that learns new labels: what is added to its corpus, and the whole road."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.cli.debug_config import debug_config
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training.initialize import init_nlp
from spacy.util import load_config, load_model_from_config
from thinc.api import Adam, Config, fix_random_seed

from spacy_clinical.docs import get_mentions, get_relation_rows, to_doc, to_record
from spacy_clinical.encoder.find_encoders import find_encoders
from spacy_clinical.errors import CorpusError
from spacy_clinical.records import Attribute, Entity, Record, Relation
from spacy_clinical.training.config_text import write_config
from spacy_clinical.training.fine_tuning import (
    Settings,
    annotated_in,
    complete,
    make_completed_corpus,
    make_grow_labels,
)

from ..cli.conftest import invoke
from ..cli.trained import train_tiny
from ..conftest import make_examples, make_record

TEXT = "The patient was given aspirin for pain ."


def entity(id: str, label: str, text: str, score: float | None = None) -> Entity:
    start = TEXT.index(text)
    return Entity(id, label, ((start, start + len(text)),), score=score)


GOLD = Record("g", TEXT, (entity("T1", "PERSON", "patient"), entity("R0", "DRUG", "aspirin")))
FOUND = Record(
    "",
    TEXT,
    (
        entity("T1", "SIGN", "patient was", 0.9),  # touches an annotated mention
        entity("T2", "DRUG", "aspirin", 0.9),  # is annotated
        entity("T3", "DRUG", "pain", 0.9),  # of a label that is annotated
        entity("T4", "SIGN", "pain", 0.8),
        entity("T5", "DOSE", "The", 0.4),  # is unsure
    ),
    (
        Relation("T2", "T4", "TREATS", 0.7),
        Relation("T2", "T4", "EASES", 0.3),
        Relation("T3", "T4", "TREATS", 0.9),
        Relation("T2", "T4", "KNOWN", 0.9),
    ),
    (
        Attribute("T4", "assertion", "absent", 0.6),
        Attribute("T2", "known", "yes"),
        Attribute("T1", "assertion", "present"),
    ),
)
ANNOTATED = {
    ("entity", "PERSON"),
    ("entity", "DRUG"),
    ("relation", "KNOWN"),
    ("attribute", "known"),
}


def test_what_is_added_by_hand() -> None:
    """Of five mentions one, with a new id; of four relations one; of three attributes one."""
    done = complete(GOLD, FOUND, Settings(ANNOTATED, 0.5, overlaps=False))
    pain = entity("R1", "SIGN", "pain")
    assert done.entities == (*GOLD.entities, replace(pain, id=done.entities[2].id))
    assert done.entities[2].id not in {"T1", "R0"}
    assert done.relations == (Relation("R0", done.entities[2].id, "TREATS"),)
    assert done.attributes == (Attribute(done.entities[2].id, "assertion", "absent"),)
    wider = complete(GOLD, FOUND, Settings(ANNOTATED, 0.3, overlaps=True))
    assert [e.label for e in wider.entities[2:]] == ["SIGN", "SIGN", "DOSE"]
    assert len({e.id for e in wider.entities}) == 5
    assert [r.label for r in wider.relations] == ["TREATS", "EASES"]


def test_what_a_corpus_annotates() -> None:
    record = replace(
        GOLD,
        relations=(Relation("T1", "R0", "KNOWN"),),
        attributes=(Attribute("T1", "known", "yes"),),
    )
    assert annotated_in([record], None) == ANNOTATED
    assert annotated_in([GOLD], ["PERSON"]) == {("entity", "PERSON")}


@pytest.mark.parametrize("make", [make_grow_labels, lambda path: make_completed_corpus(path, "m")])
def test_a_corpus_needs_a_path(make: Any) -> None:
    with pytest.raises(CorpusError, match="SC401"):
        make(None)


@pytest.fixture(scope="module")
def folder(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained pipeline in `old`, and a corpus of persons alone in `new.spacy`."""
    folder = tmp_path_factory.mktemp("fine_tuning")
    train_tiny(tiny_encoder).to_disk(folder / "old")
    records = [
        Record(f"n{i}", text, (Entity("P", "PERSON", ((start, start + 7),)),))
        for i in range(2)
        if (start := (text := make_record(i).text).index("patient")) >= 0
    ]
    make_doc = spacy.blank("en").make_doc
    DocBin(docs=[to_doc(record, make_doc) for record in records]).to_disk(folder / "new.spacy")
    return folder


def facts(nlp: Language) -> list[Any]:
    """Mentions and relations of the small sentences, as JSON values."""
    docs = nlp.pipe(make_record(i).text for i in range(2))
    found = [(get_mentions(doc), [row[:3] for row in get_relation_rows(doc)]) for doc in docs]
    values: list[Any] = json.loads(json.dumps(found))
    return values


def facts_elsewhere(folder: Path) -> list[Any]:
    """The same in a process that has seen nothing of the training."""
    script = (
        "import json, spacy; from tests.training.test_fine_tuning import facts; "
        f"print(json.dumps(facts(spacy.load({str(folder)!r}))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    values: list[Any] = json.loads(done.stdout)
    return values


def test_the_reader_completes_once(folder: Path) -> None:
    read = make_completed_corpus(folder / "new.spacy", str(folder / "old"))
    nlp = spacy.load(folder / "old")
    for _ in range(2):
        records = [to_record(eg.reference) for eg in read(nlp)]
        assert [sorted(e.label for e in r.entities) for r in records] == [
            ["DRUG", "PERSON", "SIGN"],
            ["DRUG", "PERSON", "SIGN"],
        ]
        assert [[r.label for r in record.relations] for record in records] == [["TREATS"], []]
        assert all(e.score is None for record in records for e in record.entities)


def test_new_labels_are_learned_and_old_ones_kept(folder: Path, tmp_path: Path) -> None:
    """The command's config as it is, but for a rate at which two sentences suffice. Steps are small
    and many, so that what is kept doesn't hang on how a processor rounds."""
    output, new = tmp_path / "my.cfg", folder / "new.spacy"
    args = ["init-config", output, "--from", folder / "old", "-t", new, "-d", new]
    result = invoke(*args)
    assert result.exit_code == 0, result.output
    assert "PERSON" in result.output
    debug_config(output)
    nlp = init_nlp(load_config(output, interpolate=False))
    assert nlp.get_pipe("clinical_ner").labels == ("DRUG", "SIGN", "PERSON")  # type: ignore[attr-defined]
    before = facts(nlp)
    assert before == facts(spacy.load(folder / "old"))
    read = make_completed_corpus(new, str(folder / "old"))
    fix_random_seed(0)
    optimizer = Adam(0.003, use_averages=False)
    for _ in range(80):
        nlp.update(list(read(nlp)), sgd=optimizer, losses={})
    after = facts(nlp)
    for (old, _), (mentions, _) in zip(before, after, strict=True):
        assert all(mention in mentions for mention in old)
        assert [label for label, _ in mentions if label == "PERSON"] == ["PERSON"]
    nlp.to_disk(tmp_path / "model")
    assert facts_elsewhere(tmp_path / "model") == after


@pytest.mark.parametrize("listeners", [[], ["model.tok2vec"]], ids=["shared", "replaced"])
def test_a_borrowed_encoder_is_kept(folder: Path, tmp_path: Path, listeners: list[str]) -> None:
    """Components of another pipeline, with its encoder shared, or a copy for each."""
    old = spacy.load(folder / "old")
    source = {"source": str(folder / "old")}
    pipeline = (
        ["clinical_ner", "clinical_rel"] if listeners else ["transformer", *old.pipe_names[1:]]
    )
    own = {**source, "replace_listeners": listeners}
    components = {name: own if name in pipeline and listeners else source for name in pipeline}
    config = Config({"nlp": {"lang": "en", "pipeline": pipeline}, "components": components})
    nlp = load_model_from_config(config, auto_fill=True)
    assert facts(nlp) == facts(old)
    assert len(find_encoders(nlp)) == (2 if listeners else 1)
    optimizer = nlp.resume_training()
    losses = [nlp.update(make_examples(nlp, 2), sgd=optimizer, losses={}) for _ in range(3)]
    heads = ("clinical_ner", "clinical_rel")
    assert all(losses[2][head] < losses[0][head] for head in heads)
    nlp.to_disk(tmp_path / "model")
    assert facts_elsewhere(tmp_path / "model") == facts(nlp)


def test_the_template_is_whole(folder: Path) -> None:
    """No tokenizer of its own: what the pipeline has is copied."""
    values: dict[str, Any] = {
        "title": "x", "train": None, "dev": None, "model": str(folder / "old"), "lang": "en",
        "pipeline": ["transformer", "clinical_ner"], "labels": ["A"], "overlaps": False,
        "tokenizer": {"@tokenizers": "spacy.Tokenizer.v1"}, "annotating": [], "epochs": 1,
        "eval_frequency": 1, "batch": 1, "steps_an_epoch": 1, "warmup_steps": 1, "total_steps": 1,
        "learn_rate": 0.1, "score_weights": {"ents_f": 1.0},
    }  # fmt: skip
    config = Config().from_str(write_config("fine_tuning.cfg", values), interpolate=False)
    assert config["components"] == {
        name: {"source": "${paths.model}"} for name in values["pipeline"]
    }
