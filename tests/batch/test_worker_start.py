"""How workers start: by fork where that is safe, else as the user or Python says."""

import itertools
import multiprocessing
import os
import time

import pytest
import spacy
import torch
from spacy.tokens import Doc

from spacy_clinical.batch import worker_start
from spacy_clinical.batch.worker_pool import annotate_batches, make_batches
from spacy_clinical.batch.worker_start import choose_start
from spacy_clinical.note import Note

ON_LINUX = "spacy_clinical.batch.worker_start.sys.platform"


def test_fork_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ON_LINUX, "linux")
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda allow_none: None)
    assert choose_start().get_start_method() == "fork"


def test_the_users_choice_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ON_LINUX, "linux")
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda allow_none: "spawn")
    assert choose_start().get_start_method() == "spawn"


def test_a_gpu_does_not_survive_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    default = multiprocessing.get_context().get_start_method()
    monkeypatch.setattr(ON_LINUX, "linux")
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda allow_none: None)
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    assert choose_start().get_start_method() == default


def _process_number(doc: Doc) -> bytes:
    return str(os.getpid()).encode()


def test_work_begins_before_others_have_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few notes are done before a process that imports everything is there, and it is ended."""
    context = multiprocessing.get_context("spawn")
    monkeypatch.setattr(worker_start, "choose_start", lambda: context)
    others = set(multiprocessing.active_children())
    notes = [Note(str(i), f"Seen on day {i}.") for i in range(6)]
    done = annotate_batches(
        spacy.blank("en"), make_batches(0, notes, 2), n_process=2, take=_process_number
    )
    began = time.monotonic()
    results = [result for _, results in done for result in results]
    assert {result.doc for result in results} == {str(os.getpid()).encode()}
    assert [result.id for result in results] == [note.id for note in notes]
    assert set(multiprocessing.active_children()) <= others
    assert time.monotonic() - began < 60


def test_others_work_once_they_have_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    context = multiprocessing.get_context("spawn")
    monkeypatch.setattr(worker_start, "choose_start", lambda: context)
    batches = make_batches(0, [Note(str(i), "Seen today.") for i in range(4)], 1)
    seen: set[bytes | None] = set()
    again = (batch for _ in itertools.count() for batch in batches)
    wanted = itertools.takewhile(lambda _: len(seen) < 2, again)
    for _, results in annotate_batches(
        spacy.blank("en"), wanted, n_process=2, take=_process_number
    ):
        seen |= {result.doc for result in results}
    assert len(seen) >= 2
