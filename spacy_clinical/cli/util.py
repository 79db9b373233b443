"""What all commands share: clear failures, models, tables."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wasabi import msg, table

from ..audit import Trail, open_audit
from ..corpus.corpus_files import failed_list, setting_aside, write_rejects
from ..encoder.unknown_pieces import MOST_UNKNOWN
from ..errors import Errors, SpacyClinicalError
from ..files import check_outputs
from ..formats import Reject
from ..formats.rejected_documents import count_codes
from ..plurals import counted

LENIENT = "Set aside documents that can't be read, in TARGET.failed.jsonl; else they are an error"
FORCE = "Replace a file that is there"
CORPUS = "Annotated corpus in any format: .spacy, JSONL, PubTator, a brat folder..."

AUDIT = "Folder of an audit trail: record there who ran what on what"
KEY = "File with the site's key, by which the trail hashes notes: `audit new-key` makes one"
ACTOR = "Who acts, for the trail; else the user of the operating system"


def open_trail(folder: Path | None, key: Path | None = None, actor: str = "") -> Trail | None:
    """RETURNS (Trail | None): The audit trail that a command is to write, None if none."""
    return None if folder is None else open_audit(folder, key, actor)


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
        msg.warn(f"{documents} set aside in {path} ({count_codes(rejects)})")


def print_scores(title: str, rows: Mapping[str, Mapping[str, float | None]]) -> None:
    """Print precision, recall and F1, a row each, in percent.

    title (str): Above the table.
    rows (Mapping): Name to `p`, `r` and `f` in 0..1, missing or None where not measured.
    """
    data = [(name, *(_percent(scores.get(x)) for x in "prf")) for name, scores in rows.items()]
    print_table(title, data, ("", "P", "R", "F"))


def print_unknown(pieces: int, unknown: int) -> None:
    """Print the share of wordpieces that an encoder doesn't know, and a warning where it is high.

    pieces, unknown (int): All, 0 where there is no encoder, and those that it doesn't know.
    """
    if pieces:
        share = f"{100 * unknown / pieces:.2f} %"
        msg.text(f"Wordpieces unknown to the encoder: {unknown} of {pieces} ({share})")
        if unknown > MOST_UNKNOWN * pieces:
            msg.warn(Errors.SC556.format(share=share))


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
