"""Tables of anybody's own, from catalogues, formularies, lists of codes: a row a concept, or a row
a name."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from ..name_variants import split_tag
from ..terminology_facts import (
    CROSSREF,
    DEFINITION,
    LEFT_OUT,
    NAME,
    NOTED,
    PARENT,
    READ,
    TYPE,
    UNREAD,
    Fact,
)
from .code_columns import (
    is_like_icd,
    is_shortened,
    kind_of,
    known_system,
    read_code,
    read_codes,
    with_system,
)
from .lines import problem
from .row_status import ACTIVE, DATES, HEADINGS, HOLDS, STATUS, UNKNOWN, judge, reason_of
from .table_columns import SEVERAL, Columns, Given, choose_columns
from .table_files import Table, open_table

FIELDS = {
    "name": NAME,
    "aliases": NAME,
    "types": TYPE,
    "definition": DEFINITION,
    "xrefs": CROSSREF,
    "parents": PARENT,
}
SEPARATORS = "|", ";", "\n"
# What stands in cells that hold nothing, in small letters; "NA" is sodium.
NOTHING = frozenset(
    (
        "n/a", "#n/a", "n.a.", "n. a.", "<na>", "nan", "null", "(null)", "none", "(none)",
        "(blank)", "\\n", "\u2013", ".", "?", "#ref!", "#name?", "#value!",
        "#div/0!", "#null!", "k.a.", "k. a.", "s/d", "not applicable", "not available",
        "keine angabe", "nicht zutreffend", "no aplica",
    )
)  # fmt: skip
FLAGS = frozenset(
    ("y", "n", "yes", "no", "true", "false", "0", "1", "x", "ja", "nein", "oui", "non")
)
_SHOWN = 20  # characters of a word, of a heading
_COLUMNS_SHOWN = 15


def read_csv(
    path: Path,
    *,
    columns: Given | None = None,
    encoding: str = "utf-8",
    inactive: bool = False,
    bare: Container[str] = (),
    elsewhere: dict[int, str] | None = None,
) -> Iterator[Fact]:
    """Read a table with headings in one of its first ten lines.

    Needed are an identifier and a name; which columns hold them, other names, types, a definition,
    cross-references, parents, codes of systems, what says that a row holds no more: see
    `table_columns`. What is read as what is told, and which further columns there are. Several
    aliases, types, cross-references or parents stand in one cell with bars between them, or
    semicolons where it has no bar, or on lines, in several columns, or in rows of the same id. A
    row's names with a semantic tag of SNOMED CT at their end tell its type where no cell does.

    path (Path): With commas, semicolons, tabs or bars between the cells; or Parquet.
    columns (Given | None): What the file calls the fields, where it calls them otherwise.
    encoding (str): Of the text.
    inactive (bool): Keep rows that say that they hold no more.
    bare (Container[str]): Systems whose codes are identifiers as they stand, since a release of the
        system is read beside the table.
    elsewhere (dict[int, str] | None): Hashes of the identifiers of tables that were read before to
        the table's name; takes this one's.
    YIELDS (Fact): What it says; for a row without a name its identifier without a value.
    """
    table = open_table(path, lambda x: choose_columns(x, columns).is_enough, encoding=encoding)
    chosen = choose_columns(table.header, columns)
    chosen.take_name(path.name)
    check_columns(path, table, chosen, columns or {})
    yield from tell_columns(path, chosen)
    rows = _Rows(path, chosen, inactive=inactive, bare=bare)
    rows.elsewhere = {} if elsewhere is None else elsewhere
    for line, row in table.rows:
        yield from rows.read(line, row)
    yield from rows.tally(table.line)


def check_columns(path: Path, table: Table, chosen: Columns, given: Given) -> None:
    """Raise KnowledgeError unless a table has identifiers, names, and what the user named.

    path (Path): The table.
    table (Table): Open.
    chosen (Columns): What its columns hold.
    given (Given): What the user named.
    """
    fields = chosen.fields
    names = fields.get("name") or ([] if fields.get("aliases") else ["name"])
    named = [c for columns in given.values() for c in _listed(columns)]
    needed = dict.fromkeys([chosen.id or "id", *names, *named])
    if set(needed) <= set(table.header):
        return
    shown = [column[:_SHOWN] for column in table.header[:_COLUMNS_SHOWN]]
    more = ["..."] if len(table.header) > _COLUMNS_SHOWN else []
    found = f"the columns {', '.join(shown + more) or 'none'}"
    expected = f"a line that names {', '.join(needed)}, or --column such as name=Term"
    raise problem(path, max(table.line, 1), found, expected)


def tell_columns(path: Path, chosen: Columns) -> Iterator[Fact]:
    """YIELDS (Fact): What a table's columns are read as, and those that aren't read."""
    for told in chosen.told():
        yield Fact(path.name, READ, told)
    for column in chosen.unread:
        yield Fact(path.name, UNREAD, column)


class _Rows:
    """Reads a table's rows, and counts what it leaves out.

    path (Path): The table.
    columns (Columns): What its columns hold.
    inactive (bool): Keep rows that hold no more.
    bare (Container[str]): Systems whose codes are identifiers as they stand.
    """

    def __init__(self, path: Path, columns: Columns, *, inactive: bool, bare: Container[str] = ()):
        self.path, self.columns = path, columns
        self.inactive, self.bare = inactive, bare
        self.today = date.today()
        self.left_out: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.elsewhere: dict[int, str] = {}

    def read(self, line: int, row: Mapping[str, str]) -> Iterator[Fact]:
        """YIELDS (Fact): What a row says."""
        row = {column: _clean(cell) for column, cell in row.items()}
        if not self._holds(row):
            return
        concept, system, code = self._identify(line, row)
        if not concept:
            self._leave("rows without an id", f"line {line}")
            return
        self._see(concept, line)
        yield from self._facts(concept, row, [(system, code)] if system else [])

    def _facts(
        self, concept: str, row: Mapping[str, str], codes: list[tuple[str, str]]
    ) -> Iterator[Fact]:
        source, language = self._first(row, "source"), self._first(row, "language").lower()
        codes = [*codes, *self._codes(row)]
        said = self._said(row)
        said["xrefs"] += [f"{system}:{code}" for system, code in codes]
        said["types"] += filter(None, (kind_of(system, code) for system, code in codes))
        if not said["name"] and not said["aliases"]:
            yield Fact(concept, NAME, "", 0, source, language)  # it is counted
        for name, field in FIELDS.items():
            for value in said[name]:
                yield Fact(concept, field, value, int(name == "aliases"), source, language)

    def tally(self, headings: int) -> Iterator[Fact]:
        """YIELDS (Fact): What was left out, and what to heed, once each with its number."""
        if headings > 1:
            self.noted["lines before the headings"] = headings - 1
        for field, counts in ((LEFT_OUT, self.left_out), (NOTED, self.noted)):
            for reason, count in counts.items():
                example = self.examples.get(reason)
                told = f"{reason} (first: {example})" if example else reason
                yield Fact(self.path.name, field, told, count)

    def _holds(self, row: Mapping[str, str]) -> bool:
        for kind in HEADINGS:
            for column in self.columns.fields.get(kind, ()):
                cell = row.get(column, "")
                said = judge(kind, cell, self.today)
                if kind in (ACTIVE, STATUS) and not cell:
                    self.noted[f"rows kept, as '{column}' says nothing"] += 1
                if said == UNKNOWN:
                    what = "date" if kind in DATES else "word"
                    reason = f"rows kept, as '{column}' has a {what} that isn't known"
                    self._note(reason, cell[:_SHOWN])
                elif said != HOLDS and not self.inactive:
                    self.left_out[f"{reason_of(kind, said)} ('{column}')"] += 1
                    return False
        return True

    def _identify(self, line: int, row: Mapping[str, str]) -> tuple[str, str, str]:
        """A row's identifier, and where that is a code its system and the code."""
        column = self.columns.id
        text = row.get(column, "")
        if is_shortened(text):
            found = f"an id in '{column}' that a spreadsheet has shortened ({text[:_SHOWN]})"
            raise problem(self.path, line, found, "all its digits: export the column as text")
        system = self._system(column, row)
        code = read_code(system, text) if system and text else ""
        if system and text and not code:
            self._note(f"ids in '{column}' that aren't of {system}'s form", f"line {line}")
        elif not code and text.endswith(".0") and text[:-2].isdecimal():
            self._note("ids that end in '.0', as spreadsheets write numbers", f"line {line}")
        elif not code and is_like_icd(text):
            self._note(f"ids in '{column}' that FHIR takes for ICD-10-CM's", f"line {line}")
        if not code:
            return text, "", ""
        return (code if system in self.bare else with_system(system, code)), system, code

    def _codes(self, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """The codes of a row beside its identifier, with their systems."""
        for column in self.columns.codes():
            system = self._system(column, row)
            for text, code in read_codes(system, row.get(column, "")):
                if code:
                    yield system, code
                else:
                    form = f"of {system}'s form" if system else "of a system that is known"
                    self._leave(f"codes in '{column}' that aren't {form}", text[:_SHOWN])

    def _system(self, column: str, row: Mapping[str, str]) -> str:
        if column in self.columns.systems:
            return self.columns.systems[column]
        own = column == self.columns.of_system
        return known_system(self._first(row, "system")) if own else ""

    def _said(self, row: Mapping[str, str]) -> dict[str, list[str]]:
        """What a row says by field."""
        said = {name: list(self._values(row, name)) for name in FIELDS}
        if not said["types"]:
            tags = (split_tag(value)[1] for value in said["name"] + said["aliases"])
            said["types"] = list(filter(None, tags))
        return said

    def _values(self, row: Mapping[str, str], name: str) -> Iterator[str]:
        for column in self.columns.fields.get(name, ()):
            cell = row.get(column, "")
            for value in _split(cell) if name in SEVERAL else [cell]:
                value = _clean(value)
                if value and name == "aliases" and value.lower() in FLAGS:
                    self._leave(f"words in '{column}' that are no names", value)
                elif value:
                    yield value

    def _first(self, row: Mapping[str, str], name: str) -> str:
        columns = self.columns.fields.get(name, ())
        return row.get(columns[0], "") if columns else ""

    def _see(self, concept: str, line: int) -> None:
        table = self.elsewhere.setdefault(hash(concept), "")
        if table == self.path.name:
            self.noted["rows of an id that stood before: their names are put together"] += 1
        elif table:
            reason = f"rows of an id that stands in {table} too: they are one concept"
            self._note(reason, f"line {line}")
        else:
            self.elsewhere[hash(concept)] = self.path.name

    def _leave(self, reason: str, example: str) -> None:
        self.left_out[reason] += 1
        self.examples.setdefault(reason, example)

    def _note(self, reason: str, example: str) -> None:
        self.noted[reason] += 1
        self.examples.setdefault(reason, example)


def _clean(cell: str) -> str:
    """A cell without blanks around it, "" where it says that there is nothing."""
    text = cell.strip()
    return "" if text.lower() in NOTHING or not text.strip("-") else text


def _listed(columns: str | Sequence[str]) -> Sequence[str]:
    return [columns] if isinstance(columns, str) else columns


def _split(cell: str) -> Sequence[str]:
    return cell.split(next((one for one in SEPARATORS if one in cell), SEPARATORS[0]))
