"""Faults of tables of assertion rules: rows that can't come true, or say what others say."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from ..errors import ContextError
from .cue_tables import FORWARD, PSEUDO, UNTOLD, ContextRule, parse_rows
from .phrase_forms import variants
from .phrase_words import words_of
from .rule_tables import find_file, read_table

CATEGORIES = ("absent", "family", "historical", "hypothetical", "possible", "present")
# A number beside a letter, but not beside a character of a script without spaces.
_GLUED = re.compile(
    r"[^\W\d_⺀-\U0010ffff](?:<number>|<year>)|(?:<number>|<year>)[^\W_⺀-\U0010ffff]"
)
Words = tuple[str, ...]


class RuleFault(NamedTuple):
    """What is wrong with a row.

    where (str): Its file and line.
    kind (str): "unreadable", "unknown category", "never matches", "shadowed", "overwritten" or
        "duplicate".
    message (str): What was found.
    """

    where: str
    kind: str
    message: str


class _Row(NamedTuple):
    where: str
    rule: ContextRule
    forms: dict[Words, str]


def find_rule_faults(
    names: Iterable[str], categories: Sequence[str] = CATEGORIES
) -> list[RuleFault]:
    """Look for faults in tables of assertion rules that are used together.

    names (Iterable[str]): Packaged languages ("en", "zh") and paths, in the order of the config.
    categories (Sequence[str]): The values that are known, beside `pseudo`, `end`, `link`
        and `self`.
    RETURNS (list[RuleFault]): Table by table and line by line. Raises ContextError where there is
        no such table.
    """
    rows: list[_Row] = []
    faults: list[RuleFault] = []
    order: dict[str, int] = {}
    for number, name in enumerate(names):
        cells = read_table(find_file(name, "context"))
        order |= {where: len(order) + i for i, (where, _) in enumerate(cells)}
        for where, rule in parse_rows(cells, number):
            if isinstance(rule, ContextError):
                faults.append(RuleFault(where, "unreadable", str(rule)))
            else:
                rows.append(_Row(where, rule, _forms(rule)))
    faults += [*_alone(rows, categories), *_beside(rows)]
    return sorted(faults, key=lambda fault: order[fault.where])


def _forms(rule: ContextRule) -> dict[Words, str]:
    """The forms of a phrase by their words."""
    return {tuple(words_of(form)): form for form in reversed(variants(rule.phrase))}


def _alone(rows: Iterable[_Row], categories: Sequence[str]) -> Iterator[RuleFault]:
    """Faults of a row, whatever the others say."""
    for where, rule, forms in rows:
        values = [rule.category] if rule.asserts else []
        for value in sorted({*values, *rule.ends} - UNTOLD):
            if value not in categories:
                near = get_close_matches(value, categories, 1) or [", ".join(categories)]
                yield RuleFault(where, "unknown category", f"'{value}'; known: {near[0]}")
        glued = next((form for form in forms.values() if _GLUED.search(form)), None)
        if glued is not None:
            message = f"'{glued}': digits and letters without a space between are one word"
            yield RuleFault(where, "never matches", message)


def _beside(rows: Sequence[_Row]) -> Iterator[RuleFault]:
    """Faults of rows that have forms in common. That some forms of two rows are the same and say
    the same is none."""
    holders: dict[Words, list[_Row]] = defaultdict(list)
    for row in rows:
        for words in row.forms:
            holders[words].append(row)
    for row in rows:
        yield from _of_row(row, holders)


def _of_row(row: _Row, holders: Mapping[Words, Sequence[_Row]]) -> Iterator[RuleFault]:
    told: set[str] = set()
    spare: list[str] = []
    limited: list[str] = []
    for words, form in row.forms.items():
        for other in holders[words]:
            fault = _between(row, other, form)
            if fault and fault.kind not in told:
                told.add(fault.kind)
                yield fault
        limits = (o for o in holders[words] if _has_other_limit(o, row))
        limited += [other.where for other in limits][:1]
        same = (o for o in holders[words] if _is_same(o, row))
        spare += [other.where for other in same][:1]
    if len(limited) == len(row.forms):
        message = f"{limited[0]} has another limit for all of it, which holds"
        yield RuleFault(row.where, "overwritten", message)
    if len(spare) == len(row.forms) and not told:
        yield RuleFault(row.where, "duplicate", f"all it says stands in {spare[0]} already")


def _is_same(early: _Row, row: _Row) -> bool:
    """Whether a row above says the same of the forms that the two have in common."""
    above = _line(early.where) < _line(row.where)
    return above and early.rule[1:] == row.rule[1:]


def _has_other_limit(late: _Row, row: _Row) -> bool:
    """Whether a row below has another limit for the forms that the two have in common."""
    below = _line(late.where) > _line(row.where)
    return below and row.rule[1:3] == late.rule[1:3] and row.rule[3:5] != late.rule[3:5]


def _line(where: str) -> int:
    return int(where.rpartition(" ")[2])


def _between(row: _Row, other: _Row, form: str) -> RuleFault | None:
    """What another row with the same words does to a row."""
    if row.where == other.where:
        return None
    if row.rule.table != other.rule.table:
        later = other.rule.table > row.rule.table
        message = f"'{form}': {other.where} takes its place"
        return RuleFault(row.where, "overwritten", message) if later else None
    if _silences(other.rule, row.rule):
        return RuleFault(row.where, "shadowed", f"'{form}' means nothing by {other.where}")
    return None


def _silences(pseudo: ContextRule, cue: ContextRule) -> bool:
    """Whether a pseudo phrase silences a cue of the same words wherever it stands."""
    said = pseudo.category == PSEUDO and pseudo.direction != FORWARD
    return said and cue.category != PSEUDO and (not pseudo.ends or cue.category in pseudo.ends)
