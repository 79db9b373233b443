"""What all commands share: clear failures, models, tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.util import registry
from wasabi import msg, table

from ..errors import CommandError, Errors, FormatError, SpacyClinicalError
from ..formats import FORMATS
from ..formats.registry import name_format


@contextmanager
def clear_errors() -> Iterator[None]:
    """Print our errors as a line and exit with 1; others keep their traceback."""
    try:
        yield
    except SpacyClinicalError as error:
        msg.fail(str(error), exits=1)


def load_model(name: str) -> Language:
    """Load a pipeline.

    name (str): An installed package or a folder.
    RETURNS (Language): The pipeline. Raises CommandError where there is none.
    """
    if not (Path(name) / "meta.json").is_file() and not spacy.util.is_package(name):
        raise CommandError(Errors.SC501.format(name=name))
    return spacy.load(name)


def find_tokenizer(name: str) -> Callable[[Language], Any]:
    """Find a registered tokenizer.

    name (str): As in `[nlp.tokenizer]`, such as "spacy-clinical.Tokenizer.v1".
    RETURNS (Callable[[Language], Tokenizer]): Builds it. Raises CommandError if there is none.
    """
    if not registry.has("tokenizers", name):
        known = ", ".join(sorted(registry.tokenizers.get_all()))
        raise CommandError(Errors.SC416.format(name=name, known=known))
    build: Callable[[Language], Any] = registry.get("tokenizers", name)()
    return build


def format_to_write(target: Path) -> str:
    """Tell a format by the name of what is to be written, and by nothing that is there.

    target (Path): NAME.jsonl, NAME.pubtator, or a folder.
    RETURNS (str): A name in FORMATS. Raises CommandError for another suffix.
    """
    if target.suffix == "":
        return "brat"
    try:
        return name_format(target, FORMATS)
    except FormatError:
        raise CommandError(Errors.SC502.format(path=target)) from None


def need_extra(module: str, what: str, extra: str) -> Any:
    """Import what an extra brings.

    module (str): The module.
    what (str): What needs it, for the message.
    extra (str): The extra's name.
    RETURNS (module): The module. Raises CommandError where it isn't installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        message = Errors.SC512.format(what=what, module=module, extra=extra, error=error)
        raise CommandError(message) from None


def print_scores(title: str, rows: Mapping[str, Mapping[str, float | None]]) -> None:
    """Print precision, recall and F1, a row each, in percent.

    title (str): Above the table.
    rows (Mapping): Name to `p`, `r` and `f` in 0..1, missing or None where not measured.
    """
    data = [(name, *(_percent(scores.get(x)) for x in "prf")) for name, scores in rows.items()]
    print_table(title, data, ("", "P", "R", "F"))


def print_table(title: str, rows: Sequence[Sequence[Any]], header: Sequence[str]) -> None:
    """Print an aligned table, numbers to the right.

    title (str): Above the table.
    rows (Sequence[Sequence[Any]]): The cells.
    header (Sequence[str]): A name for each column.
    """
    if rows:
        aligns: list[Any] = [
            "l" if isinstance(cell, str) and not _is_number(cell) else "r" for cell in rows[0]
        ]
        msg.divider(title)
        cells = [[str(cell) for cell in row] for row in rows]
        print(table(cells, header=header, divider=True, aligns=aligns, max_col=60))


def _percent(score: float | None) -> str:
    return "-" if score is None else f"{100 * score:.2f}"


def _is_number(cell: str) -> bool:
    return cell == "-" or cell.replace(".", "", 1).isdigit()
