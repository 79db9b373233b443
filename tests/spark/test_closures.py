"""What Spark sends to each worker is small, and the same there; no engine is needed to see it."""

import pickle
from pathlib import Path

import spacy

from spacy_clinical.batch.arrow_worker_job import ArrowJob
from spacy_clinical.spark.dataframes import work_of
from spacy_clinical.spark.worker_pipeline import hash_model

MOST = 10_000  # bytes


def test_a_closure_holds_no_pipeline(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "model")
    model = str(tmp_path / "model")
    settings = ("text", "id", ("patient", "date"), "facts", "2024-01-01T00:00:00", 32, False, "")
    work = work_of(ArrowJob(model, hash_model(model), *settings))
    sent = pickle.dumps(work)
    assert len(sent) < MOST
    again = pickle.loads(sent)
    assert (again.func, again.keywords) == (work.func, work.keywords)
