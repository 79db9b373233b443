"""Ctrl-C while lines are written: the file, the head and the run's counts agree."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.audit import Trail, trail_files
from spacy_clinical.audit.trail_check import check_trail
from spacy_clinical.audit.trail_files import Chain

from .trails import KEY, MODEL, audited, rows


@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("step", ["_append", "fsync", "write_head", "_sync"])
def test_ctrl_c_takes_lines_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int, step: str
) -> None:
    """Wherever it comes, before a step or behind it: neither the file nor the head has the lines,
    and whoever writes next finds nothing to repair."""
    chain = Chain(tmp_path)
    owner = {"fsync": trail_files.os, "_sync": chain}.get(step, trail_files)
    for i in range(before):
        chain.add([{"event": f"before {i}"}], sync=True)
    for late in (False, True):
        with monkeypatch.context() as patched:
            patched.setattr(owner, step, interrupted(getattr(owner, step), late=late))
            with pytest.raises(KeyboardInterrupt):
                chain.add([{"event": "lost"}], sync=True)
        assert not before or not check_trail(tmp_path).faults
    for writer in (chain, Chain(tmp_path)):
        writer.add([{"event": "kept"}], sync=True)
    assert not check_trail(tmp_path).faults
    assert [row["event"] for row in rows(tmp_path)][1 + before :] == ["kept", "kept"]


def interrupted(call: Callable[..., Any], *, late: bool) -> Callable[..., Any]:
    """A call before which, or behind which, somebody presses Ctrl-C the first time."""
    told: list[bool] = []

    def at_first(*given: Any) -> Any:
        found = call(*given) if late or told else None
        if not told:
            told.append(True)
            raise KeyboardInterrupt
        return found

    return at_first


def test_a_run_goes_on_behind_ctrl_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the run counts is what the file holds: the note that was stopped is in neither."""

    def stop(descriptor: int) -> None:
        raise KeyboardInterrupt

    with Trail(tmp_path, KEY).run("annotate", MODEL) as run:
        run.notes([audited(0)])
        run._chain._synced = 0.0
        with monkeypatch.context() as patched:
            patched.setattr(trail_files.os, "fsync", stop)
            with pytest.raises(KeyboardInterrupt):
                run.notes([audited(1)])
        run.notes([audited(2)])
    found = list(rows(tmp_path))
    assert not check_trail(tmp_path).faults
    assert sum(row["event"] == "note" for row in found) == found[-1]["notes"] == 2
    assert sum(row["counts"]["notes"] for row in found if row["event"] == "counts") == 2
