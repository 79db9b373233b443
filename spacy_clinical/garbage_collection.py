"""The garbage collector, kept off what is loaded, and out of a batch's loops."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OF_PYTHON = 1000  # objects that Python itself sets aside as it starts: 375 in 3.12, none in others


@contextmanager
def loaded_objects_aside() -> Iterator[None]:
    """Let the collector go through what is made from now on only, until the block ends.

    A base of terms or a vocabulary has hundreds of thousands of objects, and each full round of the
    collector visits them all. Where somebody has set objects aside before (`gc.freeze`), as servers
    do before they fork, nothing is done: they would come back with ours.
    """
    if gc.get_freeze_count() > OF_PYTHON:
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def collect_all() -> None:
    """Collect what isn't used any more, of what was set aside too; the rest of it stays aside.

    The collector puts a full round off until a quarter as many objects are new as its last one met:
    that one shall meet few, so that none takes long.
    """
    aside = gc.get_freeze_count() > OF_PYTHON
    if aside:
        gc.unfreeze()
    gc.collect()
    if aside:
        gc.freeze()
        gc.collect()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let the collector rest until the block ends, for one batch of documents.

    What is made for mentions lives until the batch is done: there is nothing to collect, and each
    look for it costs as much as the mentions. Where it is off already it stays so.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
