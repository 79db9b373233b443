"""A line a request, without a letter of it: neither path nor query nor id nor header."""

import asyncio
import json
import logging
import sys
import traceback
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger("spacy_clinical.access")


def log_request(**facts: Any) -> None:
    """Write a line.

    facts (Any): Numbers, codes, and names that the service itself gave.
    """
    if LOGGER.isEnabledFor(logging.INFO):
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        LOGGER.info(json.dumps({"time": now, **facts}))


def describe_error(error: BaseException) -> str:
    """RETURNS (str): What kind of error it is and where it was raised. Its message may quote a
    note, so that isn't told."""
    frames = traceback.extract_tb(error.__traceback__)[-1:]
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    return " ".join([type(error).__name__, *places])


def silence_paths() -> None:
    """Silence uvicorn's own access log: it holds paths and queries as the client sent them."""
    logging.getLogger("uvicorn.access").disabled = True


class Gathering(logging.Handler):
    """Writes the lines of one round of the event loop to standard error together: at each call to
    the system, whoever answers waits for the thread that annotates."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line until the round ends; write it where there is no event loop."""
        self._lines.append(f"{record.getMessage()}\n")
        if len(self._lines) == 1:
            try:
                asyncio.get_running_loop().call_soon(self.flush)
            except RuntimeError:
                self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        with self.lock or nullcontext():
            lines, self._lines = self._lines, []
        if lines:
            sys.stderr.write("".join(lines))
            sys.stderr.flush()


def log_to_stderr() -> None:
    """Let the lines go to standard error, as containers and systemd want them."""
    if not LOGGER.handlers:
        LOGGER.addHandler(Gathering())
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
