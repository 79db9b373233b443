"""The columns of a CoNLL file: which one is the tag, which are offsets, and what the tags say."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .file_reading import decode, malformed
from .plain_tokens import Extent

TAG = re.compile(r"O|[BILUESMW](-\S[^\t\r\n]*)?")
UNTYPED = "ENTITY"
_NUMBER = re.compile(r"[0-9]{1,12}")


class Row(NamedTuple):
    """A line: its place for messages, and its columns."""

    where: str
    columns: list[str]


def read_row(where: str, data: bytes) -> Row:
    """Take a line apart at its tabs, at blanks if it has none."""
    line = decode(data, where)
    return Row(where, line.rstrip("\t").split("\t") if "\t" in line.strip() else line.split())


class Layout:
    """What the columns of a document are. Raises FormatError where they can't be told.

    rows (list[Row]): Its lines.
    """

    def __init__(self, rows: list[Row]) -> None:
        self.column = self._tag_column(rows)
        width = min((len(row.columns) for row in rows), default=0)
        self.token = 0 if self.column == -1 else -1
        self.offsets = next((c for c in range(width - 1) if self._are_offsets(rows, c)), None)
        used = 2 if self.offsets is None else 4
        self.further = sum(len(row.columns) - used for row in rows)

    def _tag_column(self, rows: list[Row]) -> int:
        for column in (-1, 0):
            if all(len(row.columns) > 1 and TAG.fullmatch(row.columns[column]) for row in rows):
                return column
        expected = "a token and, after a tab or blank, a tag such as O, B-DRUG or I-DRUG"
        odd = [r for r in rows if len(r.columns) < 2 or not TAG.fullmatch(r.columns[-1])]
        raise malformed(odd[0].where, f"a line of {len(odd[0].columns)} columns", expected)

    def _are_offsets(self, rows: list[Row], column: int) -> bool:
        for _, columns in rows:
            start, end = columns[column : column + 2]
            if not (_NUMBER.fullmatch(start) and _NUMBER.fullmatch(end)):
                return False
            if int(end) - int(start) != len(columns[self.token]):
                return False
        return bool(rows)

    def tag(self, row: Row) -> str:
        return row.columns[self.column]

    def place(
        self, sentences: list[list[Row]], beside: Path | None
    ) -> tuple[str, list[list[Extent]]]:
        """Find or make the text.

        sentences (list[list[Row]]): The lines.
        beside (Path | None): Where the text may stand.
        RETURNS (tuple[str, list[list[Extent]]]): The text, and the tokens' places in it.
        """
        if self.offsets is None:
            return self._joined(sentences)
        places = [[self._extent(row) for row in sentence] for sentence in sentences]
        tokens = [row.columns[self.token] for sentence in sentences for row in sentence]
        flat = [extent for sentence in places for extent in sentence]
        if beside and beside.is_file():
            text = beside.read_bytes().decode("utf-8", errors="replace")
            if all(text[s:e] == token for (s, e), token in zip(flat, tokens, strict=True)):
                return text, places
        self._check_order(sentences, flat)
        breaks = {sentence[0][0] for sentence in places[1:]}
        return fill(flat, tokens, breaks), places

    def _extent(self, row: Row) -> Extent:
        at = self.offsets or 0
        return int(row.columns[at]), int(row.columns[at + 1])

    def _joined(self, sentences: list[list[Row]]) -> tuple[str, list[list[Extent]]]:
        lines = [[row.columns[self.token] for row in sentence] for sentence in sentences]
        places, start = [], 0
        for line in lines:
            extents = []
            for token in line:
                extents.append((start, start + len(token)))
                start += len(token) + 1
            places.append(extents)
        return "\n".join(" ".join(line) for line in lines), places

    def _check_order(self, sentences: list[list[Row]], flat: list[Extent]) -> None:
        rows = [row for sentence in sentences for row in sentence]
        ends = [0, *(end for _, end in flat)]
        for row, (start, _), end in zip(rows, flat, ends, strict=False):
            if start < end:
                found = f"a token that begins at {start}, before the last one ends at {end}"
                raise malformed(row.where, found, "tokens in text order, a document a -DOCSTART-")


def fill(places: list[Extent], tokens: list[str], breaks: set[int]) -> str:
    """Put tokens where they stood, blanks between them.

    places (list[Extent]): The tokens' places, in order.
    tokens (list[str]): The tokens.
    breaks (set[int]): Where sentences begin that have a line end before them.
    RETURNS (str): The text.
    """
    parts: list[str] = []
    last = 0
    for (start, end), token in zip(places, tokens, strict=True):
        gap = " " * (start - last)
        parts.append("\n" + gap[1:] if gap and start in breaks else gap)
        parts.append(token)
        last = end
    return "".join(parts)


def spans_of(tags: list[str]) -> Iterator[tuple[int, int, str]]:
    """Find the mentions that tags tell, whatever the scheme: they begin at B, U, S and W and at any
    change of type, and end at L, E, U, S and W and before O.

    tags (list[str]): Of one sentence.
    YIELDS (tuple[int, int, str]): First token, last token, label.
    """
    first, open_label = 0, ""
    for index, tag in enumerate(tags):
        prefix, label = tag[0], tag[2:] or UNTYPED
        if open_label and (prefix in "OBUSW" or label != open_label):
            yield first, index - 1, open_label
            open_label = ""
        if prefix != "O" and not open_label:
            first, open_label = index, label
        if prefix in "LEUSW":
            yield first, index, open_label
            open_label = ""
    if open_label:
        yield first, len(tags) - 1, open_label
