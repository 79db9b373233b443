"""scispaCy's tokenizer and sentence splitter before our heads: trained, saved, packaged.

It holds numpy below 2, so an environment of its own runs this: `tests/scispacy.sh`.
"""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import DocBin
from thinc.api import Adam, Config, fix_random_seed

from spacy_clinical.docs import get_relations, to_doc
from spacy_clinical.packaging.wheel import PackageSettings, package

from .conftest import TINY_CONFIG, asserted, make_examples, make_record

pytest.importorskip("scispacy", reason="scispaCy needs an environment of its own")
TEXT = f"{make_record(0).text} {make_record(1).text}"


@pytest.fixture(scope="module")
def trained(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline with scispaCy's first two steps and our heads, that knows both records."""
    from scispacy.custom_sentence_segmenter import pysbd_sentencizer  # noqa: F401
    from scispacy.custom_tokenizer import combined_rule_tokenizer

    fix_random_seed(0)
    config = Config().from_str(TINY_CONFIG)
    config["components"]["transformer"]["model"]["weights"]["folder"] = str(tiny_encoder)
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.tokenizer = combined_rule_tokenizer(nlp)
    nlp.add_pipe("pysbd_sentencizer", first=True)
    nlp.initialize(lambda: make_examples(nlp, 2))
    optimizer = Adam(0.01, use_averages=False)
    for _ in range(25):
        nlp.update(make_examples(nlp, 2), sgd=optimizer, losses={})
    folder = tmp_path_factory.mktemp("scispacy")
    nlp.to_disk(folder / "model")
    return folder / "model"


def facts(nlp: Language) -> tuple[list, list, list]:
    doc = nlp(TEXT)
    relations = [(r.head.text, r.label, r.tail.text) for r in get_relations(doc)]
    return (
        [sentence.text for sentence in doc.sents],
        [(ent.text, ent.label_) for ent in doc.ents],
        relations,
    )


def test_their_first_steps_and_our_heads(trained: Path) -> None:
    sentences, ents, relations = facts(spacy.load(trained))
    assert len(sentences) >= 2
    assert ("aspirin", "DRUG") in ents and ("fever", "SIGN") in ents
    assert ("aspirin", "TREATS", "pain") in relations


def test_the_package_finds_the_same(trained: Path, tmp_path: Path) -> None:
    docs = [to_doc(asserted(make_record(i)), spacy.blank("en").make_doc) for i in range(2)]
    DocBin(docs=docs).to_disk(tmp_path / "train.spacy")
    settings = PackageSettings(name="scispacy_first", build=())
    made = package(trained, tmp_path / "out", settings, corpora={"train": tmp_path / "train.spacy"})
    folder = next(path.parent for path in made.folder.rglob("config.cfg"))
    assert facts(spacy.load(folder)) == facts(spacy.load(trained))
