"""Commands whose modules are imported when they are asked for: all of them take a second."""

from importlib import import_module
from typing import Any

from typer.core import TyperGroup
from typer.main import get_group

from .util import app

FILES = (  # in the order in which `--help` shows their commands
    "init_config convert inspect evaluate annotate export deidentify package verify findings"
    " signals evidence calibrate tune doctor lint_context drift regress show render serve"
    " graph audit card kb rules terms explain ask timeline eligibility silver pretrain train"
)


class LazyCommands(TyperGroup):
    """The group of all commands."""

    def list_commands(self, ctx: Any) -> list[str]:
        """RETURNS (list[str]): The names of all commands, all of which are imported for it."""
        return list(_known(FILES.split()))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Find a command.

        cmd_name (str): Its name, as that of its file or, of one with several, another.
        RETURNS (Command | None): The command, None if there is no such one.
        """
        file = cmd_name.replace("-", "_")
        known = _known([file] if file in FILES.split() else FILES.split())
        self.commands.update(known)  # of which typer names one that is like a mistyped one
        return known.get(cmd_name)


def _known(files: list[str]) -> dict[str, Any]:
    """RETURNS (dict[str, Command]): By their names, those of some files and of all that were
    imported before."""
    for file in files:
        import_module(f"{__package__}.{file}")
    return dict(get_group(app).commands)
