"""Sections of a note, by the headings in a table.

    # heading	category	assertion
    family history	family_history	family
    {physical|} exam	exam
    * exam	exam
    skin	review_of_systems|exam

`assertion` is what holds for mentions in the section of which no words say otherwise. `*` is any
words of what looks like a heading, if no other row has it whole. Of several categories the first
holds in which the note is already, else the last. What looks like a heading which the table doesn't
have begins a section `other`; so does what stands a blank line below a `comparison` with words of
its own, as a report's body without a heading does.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..docs.section_spans import DocSection
from .headings import LONGEST, Begin, ends_heading, find_begins, find_title, has_colon, looks_alone
from .inline_lists import full_stops
from .phrase_forms import variants
from .phrase_words import tokens
from .phrases import PhraseFinder
from .rule_tables import format_table, malformed, parse_table, read_rules
from .section_turns import find_turn

OTHER = "other"
HEADER = "heading\tcategory\tassertion"
ANY = "*"
_MOST_WORDS = 4
_OTHERS, _FAMILY_HISTORY = "family", "family_history"
_CONTENT = re.compile(r"[:\s]*(?=\S)")  # what stands between a heading and its content
_ONE_PARAGRAPH = "comparison"
_BLANK_LINE = re.compile(r"(?<=\S)[^\S\n]*\n[^\S\n]*\n\s*(?=\S)")
# Words such as "age" and "onset" are headings only in capitals or at the begin of a line.
_MINOR = frozenset(["administrative", "operative_details", "symptom_details"])


class SectionRule(NamedTuple):
    """A heading.

    heading (str): As in the table, with its choices.
    category (str): What kind of section it begins; several, parted by "|", as the table says.
    assertion (str): What holds in it where no words say otherwise, "" for nothing.
    """

    heading: str
    category: str
    assertion: str = ""


def load_section_rules(names: Iterable[str]) -> list[SectionRule]:
    """Read tables of headings.

    names (Iterable[str]): Packaged languages ("en", "de"...) or paths; of two rules for one heading
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
        known = list(rules)
        self._phrases = PhraseFinder((form, rule) for rule in known for form in _whole(rule))
        written = {v: r for r in known if ANY in r.heading for v in variants(r.heading)}
        self._begins = {_words(v): r for v, r in written.items() if v.endswith(ANY)}
        self._ends = {_words(v): r for v, r in written.items() if v.startswith(ANY)}

    def find(self, text: str) -> list[DocSection]:
        """Find sections.

        text (str): The note.
        RETURNS (list[DocSection]): In text order; none where there is no heading. What stands
            before the first heading belongs to none.
        """
        found: list[tuple[SectionRule, int, int]] = []
        for begin in find_begins(text):
            if not found or begin.start >= found[-1][2]:
                heading = self._known(text, begin) or self._unknown(text, begin)
                found += [heading] if heading else []
        return [part for whole in _tile(found, len(text)) for part in _parted(text, whole)]

    def _known(self, text: str, begin: Begin) -> tuple[SectionRule, int, int] | None:
        match = self._phrases.match(text, begin.start, begin.start + LONGEST)
        if match is None or not ends_heading(text, begin, match.end):
            return None
        title, alone = text[begin.start : match.end], not has_colon(text, match.end)
        minor = match.value.category in _MINOR and (alone or begin.kind == "stop")
        if (minor and not title.isupper()) or (alone and title[0].islower()):
            return None
        return match.value, begin.start, match.end

    def _unknown(self, text: str, begin: Begin) -> tuple[SectionRule, int, int] | None:
        end = find_title(text, begin)
        if end is None:
            return None
        title = text[begin.start : end]
        rule = self._like(title) if begin.kind != "stop" or title.isupper() else None
        if rule is None and not looks_alone(text, begin, end):
            return None
        return rule or SectionRule("", OTHER), begin.start, end

    def _like(self, title: str) -> SectionRule | None:
        """The rule with `*` for a title: that with the most words, the begin before the end."""
        words = tuple(word for word, _, _ in tokens(title))
        prose = len(words) > _MOST_WORDS or words[0] == "no"
        prose = prose or full_stops().get(words[0]) == "opens"
        if prose and not title.isupper():
            return None
        for table, take in ((self._begins, slice), (self._ends, _last)):
            for n in range(len(words) - 1, 0, -1):
                if rule := table.get(words[take(n)]):
                    return rule
        return None


def _parted(text: str, section: DocSection) -> Iterator[DocSection]:
    """A comparison, or a list of somebody else's, and what stands below its paragraph; a section
    of one line, and the prose below it."""
    below = None
    after = _CONTENT.match(text, section.heading[1], section.end)
    others = section.assertion == _OTHERS and section.category != _FAMILY_HISTORY
    same_line = after is not None and "\n" not in after[0]
    if after and (others or (section.category == _ONE_PARAGRAPH and same_line)):
        below = _BLANK_LINE.search(text, after.end(), section.end)
    start = below.end() if below else None
    if after and section.assertion and same_line:
        start = find_turn(text, after.end(), start or section.end) or start
    if start is None:
        yield section
    else:
        yield section._replace(end=start)
        yield DocSection(OTHER, start, section.end, (start, start), "")


def _last(n: int) -> slice:
    return slice(-n, None)


def _words(heading: str) -> tuple[str, ...]:
    return tuple(word for word, _, _ in tokens(heading) if word != ANY)


def _whole(rule: SectionRule) -> Iterable[str]:
    """A heading, without those of its forms that have a `*`."""
    if ANY not in rule.heading:
        return [rule.heading]
    return [form for form in variants(rule.heading) if ANY not in form]


def _tile(found: list[tuple[SectionRule, int, int]], length: int) -> list[DocSection]:
    """Sections from headings: each reaches to the next."""
    sections: list[DocSection] = []
    ends = [*(start for _, start, _ in found), length][1:]
    for (rule, start, stop), end in zip(found, ends, strict=True):
        *inherited, own = rule.category.split("|")
        before = sections[-1].category if sections else ""
        category = before if before in inherited else own
        sections.append(DocSection(category, start, end, (start, stop), rule.assertion))
    return sections


def _parse(where: str, cells: list[str]) -> SectionRule:
    if not 2 <= len(cells) <= 3:
        raise malformed(where, f"{len(cells)} cells", "2 or 3, parted by tabs: " + HEADER)
    heading, category, assertion = [*cells, ""][:3]
    if not category or " " in category or " " in assertion:
        raise malformed(where, f"category '{category}', assertion '{assertion}'", "one word each")
    try:
        if not all(_words(v) and v.count(ANY) == (ANY in (v[0], v[-1])) for v in variants(heading)):
            raise ValueError(heading)
    except ValueError:
        expected = "words, choices as {physical|}, at most one * at the begin or the end"
        raise malformed(where, f"the heading '{heading}'", expected) from None
    return SectionRule(heading, category, assertion)
