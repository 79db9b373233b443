"""Lines of log that are gathered: none is lost, none waits longer than a round of the loop."""

import asyncio
import json
import subprocess
import sys

import pytest

from spacy_clinical.serve.access_log import LOGGER, Gathering, log_request


@pytest.fixture
def gathering(monkeypatch: pytest.MonkeyPatch) -> Gathering:
    handler = Gathering()
    monkeypatch.setattr(LOGGER, "handlers", [handler])
    monkeypatch.setattr(LOGGER, "level", 20)
    monkeypatch.setattr(LOGGER, "propagate", False)
    LOGGER.manager._clear_cache()  # type: ignore[attr-defined]
    return handler


def numbers(text: str) -> list[int]:
    return [json.loads(line)["number"] for line in text.splitlines()]


def test_lines_of_a_round_are_written_together(
    gathering: Gathering, capfd: pytest.CaptureFixture[str]
) -> None:
    async def main() -> None:
        for number in range(3):
            log_request(number=number)
        assert not capfd.readouterr().err
        await asyncio.sleep(0)
        assert numbers(capfd.readouterr().err) == [0, 1, 2]
        log_request(number=3)
        await asyncio.sleep(0)
        assert numbers(capfd.readouterr().err) == [3]

    asyncio.run(main())


def test_without_a_loop_a_line_is_written_at_once(
    gathering: Gathering, capfd: pytest.CaptureFixture[str]
) -> None:
    log_request(number=0)
    assert numbers(capfd.readouterr().err) == [0]
    log_request(number=1)
    assert numbers(capfd.readouterr().err) == [1]


def test_what_is_kept_at_the_end_is_written() -> None:
    program = """
import asyncio
from spacy_clinical.serve.access_log import log_request, log_to_stderr

async def main():
    log_request(number=7)
    raise SystemExit(0)

log_to_stderr()
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert numbers(done.stderr) == [7]
