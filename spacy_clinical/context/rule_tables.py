"""Tables that a clinician can edit: tab-separated lines, `#` begins a comment line."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from ..errors import ContextError, Errors

DATA = Path(__file__).parent / "data"
QUOTED = 120  # characters of a line that an error tells
Row = tuple[str, list[str]]
RuleT = TypeVar("RuleT")


def read_table(path: Path) -> list[Row]:
    """Read a table.

    path (Path): A UTF-8 file.
    RETURNS (list[Row]): Where the line stands ("FILE, line 3") and its cells, stripped. Raises
        ContextError if there is no such file, or it isn't UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        raise ContextError(Errors.SC320.format(path=path)) from None
    except UnicodeDecodeError:
        raise ContextError(Errors.SC321.format(path=path)) from None
    return parse_table(text, str(path))


def parse_table(text: str, source: str) -> list[Row]:
    """Split a table into cells.

    text (str): Lines; empty ones and comments are left out.
    source (str): What to call the table in messages.
    RETURNS (list[Row]): See `read_table`.
    """
    lines = enumerate(text.splitlines(), start=1)
    return [
        (f"{source}, line {number}", [cell.strip() for cell in line.split("\t")])
        for number, line in lines
        if line.strip() and not line.startswith("#")
    ]


def read_rules(
    names: Iterable[str], kind: str, parse: Callable[[str, list[str]], RuleT]
) -> list[RuleT]:
    """Read the rules of several tables.

    names (Iterable[str]): Packaged languages ("en", "de"...) or paths.
    kind (str): Which of the packaged tables, such as "context".
    parse (Callable): Takes where a line stands and its cells, gives a rule.
    RETURNS (list[RuleT]): The rules, table after table. Raises ContextError, with file and line.
    """
    tables = [read_table(find_file(name, kind)) for name in names]
    return [parse(*row) for table in tables for row in table]


def format_table(header: str, rows: Iterable[Iterable[str]]) -> str:
    """Write a table that `parse_table` reads.

    header (str): Names of the columns; becomes a comment.
    rows (Iterable[Iterable[str]]): The cells.
    RETURNS (str): The text; cells that are empty to the end of a line are left out.
    """
    lines = ["\t".join(row).rstrip("\t") for row in rows]
    return "\n".join([f"# {header}", *lines]) + "\n"


def malformed(where: str, found: str, expected: str) -> ContextError:
    """Make the error for a line that can't be read.

    where, found, expected (str): The line, what it holds and what it should. Of a long line the
        first characters are told.
    RETURNS (ContextError): To be raised.
    """
    told = found if len(found) <= QUOTED else f"{found[:QUOTED]}..."
    return ContextError(Errors.SC322.format(where=where, found=told, expected=expected))


def find_file(name: str, kind: str) -> Path:
    """Find a table by the name of a packaged one, or by its path.

    name (str): Such as "en", or a path: whatever has a suffix or a folder is one.
    kind (str): "context" or "sections".
    RETURNS (Path): The file. Raises ContextError for the name of none.
    """
    path = Path(name)
    if path.suffix or len(path.parts) > 1:
        return path
    packaged = DATA / f"{kind}_{name}.tsv"
    if not packaged.is_file():
        known = sorted(p.stem.removeprefix(f"{kind}_") for p in DATA.glob(f"{kind}_*.tsv"))
        message = Errors.SC323.format(name=name, kind=kind, known=", ".join(known))
        raise ContextError(message)
    return packaged
