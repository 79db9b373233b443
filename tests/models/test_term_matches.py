"""A user's terms as features: where they stand, what training hides, what is saved."""

from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Config, fix_random_seed

from spacy_clinical.context.term_lists import make_term_list
from spacy_clinical.docs import to_doc
from spacy_clinical.errors import ContextError, EncoderError
from spacy_clinical.models.term_matches import MARK, build_term_matches
from spacy_clinical.records import Entity, Record

from ..conftest import TINY_CONFIG
from ..pipelines import train

TABLE = """# label and term
DRUG\tAspirin
DRUG\tacetyl-salicylic acid
SIGN\tacid reflux disease
"""


@pytest.fixture()
def table(tmp_path: Path) -> Path:
    (tmp_path / "terms.tsv").write_text(TABLE, encoding="utf-8")
    return tmp_path / "terms.tsv"


def make_doc(text: str) -> Doc:
    words = text.split()
    return Doc(Vocab(), words=words)


def marks(path: Path, text: str, **settings: Any) -> list[str]:
    """The letters of each token: of DRUG in capitals, of SIGN in small ones."""
    model = build_term_matches(make_term_list(path), **settings)
    model.initialize()
    (vectors,) = model.predict([make_doc(text)])
    assert vectors.shape == (len(text.split()), 8)
    return ["".join(c for c, x in zip("BILUbilu", row, strict=True) if x) for row in vectors]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASPIRIN or aspirins", ["U", "", ""]),
        ("acetyl - salicylic acid reflux disease .", ["B", "I", "I", "Lb", "i", "l", ""]),
        ("acid acid reflux", ["", "", ""]),
        # a term that ends inside a token
        ("acetyl - salicylic acid/base", ["", "", "", ""]),
    ],
)
def test_marks(table: Path, text: str, expected: list[str]) -> None:
    assert marks(table, text) == expected


def test_training_hides_some_of_the_matches(table: Path) -> None:
    model = build_term_matches(make_term_list(table), drop=0.25)
    model.initialize()
    doc = make_doc(" ".join(["acetyl - salicylic acid"] * 1000))
    (vectors,), backprop = model.begin_update([doc])
    whole = vectors.reshape(1000, 4, 8).sum(axis=(1, 2))
    assert set(whole.tolist()) == {0.0, 4 * MARK}
    assert 0.7 < (whole > 0).mean() < 0.8
    assert backprop([vectors]) == [doc]
    assert model.predict([doc])[0].sum() == 4000 * MARK


@pytest.mark.parametrize(
    ("text", "code"),
    [("DRUG aspirin", "SC322.*line 1"), ("DRUG\taspirin\nSIGN\t", "SC322.*line 2"), ("", "SC325")],
)
def test_tables_that_can_not_be_read(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "terms.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(ContextError, match=code):
        build_term_matches(make_term_list(tmp_path / "terms.tsv")).initialize()


def test_no_table(tmp_path: Path) -> None:
    with pytest.raises(ContextError, match="SC325"):
        build_term_matches(make_term_list(None)).initialize()
    with pytest.raises(ContextError, match="SC320"):
        build_term_matches(make_term_list(tmp_path / "none.tsv")).initialize()


def make_examples(nlp: Language, names: list[tuple[str, bool]]) -> list[Example]:
    """Two invented words, of which one is a drug: no encoder can tell which by its pieces."""
    examples = []
    for i, (name, is_drug) in enumerate(names):
        text = f"the patient was given {name} daily ."
        entities = (Entity("T", "DRUG", ((22, 22 + len(name)),)),) if is_drug else ()
        doc = to_doc(Record(str(i), text, entities), nlp.make_doc)
        examples.append(Example(nlp.make_doc(text), doc))
    return examples


@pytest.mark.parametrize("keep", [True, False])
def test_a_pipeline_learns_to_believe_its_list(
    tiny_encoder: Path, tmp_path: Path, keep: bool
) -> None:
    """It finds a term that no training text has, and no word that isn't one; so does what is
    saved, without the list's file if that was kept."""
    terms = tmp_path / "terms.tsv"
    terms.write_text("".join(f"DRUG\tqu{c}x\n" for c in "abcdefgh"), encoding="utf-8")
    fix_random_seed(0)
    config = Config().from_str(TINY_CONFIG)
    config["nlp"]["pipeline"] = ["transformer", "clinical_ner"]
    config["components"]["transformer"]["model"]["weights"]["folder"] = str(tiny_encoder)
    forms = {
        "@architectures": "spacy-clinical.TermMatches.v1",
        "drop": 0.0,
        "terms": {"@misc": "spacy-clinical.TermList.v1", "path": str(terms), "keep": keep},
    }
    config["components"]["clinical_ner"]["model"] = {
        "@architectures": "spacy-clinical.TokenClassifier.v1",
        "tok2vec": {"@architectures": "spacy-clinical.TransformerListener.v1"},
        "forms": forms,
    }
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    names = [(f"qu{c}x", True) for c in "abcd"] + [(f"zi{c}x", False) for c in "abcd"]
    nlp.initialize(lambda: make_examples(nlp, names))
    for _ in range(80):
        train(nlp, make_examples(nlp, names))
    nlp.to_disk(tmp_path / "model")
    saved = b"".join(p.read_bytes() for p in (tmp_path / "model").rglob("*") if p.is_file())
    assert (b"quhx" in saved) == keep
    if keep:
        terms.unlink()
    loaded = spacy.load(tmp_path / "model")
    texts = [f"the patient was given {name} daily ." for name in ("quhx", "zihx")]
    assert [[ent.text for ent in loaded(text).ents] for text in texts] == [["quhx"], []]
    if not keep:
        terms.write_text("DOSE\tquhx\n", encoding="utf-8")
        with pytest.raises(EncoderError, match=r"SC223.*DOSE.*DRUG"):
            spacy.load(tmp_path / "model")(texts[0])


def test_the_draw_is_fixed_by_the_seed(table: Path) -> None:
    model = build_term_matches(make_term_list(table), drop=0.5)
    model.initialize()
    found = []
    for _ in range(2):
        fix_random_seed(3)
        found.append(model.begin_update([make_doc("aspirin " * 30)])[0][0])
    numpy.testing.assert_array_equal(*found)
