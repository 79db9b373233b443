"""Commands called as users do, and what they say, whatever terminal this runs in."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Ran:
    """What a command did.

    exit_code (int): 0 if it succeeded.
    output (str): What it printed, a message a line: without colours, and not wrapped, which depends
        on how long the paths in it are.
    exception (BaseException | None): What it raised.
    """

    exit_code: int
    output: str
    exception: BaseException | None


def run(app: Any, *args: object) -> Ran:
    """Call a command of a typer app."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wasabi.printer.wrap", lambda text, **settings: str(text))
        patch.setattr("typer.rich_utils.MAX_WIDTH", 10_000, raising=False)
        result = CliRunner().invoke(app, [str(arg) for arg in args])
    return Ran(result.exit_code, COLOURS.sub("", result.output), result.exception)
