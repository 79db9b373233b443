"""A pipeline that has learned a few tiny questions by heart."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.util import load_config
from thinc.api import fix_random_seed

from spacy_clinical.corpus.question_corpus import make_question_corpus

from .corpus.squad_files import write_squad
from .pipelines import train

CONFIG = Path(__file__).parents[1] / "configs" / "qa.cfg"


@pytest.fixture(scope="session")
def squad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny questions in the JSON of SQuAD."""
    return write_squad(tmp_path_factory.mktemp("squad") / "q.json")


@pytest.fixture(scope="session")
def reader(tiny_encoder: Path, squad: Path) -> Language:
    """A pipeline with `clinical_qa`; not to be changed."""
    fix_random_seed(0)
    config = load_config(CONFIG, overrides={"paths.encoder": str(tiny_encoder)})
    model = config["components"]["transformer"]["model"]
    model |= {
        "window": 48,
        "overlap": 8,
        "rate": 1.0,
        "frozen_layers": None,
        "train_precision": "float32",
    }
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    corpus = make_question_corpus(squad, words=10, overlap=0, negatives=2)
    examples = list(corpus(nlp))
    nlp.initialize(lambda: examples)
    for _ in range(30):
        train(nlp, examples)
    return nlp
