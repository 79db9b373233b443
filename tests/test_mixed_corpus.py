"""Several corpora in one training: what each knows, its share, and what is left out of it."""

import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training import Example
from spacy.util import registry
from thinc.api import Config, fix_random_seed

from spacy_clinical.corpus import make_corpus_part, make_mixed_corpus
from spacy_clinical.docs import (
    get_known_labels,
    get_mentions,
    get_name,
    get_relation_rows,
    has_relations,
    to_doc,
)
from spacy_clinical.errors import CorpusError
from spacy_clinical.records import Entity, Record
from spacy_clinical.scoring.entity_scores import read_mentions

from .conftest import TINY_CONFIG, make_record
from .pipelines import train


@pytest.fixture(scope="module")
def nlp() -> Language:
    """A pipeline that is initialised, so that readings are those of a training."""
    nlp = spacy.blank("en")
    nlp.initialize()
    return nlp


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, nlp: Language) -> Path:
    """`both`: six documents of DRUG and SIGN; `evaluation`: three of them, one renamed, one with
    other spaces; `signs`: two others, in which only signs are annotated, as FINDING."""
    folder = tmp_path_factory.mktemp("mixed")
    both = [
        Record(f"doc{i}", f"{make_record(i).text} {i}", make_record(i).entities) for i in range(6)
    ]
    signs = [
        Record(
            "s0",
            "The patient was given aspirin for fever .",
            (Entity("T", "FINDING", ((34, 39),)),),
        ),
        Record("s1", "Aspirin for pain .", (Entity("T", "FINDING", ((12, 16),)),)),
    ]
    evaluation = [
        both[0],
        Record("other", both[1].text),
        Record("x", both[2].text.replace(" ", "\n")),
    ]
    for name, records in (("both", both), ("signs", signs), ("evaluation", evaluation)):
        docs = [to_doc(record, nlp.make_doc) for record in records]
        DocBin(docs=docs).to_disk(folder / f"{name}.spacy")
    return folder


def read(
    nlp: Language, folder: Path, shares: tuple[float, float] = (1, 1), **settings: Any
) -> list[Example]:
    return list(make_reader(folder, shares, **settings)(nlp))


def make_reader(folder: Path, shares: tuple[float, float], **settings: Any) -> Any:
    rename = {"FINDING": "SIGN"}
    parts = {
        "both": make_corpus_part(folder / "both.spacy", share=shares[0]),
        "signs": make_corpus_part(folder / "signs.spacy", ["SIGN"], rename, False, share=shares[1]),
    }
    return make_mixed_corpus(parts, **settings)


def names(examples: list[Example]) -> list[str]:
    return [get_name(eg.reference)[0] for eg in examples]


def test_what_each_part_knows(nlp: Language, folder: Path) -> None:
    examples = read(nlp, folder)
    assert names(examples) == ["doc0", "doc1", "doc2", "doc3", "doc4", "doc5", "s0", "s1"]
    known = [get_known_labels(eg.reference) for eg in examples]
    assert known == [None] * 6 + [{"SIGN"}] * 2
    assert [m.label for m in get_mentions(examples[6].reference)] == ["SIGN"]
    assert [has_relations(eg.reference) for eg in examples] == [True] * 6 + [False] * 2
    assert not any(eg.predicted.spans for eg in examples)


@pytest.mark.parametrize(
    ("shares", "counts"),
    [((1, 0), (6, 0)), ((0, 2), (0, 4)), ((0.5, 1.5), (3, 3)), ((2.25, 1), (14, 2))],
)
def test_shares(nlp: Language, folder: Path, shares: Any, counts: tuple[int, int]) -> None:
    found = Counter(names(read(nlp, folder, shares)))
    of = [sum(n for name, n in found.items() if name.startswith(x)) for x in ("doc", "s")]
    assert tuple(of) == counts
    for name, number in found.items():
        share = shares[0] if name.startswith("doc") else shares[1]
        assert int(share) <= number <= int(share) + 1


@pytest.mark.parametrize("resumed", [False, True])
def test_a_pipeline_is_initialised_from_every_document(folder: Path, resumed: bool) -> None:
    nlp = spacy.blank("en")
    if resumed:  # as spaCy does where a component comes from another pipeline
        nlp.resume_training()
    nlp.add_pipe("tagger")
    reader = make_reader(folder, (0.5, 2.0))
    every = Counter([f"doc{i}" for i in range(6)] + ["s0", "s1"])
    assert Counter(names(reader(nlp))) == every == Counter(names(reader(nlp)))
    nlp.get_pipe("tagger").add_label("X")  # type: ignore[attr-defined]
    nlp.initialize()
    assert len(names(reader(nlp))) == 3 + 4


def test_order_and_sample_are_decided_by_the_seed(nlp: Language, folder: Path) -> None:
    readers = [make_reader(folder, (0.5, 1), shuffle=True, seed=seed) for seed in (1, 1, 2)]
    orders = [[names(list(reader(nlp))) for _ in range(3)] for reader in readers]
    assert orders[0] == orders[1] != orders[2]
    assert len({tuple(order) for order in orders[0]}) == 3


def test_documents_of_an_evaluation_are_left_out_and_counted(
    nlp: Language, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reader = make_reader(folder, (1, 1), exclude=[folder / "evaluation.spacy"])
    with caplog.at_level(logging.WARNING):
        assert names(list(reader(nlp))) == ["doc3", "doc4", "doc5", "s0", "s1"]
        list(reader(nlp))
    assert len(caplog.messages) == 1
    assert "[SC406] Of the 6 documents of 'both', 3 are left out" in caplog.text
    assert "aspirin" not in caplog.text.lower()


def test_relations_that_are_left_out_are_counted(
    nlp: Language, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a mention less: their label alone was not looked for."""
    records = [make_record(i) for i in range(3)]
    path = tmp_path / "related.spacy"
    DocBin(docs=[to_doc(record, nlp.make_doc) for record in records]).to_disk(path)
    part = make_corpus_part(path, relation_labels=["OTHER"])
    with caplog.at_level(logging.WARNING):
        examples = list(make_mixed_corpus({"related": part})(nlp))
    assert not any(get_relation_rows(eg.reference) for eg in examples)
    n_relations = sum(len(record.relations) for record in records)
    assert n_relations > 0
    assert f" 0 mentions whose label isn't among `labels`, and {n_relations} rel" in caplog.text


def test_what_can_not_be_read(folder: Path) -> None:
    with pytest.raises(CorpusError, match="SC404"):
        make_mixed_corpus({})
    with pytest.raises(CorpusError, match=r"SC405.*'a'"):
        make_mixed_corpus({"a": make_corpus_part(None)})
    with pytest.raises(CorpusError, match=r"SC407.*-0\.5"):
        make_corpus_part(folder, share=-0.5)


CONFIG = """
[corpus]
@readers = "spacy-clinical.MixedCorpus.v1"
exclude = [{folder}/evaluation.spacy]

[corpus.parts]

[corpus.parts.signs]
@misc = "spacy-clinical.CorpusPart.v1"
path = {folder}/signs.spacy
labels = ["SIGN"]
share = 2.0

[corpus.parts.signs.rename]
FINDING = "SIGN"
"""


def test_from_a_config(nlp: Language, folder: Path) -> None:
    text = CONFIG.replace("{folder}/evaluation.spacy", f'"{folder}/evaluation.spacy"')
    text = text.replace("{folder}/signs.spacy", f'"{folder}/signs.spacy"')
    reader = registry.resolve(Config().from_str(text))["corpus"]
    assert sorted(names(list(reader(nlp)))) == ["s0", "s0", "s1", "s1"]


def test_a_label_is_learned_where_it_is_annotated_only(tiny_encoder: Path, folder: Path) -> None:
    """Nobody looked for drugs in `signs`, so they are found there, as `both` has taught."""
    fix_random_seed(0)
    config = Config().from_str(TINY_CONFIG)
    config["nlp"]["pipeline"] = ["transformer", "clinical_ner"]
    config["components"]["transformer"]["model"]["weights"]["folder"] = str(tiny_encoder)
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    reader = make_reader(folder, (1, 1))
    nlp.initialize(lambda: reader(nlp))
    assert nlp.get_pipe("clinical_ner").labels == ("DRUG", "SIGN")  # type: ignore[attr-defined]
    for _ in range(40):
        losses = train(nlp, list(reader(nlp)))
    assert losses["clinical_ner"] < 1
    found = {m.label for m in read_mentions(nlp("The patient was given aspirin for fever ."))}
    assert found == {"DRUG", "SIGN"}
    assert nlp.evaluate(list(reader(nlp)))["ents_p"] == 1.0
