"""A tiny pipeline that has learned the test records by heart."""

from pathlib import Path

import spacy
from spacy.language import Language
from thinc.api import Adam, Config, fix_random_seed

from ..conftest import TINY_CONFIG, make_examples


def train_tiny(encoder: Path, entities: str | None = None) -> Language:
    """Train the pipeline of `TINY_CONFIG`, or one with another architecture for entities, until it
    knows both records."""
    fix_random_seed(0)
    config = Config().from_str(TINY_CONFIG)
    config["components"]["transformer"]["model"]["weights"]["folder"] = str(encoder)
    if entities:
        listener = {"@architectures": "spacy-clinical.TransformerListener.v1"}
        model = {"@architectures": entities, "tok2vec": listener}
        config["components"]["clinical_ner"]["model"] = model
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.initialize(lambda: make_examples(nlp, 2))
    optimizer = Adam(0.01, use_averages=False)
    for _ in range(25):
        nlp.update(make_examples(nlp, 2), sgd=optimizer, losses={})
    return nlp
