"""Named pipes as inputs: nothing waits for them in silence."""

import os
from pathlib import Path

import pytest

from ..commands import run
from .conftest import app


@pytest.mark.parametrize(
    "command",
    [
        "convert {0} {1}/o.spacy",
        "kb build {0} -o {1}/kb",
        "graph build {0} {1}/g.json",
        "ask {0} fever?",
    ],
)
def test_a_named_pipe_is_refused(tmp_path: Path, command: str) -> None:
    os.mkfifo(tmp_path / "in.jsonl")
    ran = run(app, *(part.format(tmp_path / "in.jsonl", tmp_path) for part in command.split()))
    assert ran.exit_code == 1 and "SC583" in ran.output


def test_a_pipe_of_the_shell_is_read(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    os.write(writes, b"{}")
    os.close(writes)
    ran = run(app, "ask", f"/dev/fd/{reads}", "fever?")
    os.close(reads)
    assert "SC583" not in ran.output
