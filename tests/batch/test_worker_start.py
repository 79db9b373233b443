"""How workers start: by fork where that is safe, else as the user or Python says."""

import multiprocessing

import pytest
import torch

from spacy_clinical.batch.worker_pool import choose_start

ON_LINUX = "spacy_clinical.batch.worker_pool.sys.platform"


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
