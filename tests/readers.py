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

AMONG_OTHERS = "No fever.\n\n  The patient was given aspirin for pain.\nNo rash after 500 mg daily."
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
    settings = {"words": 10, "overlap": 0, "negatives": 2}
    examples = list(make_question_corpus(squad, **settings)(nlp))
    start = AMONG_OTHERS.index("aspirin")
    questions = [("q4", "given for pain", "aspirin", start)]
    other = write_squad(squad.with_name("other.json"), AMONG_OTHERS, questions)
    examples += make_question_corpus(other, **settings)(nlp)
    nlp.initialize(lambda: examples)
    train(nlp, examples, steps=120)
    return nlp
