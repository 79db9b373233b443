"""Findings of a report and the phrases that mean them, as a table.

    # label	phrase	parent	words
    @more	mild|mildly|moderate|marked
    Cardiomegaly	{@more|} cardiomegaly	Enlarged heart
    Cardiomegaly	{heart|cardiac silhouette} ... enlarged		4
    !Cardiomegaly	{heart|cardiac silhouette} ... normal
    -	nodule marker
    No Finding	<none>	Support Devices

A phrase with `...` has two parts with at most `words` words between them in one sentence; the
second part is the mention, with `<...` the first one ("nodule" of "a nodule in the upper lobe"). A
label behind `!` is what the phrase denies. `-` names phrases that mean none of the findings, nor do
those within them. `<none>` is the finding that holds where no
other is positive or uncertain, those in its third column, parted by "|", aside. A line that begins
with `@` names words for other lines.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .phrase_forms import variants
from .phrase_words import tokens
from .phrases import Match, PhraseFinder
from .rule_tables import find_file, format_table, malformed, parse_table, read_table

ENGLISH = ("chexpert", "nih")  # packaged schemes, and what their phrases are
NOTHING, NONE_OTHER, GAP, FIRST, DENIES = "-", "<none>", "...", "<...", "!"
MOST_WORDS = 5
HEADER = "label\tphrase\tparent\twords"


class FindingRule(NamedTuple):
    """A phrase that means a finding.

    label (str): The finding, "-" for none; behind "!" what the phrase denies.
    phrase (str): As in the table, with its choices; `...` or `<...` parts it in two.
    parent (str): The finding that holds too wherever this one does; "" for none.
    words (int): Words between two parts at most.
    """

    label: str
    phrase: str
    parent: str = ""
    words: int = MOST_WORDS


class Hit(NamedTuple):
    """A phrase in a text.

    label (str): The finding, behind "!" if it is denied.
    start, end (int): Its characters, of a phrase in two parts those of one.
    """

    label: str
    start: int
    end: int


def load_finding_rules(names: Iterable[str]) -> list[FindingRule]:
    """Read tables of findings.

    names (Iterable[str]): Packaged schemes ("chexpert", "nih") or paths.
    RETURNS (list[FindingRule]): The rules. Raises ContextError, with file and line.
    """
    tables = [read_table(find_file(name, "findings")) for name in names]
    return [rule for rows in tables for rule in _parse_all(rows)]


def parse_finding_rules(text: str, source: str) -> list[FindingRule]:
    """Read rules from a table's text.

    text (str): The table.
    source (str): What to call it in messages.
    RETURNS (list[FindingRule]): The rules. Raises ContextError, with source and line.
    """
    return _parse_all(parse_table(text, source))


def format_finding_rules(rules: Iterable[FindingRule]) -> str:
    """RETURNS (str): A table that `parse_finding_rules` reads."""
    return format_table(HEADER, ((r.label, r.phrase, r.parent, str(r.words)) for r in rules))


def labels_of(rules: Iterable[FindingRule]) -> tuple[str, ...]:
    """RETURNS (tuple[str, ...]): The findings, in the order of the table; a parent that has no
    phrase of its own before its first child."""
    names: dict[str, None] = {}
    for rule in rules:
        if rule.label == NOTHING:
            continue
        if rule.parent and rule.phrase != NONE_OTHER:
            names.setdefault(rule.parent)
        names.setdefault(rule.label.removeprefix(DENIES))
    return tuple(names)


class FindingFinder:
    """Finds what means a finding: of phrases that overlap the first, of those that begin together
    the longest.

    rules (Sequence[FindingRule]): The phrases.
    labels (tuple[str, ...]): The findings, see `labels_of`.
    """

    def __init__(self, rules: Sequence[FindingRule]):
        self.labels = labels_of(rules)
        self._gaps: list[FindingRule] = []
        whole: list[tuple[str, str]] = []
        parts: list[tuple[str, tuple[int, int]]] = []
        for rule in rules:
            if GAP in rule.phrase:
                sides = enumerate(_parts_of(rule.phrase))
                parts += [(part.strip(), (len(self._gaps), side)) for side, part in sides]
                self._gaps.append(rule)
            elif rule.phrase != NONE_OTHER:
                whole.append((rule.phrase, rule.label))
        self._whole, self._parts = PhraseFinder(whole, merge=list), PhraseFinder(parts, merge=list)

    def find(self, text: str, starts: Sequence[int]) -> list[Hit]:
        """Find phrases.

        text (str): The note.
        starts (Sequence[int]): Where its sentences begin, in order.
        RETURNS (list[Hit]): In text order, each once.
        """
        matches = list(self._whole.find(text))
        hits = {Hit(label, m.start, m.end) for m in matches for label in m.value}
        if self._gaps:
            nothing = [(m.start, m.end) for m in matches if NOTHING in m.value]
            hits |= {h for h in self._in_two_parts(text, starts) if not _inside(h, nothing)}
        return sorted(
            (h for h in hits if h.label != NOTHING), key=lambda h: (h.start, h.end, h.label)
        )

    def _in_two_parts(self, text: str, starts: Sequence[int]) -> Iterable[Hit]:
        words: list[int] | None = None
        begun: dict[int, Match] = {}
        for match in self._parts.find_all(text):
            for number, side in match.value:
                first, rule = begun.get(number), self._gaps[number]
                if side == 0:
                    begun[number] = match
                elif first is not None and first.end <= match.start:
                    words = words or [start for _, start, _ in tokens(text)]
                    near = bisect_right(words, match.start) - bisect_right(words, first.end)
                    same = bisect_right(starts, first.start) == bisect_right(starts, match.start)
                    if same and near - 1 <= rule.words:
                        meant = first if FIRST in rule.phrase else match
                        yield Hit(rule.label, meant.start, meant.end)


def _parts_of(phrase: str) -> list[str]:
    return phrase.replace(FIRST, GAP).split(GAP)


def _inside(hit: Hit, extents: Sequence[tuple[int, int]]) -> bool:
    return any(start <= hit.start and hit.end <= end for start, end in extents)


def _parse_all(rows: Iterable[tuple[str, list[str]]]) -> list[FindingRule]:
    words: dict[str, str] = {}
    rules = []
    for where, cells in rows:
        if cells[0].startswith("@"):
            if len(cells) != 2 or not all(cells):
                raise malformed(where, f"{len(cells)} cells", "a name and its words, as a|b|c")
            words[cells[0]] = _fill(cells[1], words)
        else:
            rules.append(_parse(where, cells, words))
    return rules


def _fill(phrase: str, words: dict[str, str]) -> str:
    return re.sub(r"@\w+", lambda name: words.get(name[0], name[0]), phrase)


def _parse(where: str, cells: list[str], named: dict[str, str]) -> FindingRule:
    label, phrase, parent, words = [*cells, "", "", "", ""][:4]
    phrase = _fill(phrase, named)
    if len(cells) > 4 or not label or not phrase:
        raise malformed(
            where, f"{len(cells)} cells", "a label and a phrase, parted by a tab: " + HEADER
        )
    if words and not words.isdigit():
        raise malformed(where, f"'{words}' words", "a number, or nothing")
    try:
        parts = [] if phrase == NONE_OTHER else _parts_of(phrase)
        if len(parts) > 2 or any(not variants(part) for part in parts):
            raise ValueError(phrase)
    except ValueError:
        raise malformed(
            where, f"the phrase '{phrase}'", "words, choices as {a|b|}, one ... at most"
        ) from None
    return FindingRule(label, phrase, parent, int(words or MOST_WORDS))
