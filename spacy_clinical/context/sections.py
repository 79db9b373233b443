"""Sections of a note, by the headings in a table.

    # heading	category	assertion
    family history	family_history	family
    {physical|} exam	exam

`assertion` is what holds for mentions in the section of which no words say otherwise. A heading is
found at the start of a line, numbered or not, with a colon or alone on it; with a colon also after
a full stop. A line that looks like a heading which the table doesn't have begins a section `other`.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from ..docs.sections import DocSection
from .phrases import PhraseFinder, variants
from .tables import format_table, malformed, parse_table, read_rules

OTHER = "other"
HEADER = "heading\tcategory\tassertion"
# Where a heading may begin: a line, after its bullet or number, or a sentence.
_ITEM = r"[^\S\n]*(?:[-*•#=]+[^\S\n]*)?(?:\(?(?:\d{1,2}|[ivxIVX]{1,4}|[a-zA-Z])[.)、][^\S\n]*)?"
_BEGIN = re.compile(rf"(?P<line>(?<![^\n]){_ITEM})(?=\w)|(?<=[.;] )(?=\w)|(?<=[。；])(?=\w)")
_NOTE = r"(?:[^\S\n]*\([^()\n]{1,40}\))?[^\S\n]*"
_COLON = re.compile(_NOTE + r"[:：]")
_ALONE = re.compile(_NOTE + r"(?:[:：]|-[^\S\n]|=*[^\S\n]*(?:\n|$))")
_LONGEST = 60
_LOOKS_SO = re.compile(
    r"(?:^|(?<=\n))[^\S\n]*(?:"
    r"(?:(?<=\n\n)|(?<![\s\S]))[A-Z][A-Z /&-]{4,40}(?::|(?=[^\S\n]*(?:\n|$)))"
    r"|[A-Z][A-Za-z /&-]{3,40}:(?=[^\S\n]*\n))"
)


class SectionRule(NamedTuple):
    """A heading.

    heading (str): As in the table, with its choices.
    category (str): What kind of section it begins.
    assertion (str): What holds in it where no words say otherwise, "" for nothing.
    """

    heading: str
    category: str
    assertion: str = ""


def load_section_rules(names: Iterable[str]) -> list[SectionRule]:
    """Read tables of headings.

    names (Iterable[str]): Packaged languages ("en", "zh") or paths; of two rules for one heading
        the later one holds.
    RETURNS (list[SectionRule]): The rules. Raises ContextError, with file and line.
    """
    return read_rules(names, "sections", _parse)


def parse_section_rules(text: str, source: str) -> list[SectionRule]:
    """Read rules from a table's text.

    text (str): The table.
    source (str): What to call it in messages.
    RETURNS (list[SectionRule]): The rules. Raises ContextError, with source and line.
    """
    return [_parse(*row) for row in parse_table(text, source)]


def format_section_rules(rules: Iterable[SectionRule]) -> str:
    """RETURNS (str): A table that `parse_section_rules` reads."""
    return format_table(HEADER, rules)


class SectionFinder:
    """Finds the sections of a note.

    rules (Iterable[SectionRule]): The headings; of two for one the later one holds.
    """

    def __init__(self, rules: Iterable[SectionRule]):
        self._phrases = PhraseFinder({v: rule for rule in rules for v in variants(rule.heading)})

    def find(self, text: str) -> list[DocSection]:
        """Find sections.

        text (str): The note.
        RETURNS (list[DocSection]): In text order; none where there is no heading. What stands
            before the first heading belongs to none.
        """
        found = dict(self._unknown(text)) | dict(self._known(text))
        starts = sorted(found)
        return [
            DocSection(rule.category, start, end, heading, rule.assertion)
            for start, end in pairwise([*starts, len(text)])
            for rule, heading in [found[start]]
        ]

    def _known(self, text: str) -> Iterator[tuple[int, tuple[SectionRule, tuple[int, int]]]]:
        for begin in _BEGIN.finditer(text):
            start = begin.end()
            match = self._phrases.match(text, start, start + _LONGEST)
            ending = _COLON if begin["line"] is None else _ALONE
            if match and ending.match(text, match.end):
                yield start, (match.value, (start, match.end))

    def _unknown(self, text: str) -> Iterator[tuple[int, tuple[SectionRule, tuple[int, int]]]]:
        for match in _LOOKS_SO.finditer(text):
            title = match.group().rstrip(": \t")
            start = match.end() - len(match.group().lstrip())
            heading = (start, start + len(title.lstrip()))
            yield start, (SectionRule("", OTHER), heading)


def _parse(where: str, cells: list[str]) -> SectionRule:
    if not 2 <= len(cells) <= 3:
        raise malformed(where, f"{len(cells)} cells", "2 or 3, parted by tabs: " + HEADER)
    heading, category, assertion = [*cells, ""][:3]
    if not category or " " in category or " " in assertion:
        raise malformed(where, f"category '{category}', assertion '{assertion}'", "one word each")
    try:
        variants(heading)
    except ValueError:
        expected = "words, choices as {physical|}"
        raise malformed(where, f"the heading '{heading}'", expected) from None
    return SectionRule(heading, category, assertion)
