"""Workers compute with one thread, however they are started."""

import multiprocessing
from multiprocessing.connection import Connection

import pytest
import torch

from spacy_clinical.encoder.encoder_shim import EncoderShim

METHODS = multiprocessing.get_all_start_methods()


def tell(shim: type[EncoderShim], end: Connection) -> None:
    end.send((shim.__name__, torch.get_num_threads()))


@pytest.mark.parametrize("method", METHODS)
def test_a_worker_has_one_thread(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two would be there without us: by the environment, or from the process that forks."""
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        context = multiprocessing.get_context(method)
        mine, theirs = context.Pipe()
        process = context.Process(target=tell, args=(EncoderShim, theirs))
        process.start()
        assert mine.poll(300), "the worker doesn't answer"
        assert mine.recv() == ("EncoderShim", 1)
        process.join()
    finally:
        torch.set_num_threads(before)
