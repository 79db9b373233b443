"""Processes that annotate: how they start, get the pipeline, and end.

A forked process has the pipeline at once. One that starts by spawn or forkserver imports everything
first, which takes seconds of processor time; the process that wants it needn't wait.
"""

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, parent_process
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from multiprocessing.reduction import ForkingPickler

import torch
from spacy.language import Language

Loaded = Sequence[Future[int]]


@contextmanager
def started_workers(nlp: Language, n_process: int) -> Iterator[tuple[ProcessPoolExecutor, Loaded]]:
    """Start processes, and end those that nobody needs any more.

    nlp (Language): The pipeline, which is `Worker.nlp` there.
    n_process (int): How many.
    YIELDS (tuple[ProcessPoolExecutor, Loaded]): The processes, and a future for each that has to
        load, which is done as soon as one of them can work; none of forked ones, which can.
    """
    others, start = set(multiprocessing.active_children()), choose_start()
    forked = start.get_start_method() == "fork"
    given = (nlp, None) if forked else (None, _queue_of(nlp, n_process, start))
    with ProcessPoolExecutor(n_process, start, _begin, given) as pool:
        loaded = [] if forked else [pool.submit(os.getpid) for _ in range(n_process)]
        try:
            yield pool, loaded
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            if loaded:
                _end_loading(set(multiprocessing.active_children()) - others, loaded)


def choose_start() -> BaseContext:
    """Choose how workers start.

    RETURNS (BaseContext): Fork on Linux, which shares the pipeline's memory and costs no import,
        unless a GPU is in use, which doesn't survive it, or `multiprocessing.set_start_method` was
        called; else what Python does, so that each worker imports and loads everything, while
        this process works on.
    """
    chosen = multiprocessing.get_start_method(allow_none=True)
    fork = chosen is None and sys.platform == "linux" and not torch.cuda.is_initialized()
    return multiprocessing.get_context("fork" if fork else chosen)


def _queue_of(nlp: Language, n_process: int, start: BaseContext) -> "Queue[bytes]":
    """The pipeline for each process, which fetches it when it is ready to: given at the start, it
    would keep the process that gives it until then. It is packed as multiprocessing packs all that
    it hands over; nothing of it comes from a file, or is one."""
    queue = start.Queue()
    packed = bytes(ForkingPickler.dumps(nlp))
    for _ in range(n_process):
        queue.put(packed)
    queue.cancel_join_thread()
    return queue


def _end_loading(workers: Iterable[BaseProcess], loaded: Loaded) -> None:
    """End workers if one of them isn't known to have loaded; all, as one that is ended may hold
    what another waits for."""
    done = (future for future in loaded if future.done() and not future.cancelled())
    known = {future.result() for future in done if future.exception() is None}
    workers = list(workers)
    if not known.issuperset(worker.pid for worker in workers):
        for worker in workers:
            worker.terminate()


class Worker:
    """The pipeline of this process, if it is one that another started."""

    nlp: Language | None = None


def _begin(nlp: Language | None, queue: "Queue[bytes] | None") -> None:
    Worker.nlp = nlp if queue is None else ForkingPickler.loads(queue.get())
    gc.freeze()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leave when the parent is gone: a killed parent can't tell its workers to."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
