"""Fixtures for all tests."""

import atexit
import multiprocessing
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
import torch
from hypothesis import settings
from spacy.language import Language
from spacy.training import Example
from thinc.api import Config, fix_random_seed

from spacy_clinical.docs import to_doc
from spacy_clinical.records import Attribute, Entity, Record, Relation

MOST_OF_A_SOCKET = 60  # characters of a folder in which a socket's path is sure to fit
pytest_plugins = ["tests.pipelines", "tests.e5s1", "tests.readers"]
# A test may take long on a busy machine: hypothesis's 200 ms a try would fail it for that alone.
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")
if "PYTEST_XDIST_WORKER" in os.environ:
    # Processes side by side would wait for each other's threads.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
# The path of a fork server's socket must be short, however deep the folder of temporary files is.
if len(tempfile.gettempdir()) > MOST_OF_A_SOCKET and os.path.isdir("/tmp"):
    SHORT = tempfile.mkdtemp(prefix="sockets-", dir="/tmp")
    atexit.register(shutil.rmtree, SHORT, ignore_errors=True)
    multiprocessing.process.current_process()._config["tempdir"] = SHORT  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of public corpora. Skips where it is missing."""
    default = Path(__file__).parents[1] / ".." / "shared" / "data"
    folder = Path(os.environ.get("SPACY_CLINICAL_DATA") or default)
    if not folder.is_dir():
        pytest.skip(f"no public corpora in {folder}: set SPACY_CLINICAL_DATA")
    return folder.resolve()


def assert_same_sums(found: Any, expected: Any) -> None:
    """Compare float32 arrays or tensors that may have been summed in another order, as on another
    processor: a sum of a hundred products of order one differs by 100 x 2 ** -24 at most."""
    pair = (x.detach().numpy() if hasattr(x, "detach") else x for x in (found, expected))
    numpy.testing.assert_allclose(*pair, rtol=1e-5, atol=1e-5)


WORDS = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "patient", "was", "given", "aspirin",
    "for", "pain", "and", "met", "##form", "##in", "##s", "type", "2", "diabetes", "rash", "after",
    "no", "fever", "mg", "500", "daily", ".", ",", "-", "/", "(", ")", "a", "b", "##a",
    "##b", "##c",
]  # fmt: skip


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random two-layer BERT of width 32 and 64 positions, and its tokenizer."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("encoder")
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    BertModel(config).eval().save_pretrained(folder)
    return folder


TINY_CONFIG = """
[nlp]
lang = "en"
pipeline = ["transformer", "clinical_ner", "clinical_rel"]

[components]

[components.transformer]
factory = "clinical_encoder"

[components.transformer.model]
@architectures = "spacy-clinical.TransformerModel.v1"
window = 48
overlap = 8
max_padded = 256

[components.transformer.model.weights]
@misc = "spacy-clinical.EncoderWeights.v1"
folder = null

[components.clinical_ner]
factory = "clinical_ner"

[components.clinical_rel]
factory = "clinical_rel"

[components.clinical_rel.model]
@architectures = "spacy-clinical.PairClassifier.v1"
hidden = 16
context_heads = 2
dropout = 0.0

[components.clinical_rel.model.tok2vec]
@architectures = "spacy-clinical.TransformerListener.v1"
"""

SENTENCES = (
    ("The patient was given aspirin for pain .", ((22, 29, "DRUG"), (34, 38, "SIGN")), ((0, 1),)),
    ("No fever . The patient was given aspirin .", ((3, 8, "SIGN"), (33, 40, "DRUG")), ()),
)


def make_record(number: int) -> Record:
    """One of the small annotated documents that tests train on."""
    text, spans, pairs = SENTENCES[number % len(SENTENCES)]
    entities = tuple(Entity(f"T{i}", label, ((s, e),)) for i, (s, e, label) in enumerate(spans))
    relations = tuple(Relation(f"T{h}", f"T{t}", "TREATS") for h, t in pairs)
    return Record(f"doc{number}", text, entities, relations)


def asserted(record: Record) -> Record:
    """The record with an assertion on each mention: absent after "No"."""
    value = "absent" if record.text.startswith("No ") else "present"
    attributes = (Attribute(entity.id, "assertion", value) for entity in record.entities)
    return replace(record, attributes=tuple(attributes))


def make_examples(nlp: Language, count: int = 4) -> list[Example]:
    """Examples of `make_record`, tokenised by a pipeline."""
    docs = [to_doc(asserted(make_record(i)), nlp.make_doc) for i in range(count)]
    return [Example(nlp.make_doc(doc.text), doc) for doc in docs]


@pytest.fixture()
def tiny_nlp(tiny_encoder: Path) -> Language:
    """An initialised pipeline of encoder, entities and relations with random weights."""
    fix_random_seed(0)
    config = Config().from_str(TINY_CONFIG)
    config["components"]["transformer"]["model"]["weights"]["folder"] = str(tiny_encoder)
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.initialize(lambda: make_examples(nlp))
    return nlp
