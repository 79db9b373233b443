"""Counters of a service, as Prometheus reads them. They hold no word and no id of a note."""

import os
from collections.abc import Collection
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from .service_events import ModelFacts

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
_PIECES = (16, 64, 256, 1024, 4096, 16384, 65536)


class Metrics:
    """The counters of one app, apart from those of others in the process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "spacy_clinical_requests",
            "Requests by route, status and error code.",
            ("route", "status", "code"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "spacy_clinical_request_seconds",
            "Seconds from a request to its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.notes = Counter(
            "spacy_clinical_notes",
            "Notes by error code, which is empty for those that were annotated.",
            ("code",),
            registry=self.registry,
        )
        self.batch_notes = Histogram(
            "spacy_clinical_batch_notes",
            "Notes of a batch.",
            buckets=_SIZES,
            registry=self.registry,
        )
        self.batch_wordpieces = Histogram(
            "spacy_clinical_batch_wordpieces",
            "Wordpieces of a batch.",
            buckets=_PIECES,
            registry=self.registry,
        )
        self.waiting = Gauge(
            "spacy_clinical_waiting_notes",
            "Notes that wait.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.model = Gauge(
            "spacy_clinical_model",
            "1 for the pipeline in use.",
            ("name", "version", "hash"),
            registry=self.registry,
            multiprocess_mode="livemax",
        )

    def tell_batch(self, notes: int, pieces: int) -> None:
        """Count a batch."""
        self.batch_notes.observe(notes)
        self.batch_wordpieces.observe(pieces)

    def tell_model(self, facts: ModelFacts, old: ModelFacts | None = None) -> None:
        """Say which pipeline is in use."""
        if old is not None:
            self.model.labels(*old).set(0)
        self.model.labels(*facts).set(1)

    def text(self) -> bytes:
        """RETURNS (bytes): All counters; of several processes, their sums."""
        if FOLDER not in os.environ:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        return generate_latest(registry)


def forget_others(pids: Collection[int | None]) -> None:
    """Leave out what processes that ended said of themselves; what they counted stays.

    pids (Collection[int | None]): Of the processes that live.
    """
    for path in Path(os.environ[FOLDER]).glob("gauge_live*_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if pid not in pids:
            multiprocess.mark_process_dead(pid)
