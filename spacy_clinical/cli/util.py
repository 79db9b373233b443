"""What all commands share: clear failures, tables, documents that are set aside."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from typer import Typer
from wasabi import msg

from ..audit import Trail, open_audit
from ..corpus.corpus_files import failed_list, setting_aside, write_rejects
from ..errors import Errors, SpacyClinicalError
from ..files import check_outputs
from ..formats import Reject
from ..formats.rejected_documents import kinds_of
from ..plurals import counted
from ..result_tables import Table

Command = TypeVar("Command", bound=Callable[..., None])


class Commands(Typer):
    """Commands whose failures are clear, see `clear_errors`.

    name, help (str): Of their group.
    """

    def __init__(self, name: str, help: str):
        super().__init__(
            name=name, help=help, no_args_is_help=True, pretty_exceptions_show_locals=False
        )

    def command(self, *args: Any, **settings: Any) -> Callable[[Command], Command]:
        """Make a function a command.

        args, settings: As for Typer.
        RETURNS (Callable): What takes the function, and gives it back.
        """
        register = super().command(*args, **settings)

        def add(function: Command) -> Command:
            register(clear_errors()(function))
            return function

        return add


@contextmanager
def clear_errors() -> Iterator[None]:
    """Print our errors, and what the disk says of a file, as a line and exit with 1; others keep
    their traceback."""
    try:
        yield
    except SpacyClinicalError as error:
        first, *others = str(error).split("\n")
        msg.fail(first, exits=None if others else 1)
        print("\n".join(others))  # a line each, as they are
        sys.exit(1)
    except UnicodeDecodeError:
        msg.fail(Errors.SC015.format(where="A file that the command reads"), exits=1)
    except OSError as error:
        if error.filename is None:
            raise
        shown = str(error.filename).encode("utf-8", "backslashreplace").decode()
        msg.fail(Errors.SC032.format(path=shown, found=error.strerror), exits=1)


@contextmanager
def lenient_reading(lenient: bool, target: Path, *, force: bool) -> Iterator[None]:
    """Set aside what can't be read of the corpora that a command reads, if that is wanted.

    lenient (bool): Whether it is.
    target (Path): What the command makes: the list stands beside it.
    force (bool): Whether the list may replace one that is there.
    """
    if not lenient:
        yield
        return
    check_outputs(failed_list(target), force=force)
    with setting_aside() as rejects:
        yield
    set_aside(target, rejects)


def set_aside(target: Path, rejects: list[Reject]) -> None:
    """Write which documents were set aside, and say how many.

    target (Path): What the others became.
    rejects (list[Reject]): The documents.
    """
    path = write_rejects(target, rejects)
    if rejects:
        documents = counted(len(rejects), "document")
        msg.warn(f"{documents} set aside in {path} ({kinds_of(rejects)})")


def open_trail(folder: Path | None, key: Path | None = None, actor: str = "") -> Trail | None:
    """RETURNS (Trail | None): The audit trail that a command is to write, None if none."""
    return None if folder is None else open_audit(folder, key, actor)


def print_tables(tables: Iterable[Table]) -> None:
    """Print tables, each as soon as it is there.

    tables (Iterable[Table]): Those without rows have nothing but their notes printed.
    """
    for table in tables:
        if table.rows:
            msg.divider(table.title)
            print(f"\n{table}\n")
        for note in table.notes:
            msg.text(note)


def listed(text: str | None) -> list[str]:
    """RETURNS (list[str]): What stands between commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]
