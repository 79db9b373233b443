"""Counters of several processes: what one that ended said of itself ends with it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from spacy_clinical.serve.metrics import FOLDER, Metrics
from spacy_clinical.serve.server_process import Workers

WORKER = """
from spacy_clinical.serve.service_events import ModelFacts
from spacy_clinical.serve.metrics import Metrics

metrics = Metrics()
metrics.tell_model(ModelFacts("old", "1", "ab"))
metrics.waiting.set(3)
metrics.tell_batch(2, 40)
"""


def test_a_worker_that_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    subprocess.run([sys.executable, "-c", WORKER], check=True, env=dict(os.environ))
    before = Metrics().text().decode()
    assert "spacy_clinical_waiting_notes 3.0" in before
    assert 'spacy_clinical_model{hash="ab"' in before
    workers = object.__new__(Workers)
    workers.processes, workers.should_exit = [], threading.Event()
    workers.keep_subprocess_alive()
    after = Metrics().text().decode()
    assert "waiting_notes 3.0" not in after and 'hash="ab"' not in after
    assert "spacy_clinical_batch_notes_sum 2.0" in after
