"""Loaded objects are set aside for a run, and come back however it ends."""

import gc
import weakref

import pytest
import spacy

from spacy_clinical.batch.worker_pool import annotate_batches, make_batches
from spacy_clinical.garbage_collection import (
    OF_PYTHON,
    collect_all,
    collector_paused,
    loaded_objects_aside,
)
from spacy_clinical.note import Note


def set_aside() -> bool:
    return gc.get_freeze_count() > OF_PYTHON


def test_set_aside_until_the_block_ends() -> None:
    with loaded_objects_aside():
        assert set_aside()
    assert not set_aside()


def test_they_come_back_after_an_error() -> None:
    with pytest.raises(KeyError), loaded_objects_aside():
        raise KeyError
    assert not set_aside()


def test_what_others_have_set_aside_stays() -> None:
    gc.freeze()
    try:
        with loaded_objects_aside():
            assert set_aside()
        assert set_aside()
    finally:
        gc.unfreeze()


def test_what_is_made_meanwhile_is_still_collected() -> None:
    with loaded_objects_aside():
        gc.collect()
        circle: list[object] = []
        circle.append(circle)
        del circle
        assert gc.collect() >= 1


def a_circle() -> "weakref.ref[set[object]]":
    """What only the collector takes away."""

    class Circle(set):  # type: ignore[type-arg]
        pass

    found = Circle()
    found.itself = found  # type: ignore[attr-defined]
    return weakref.ref(found)


def test_what_was_set_aside_and_is_not_used_is_collected_and_the_rest_stays_aside() -> None:
    gc.collect()
    gc.disable()
    try:
        left = a_circle()
        with loaded_objects_aside():
            gc.collect()
            assert left() is not None
            collect_all()
            assert left() is None
            assert set_aside()
        collect_all()
        assert not set_aside()
    finally:
        gc.enable()


@pytest.mark.parametrize("ends", [True, False])
def test_a_run_sets_them_aside(ends: bool) -> None:
    notes = [Note(str(i), "No fever.") for i in range(4)]
    run = annotate_batches(spacy.blank("en"), make_batches(0, notes, 1))
    next(run)
    assert set_aside()
    assert len(list(run)) == 3 if ends else run.close() is None
    assert not set_aside()


def test_the_collector_rests_and_comes_back_after_an_error() -> None:
    with pytest.raises(KeyError), collector_paused():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
