"""Notes in a notebook: a page inside a frame of its own."""

from collections.abc import Sequence
from html import escape

from spacy.tokens import Doc

from ..docs import KEY
from ..records import Record
from .notes_page import render


class NotePage:
    """A page that a notebook shows, and that can be read as HTML.

    html (str): The page.
    height (int): Of the frame in a notebook, in pixels.
    """

    def __init__(self, html: str, height: int = 480):
        self.html = html
        self.height = height

    def _repr_html_(self) -> str:
        """RETURNS (str): A frame that holds the page; its styles and scripts stay inside."""
        return (
            f'<iframe title="Annotated note" sandbox="allow-scripts" '
            f'style="width:100%;height:{self.height}px;border:1px solid #8888" '
            f'srcdoc="{escape(self.html)}"></iframe>'
        )


def display(
    notes: Doc | Record | Sequence[Doc | Record],
    *,
    gold: Doc | Record | Sequence[Doc | Record] | None = None,
    height: int = 480,
    key: str = KEY,
) -> NotePage:
    """Show annotated notes in a notebook, as the value of a cell.

    notes (Doc | Record | Sequence): One note or several.
    gold (Doc | Record | Sequence | None): The same with gold annotation, to stand beside.
    height (int): Of the frame, in pixels.
    key (str): The span group of Docs.
    RETURNS (NotePage): Shown by Jupyter; `html` is the page.
    """
    pairs = None if gold is None else _listed(gold)
    return NotePage(render(_listed(notes), gold=pairs, key=key), height)


def _listed(notes: Doc | Record | Sequence[Doc | Record]) -> list[Doc | Record]:
    return [notes] if isinstance(notes, Doc | Record) else list(notes)
