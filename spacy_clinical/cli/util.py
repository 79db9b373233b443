"""What all commands share: clear failures, tables, documents that are set aside."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, TypeVar

from typer import Typer
from wasabi import msg

from ..audit import Trail, open_audit
from ..corpus.corpus_files import failed_list, noting_unread, write_rejects
from ..encoder_library import leaving_out_encoders
from ..errors import CommandError, Errors, SpacyClinicalError
from ..files import check_outputs
from ..formats import Reject
from ..formats.rejected_documents import kinds_of
from ..plurals import counted
from ..result_tables import Message, Result, Table, count_table
from .settings_as_options import settings_as_options

Command = TypeVar("Command", bound=Callable[..., None])


class Commands(Typer):
    """Commands whose failures are clear, see `clear_errors`.

    name, help (str): Of their group.
    """

    def __init__(self, name: str, help: str):
        super().__init__(
            name=name, help=help, no_args_is_help=True, pretty_exceptions_show_locals=False
        )

    def command(
        self, *args: Any, writes: Sequence[str] = (), builds: bool = False, **settings: Any
    ) -> Callable[[Command], Command]:
        """Make a function a command.

        args, settings: As for Typer.
        writes (Sequence[str]): Parameters that name what it writes: before anything else it is
            refused what would take the place of something, see `check_outputs`.
        builds (bool): Whether it makes pipelines of configs that nobody has looked at before.
        RETURNS (Callable): What takes the function, and gives it back.
        """
        register = super().command(*args, **settings)

        def add(function: Command) -> Command:
            command = check_first(settings_as_options(function), writes, builds)
            register(clear_errors()(command))
            return function

        return add

    def group(self, name: str, help: str) -> "Commands":
        """RETURNS (Commands): A group in this one, with commands of its own."""
        group = Commands(name, help)
        self.add_typer(group)
        return group


app = Commands("clinical", "Clinical corpora, models and notes.")


def check_first(
    command: Callable[..., None], writes: Sequence[str], builds: bool = False
) -> Callable[..., None]:
    """Let a command look at its outputs before it works.

    command (Callable): Takes its options by their names.
    writes (Sequence[str]): Those that it writes; every other path is a source.
    builds (bool): As for `Commands.command`.
    RETURNS (Callable): Takes the same options.
    """

    @wraps(command)
    def call(**options: Any) -> None:
        read = [value for name, value in options.items() if name not in writes]
        paths = [one for value in read for one in (value if isinstance(value, list) else [value])]
        sources = [path for path in paths if isinstance(path, Path)]
        outputs = [options[name] for name in writes]
        check_outputs(*outputs, force=options.get("force", False), sources=sources)
        refuse_pipes(sources)
        with nullcontext() if builds else leaving_out_encoders():
            command(**options)

    return call


def refuse_pipes(sources: Iterable[Path]) -> None:
    """Raise CommandError for a named pipe: it would be waited for in silence, and many sources are
    read twice. Those of a shell, such as <(...), have a writer.

    sources (Iterable[Path]): What a command reads.
    """
    for path in sources:
        if path.is_fifo() and path.parts[:2] not in (("/", "dev"), ("/", "proc")):
            raise CommandError(Errors.SC583.format(path=path))


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
    """Show what isn't taken of the corpora that are read; set aside, if wanted, what can't be.

    lenient (bool): Whether it is.
    target (Path): What the command makes: the list stands beside it.
    force (bool): Whether the list may replace one that is there.
    """
    if lenient:
        check_outputs(failed_list(target), force=force)
    with noting_unread(lenient=lenient) as unread:
        yield
    print_results(count_table("Left out in reading", unread.left_out))
    if lenient:
        set_aside(target, unread.rejects)


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


def print_results(*results: str | Result | Iterable[Result]) -> None:
    """Print tables and sentences, each as soon as it is there.

    results (str | Result | Iterable[Result]): One or many; a text says what was done; of tables
        without rows nothing but the notes is printed.
    """
    for result in results:
        if isinstance(result, str):
            msg.good(result)
        elif isinstance(result, Message):
            getattr(msg, result.kind)(result.text, result.advice)
        elif isinstance(result, Table):
            if result.rows:
                msg.divider(result.title)
                print(f"\n{fitted(result)}\n")
            for note in result.notes:
                msg.text(note)
        else:
            for one in result:
                print_results(one)


def fitted(table: Table) -> str:
    """RETURNS (str): A table as wide as the terminal at most; as it is where there is none."""
    return table.within(get_terminal_size().columns) if sys.stdout.isatty() else str(table)


def listed(text: str | None) -> list[str]:
    """RETURNS (list[str]): What stands between commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]
