"""HTML, XHTML and CDA's narrative blocks (CDA R2, 4.3.5) as text."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from .html_elements import OpenElements

_BREAKS = frozenset(("br", "hr"))
_VOID = _BREAKS | frozenset(("img", "input", "meta", "link", "col", "wbr", "area", "base", "embed"))
_CELLS = frozenset(("td", "th"))
_ITEMS = frozenset(("li", "item"))
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "html", "legend", "list", "main", "nav", "ol", "p", "paragraph", "pre", "section",
    "table", "tbody", "text", "tfoot", "thead", "tr", "ul",
))  # fmt: skip
_DROPPED = frozenset(("script", "style", "title", "template", "del"))
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_APART = frozenset(("footnote",))  # stands in the line, and is no part of the word before it
_CELL = " | "


class PlainText:
    """Takes the events of a parser, and makes lines of them: one a block, cells of a table side by
    side. White space is one blank, but in `pre`.

    xml (bool): All elements have end tags; in HTML some may be left out.
    """

    def __init__(self, xml: bool = False) -> None:
        self._xml = xml
        self._lines: list[str] = []
        self._line: list[str] = []
        self._tables: list[list[int]] = []  # cells of the open row; 0 between rows
        self._open = OpenElements()
        self._hidden = -1  # where the element is among the open ones that isn't shown
        self._pre = 0
        self._seen = False  # something else than white space in the line

    def start(self, tag: str, unseen: bool = False) -> None:
        """An element begins.

        tag (str): Its name.
        unseen (bool): Its contents aren't shown, or were deleted.
        """
        self._open_one(tag)
        if self._hidden >= 0:
            return
        if (unseen or tag in _DROPPED) and tag not in _VOID:
            self._hidden = len(self._open) - 1
        elif tag in _CELLS and self._tables:
            cells = self._tables[-1]
            self._line += [_CELL] * bool(cells[0])
            cells[0] += 1
        elif tag in _BREAKS or tag in _BLOCKS or tag in _ITEMS:
            self._break(tag)
            self._line += ["- "] * (tag in _ITEMS)
        elif tag in _APART:
            self._line.append(" ")

    def end(self, tag: str) -> None:
        """An element ends."""
        hidden = self._hidden
        self._open.end(tag, hidden)
        self._show_again()
        if 0 <= hidden <= len(self._open):  # by the end of its parent a hidden one ends as well
            return
        if tag == "table" and self._tables:
            self._tables.pop()
            self._break()
        elif tag == "pre":
            self._break()
            self._pre = max(0, self._pre - 1)
        elif tag in _BLOCKS or tag in _ITEMS:
            self._break(tag if tag == "tr" else "")
        elif tag in _APART:
            self._line.append(" ")

    def data(self, text: str) -> None:
        """Text stands in an element."""
        if self._hidden >= 0:
            return
        self._seen = self._seen or bool(text.strip())
        if self._pre and not self._in_cell:
            first, *others = text.splitlines() or [""]
            self._line.append(first)
            for line in others:
                self._break()
                self._line.append(line)
                self._seen = self._seen or bool(line.strip())
            if others and text[-1] in "\r\n":
                self._break()
        else:
            self._line.append(text)

    def _open_one(self, tag: str) -> None:
        if not self._xml:
            self._open.close_for(tag)
            self._show_again(whatever=tag == "body")
        if tag not in _VOID:
            self._open.start(tag)

    def _show_again(self, whatever: bool = False) -> None:
        if whatever or self._hidden >= len(self._open):
            self._hidden = -1

    @property
    def _in_cell(self) -> bool:
        return any(cells[0] for cells in self._tables)

    def _break(self, tag: str = "") -> None:
        """End a line; in a cell a blank does, as a row is one line."""
        if tag == "tr" and self._tables:
            self._tables[-1][0] = 0
        if self._in_cell:
            self._line.append(" ")
        else:
            self._end_line()
        if tag == "table":
            self._tables.append([0])
        self._pre += tag == "pre"

    def _end_line(self) -> None:
        line = "".join(self._line)
        line = line.rstrip() if self._pre else " ".join(line.split())
        if self._seen:
            self._lines.append(line)
        self._line, self._seen = [], False

    def text(self) -> str:
        """RETURNS (str): What was read."""
        self._end_line()
        return "\n".join(self._lines)


class _Html(HTMLParser):
    def __init__(self, plain: PlainText) -> None:
        super().__init__(convert_charrefs=True)
        self.plain = plain

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.plain.start(tag, is_unseen(dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.plain.end(tag)

    def handle_data(self, data: str) -> None:
        self.plain.data(data)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """What stands in "<![...>" and is no section that SGML knows is a comment, as in HTML."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i)


def is_unseen(attributes: Mapping[str, str | None]) -> bool:
    """RETURNS (bool): Whether an element's attributes hide it, or say that it was deleted."""
    if "hidden" in attributes or attributes.get("revised") == "delete":
        return True
    return bool(_UNSEEN.search(attributes.get("style") or ""))


def html_to_text(html: str) -> str:
    """Take the text that a browser shows: no scripts, styles, hidden or deleted parts.

    html (str): HTML or XHTML, a whole document or a part, sound or not.
    RETURNS (str): A line for each block, "- " before items, " | " between cells.
    """
    plain = PlainText()
    parser = _Html(plain)
    parser.feed(html)
    parser.close()
    return plain.text()
