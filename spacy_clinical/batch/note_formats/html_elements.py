"""Which elements of HTML are open: end tags may be left out (HTML, 13.1.2.4, "Optional tags")."""

from collections.abc import Iterable

_TABLE = frozenset(("table", "template"))
_CELLS = frozenset(("td", "th"))
_ROWS = _CELLS | {"tr"}
_GROUPS = frozenset(("caption", "colgroup", "tbody", "tfoot", "thead"))
_LIMITS = _TABLE | _CELLS | {"button", "caption", "object"}
# Elements of the text itself: their end tags close no block.
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "content", "data", "del",
    "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s",
    "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
))  # fmt: skip
_ENDS_P = frozenset((
    "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hgroup", "hr", "li", "main", "menu", "nav", "ol", "p", "pre", "search",
    "section", "summary", "table", "ul",
))  # fmt: skip
# What a start tag ends: elements, and those that they are not looked for outside of.
_Ended = tuple[frozenset[str], frozenset[str]]
_OWN: dict[str, _Ended] = {
    "li": (frozenset(("li",)), _LIMITS | {"dir", "menu", "ol", "ul"}),
    **dict.fromkeys(("dd", "dt"), (frozenset(("dd", "dt")), _LIMITS | {"dl"})),
    **dict.fromkeys(_CELLS, (_CELLS | {"caption", "colgroup"}, _TABLE)),
    "tr": (_ROWS | {"caption", "colgroup"}, _TABLE),
    **dict.fromkeys(_GROUPS, (_ROWS | _GROUPS, _TABLE)),
    "option": (frozenset(("option",)), _LIMITS | {"select", "datalist"}),
    "optgroup": (frozenset(("optgroup", "option")), _LIMITS | {"select"}),
    **dict.fromkeys(("rp", "rt"), (frozenset(("rp", "rt")), _LIMITS | {"ruby"})),
    "body": (frozenset(("head",)), frozenset()),
}
_P: _Ended = (frozenset(("p",)), _LIMITS)
_ENDS: dict[str, list[_Ended]] = {
    tag: [_P] * (tag in _ENDS_P) + [_OWN[name] for name in (tag,) if name in _OWN]
    for tag in _ENDS_P | set(_OWN)
}


class OpenElements:
    """The open elements. Each tag takes the same time, however many are open."""

    def __init__(self) -> None:
        self._tags: list[str] = []
        self._places: dict[str, list[int]] = {}  # of the open ones by name, in order
        self._blocks: list[int] = []

    def __len__(self) -> int:
        return len(self._tags)

    def close_for(self, tag: str) -> None:
        """Close what the start of an element ends.

        tag (str): Its name.
        """
        for names, limits in _ENDS.get(tag, ()):
            first = self._last(limits)
            found = [i for name in names for i in self._places.get(name, [])[-1:] if i > first]
            self._close(min(found, default=len(self)))

    def start(self, tag: str) -> None:
        """An element begins.

        tag (str): Its name; none that is always empty.
        """
        self._places.setdefault(tag, []).append(len(self))
        if tag not in _INLINE:
            self._blocks.append(len(self))
        self._tags.append(tag)

    def end(self, tag: str, hidden: int = -1) -> None:
        """An end tag stands there: it closes the last such element and what is in it; none where
        it belongs to nothing that is open.

        tag (str): Its name.
        hidden (int): Where an element is that its end tag closes even if blocks are open in it.
        """
        place = self._last((tag,))
        if tag in _INLINE:
            limit = self._blocks[-1] if self._blocks and place != hidden else -1
        else:
            limit = self._last(_TABLE if tag in _ROWS | _GROUPS else _LIMITS - {tag})
            limit = -1 if tag in _TABLE or tag in ("body", "html") else limit
        if place > limit:
            self._close(place)

    def _last(self, tags: Iterable[str]) -> int:
        """Where the last open element of some names is, -1 where there is none."""
        return max((places[-1] for tag in tags if (places := self._places.get(tag))), default=-1)

    def _close(self, place: int) -> None:
        """Close the element at a place, and what is in it."""
        while len(self) > place:
            self._places[self._tags.pop()].pop()
        while self._blocks and self._blocks[-1] >= place:
            self._blocks.pop()
