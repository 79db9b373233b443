"""Rules of assertion, as a table: phrase, category, direction, and how far it reaches.

    # phrase	category	direction	words	ends
    denies	absent	forward
    {is|was} ruled out	absent	backward	8
    but	end			absent possible

A category is a value of the assertion, or one of three words that mean none: `pseudo` (the phrase
means nothing, nor do cues within it: "not only"), `end` (scopes end here, `ends` says whose, all
if empty) and `link` (the list goes on: "or"). `words` limits how many words may stand between cue
and mention.
"""

from collections.abc import Iterable
from typing import NamedTuple

from .phrases import variants
from .tables import format_table, malformed, parse_table, read_rules

PSEUDO, END, LINK = "pseudo", "end", "link"
FORWARD, BACKWARD, BOTH, INSIDE = "forward", "backward", "both", "inside"
DIRECTIONS = (FORWARD, BACKWARD, BOTH, INSIDE)
HEADER = "phrase\tcategory\tdirection\twords\tends"


class ContextRule(NamedTuple):
    """What a phrase says of the mentions around it.

    phrase (str): As in the table, with its choices.
    category (str): The assertion, or `pseudo`, `end`, `link`.
    direction (str): `forward`, `backward`, `both`, or `inside`: of the mention that holds it. Empty
        for the three words.
    words (int | None): Words between cue and mention at most.
    ends (tuple[str, ...]): The categories whose scopes an `end` ends; empty for all.
    """

    phrase: str
    category: str
    direction: str = ""
    words: int | None = None
    ends: tuple[str, ...] = ()

    @property
    def asserts(self) -> bool:
        """RETURNS (bool): Whether the rule says something of mentions."""
        return self.category not in (PSEUDO, END, LINK)


def load_rules(names: Iterable[str]) -> list[ContextRule]:
    """Read tables of rules.

    names (Iterable[str]): Packaged languages ("en", "zh") or paths; of two rules for one phrase
        the later one holds.
    RETURNS (list[ContextRule]): The rules. Raises ContextError, with file and line.
    """
    return read_rules(names, "context", _parse)


def parse_rules(text: str, source: str) -> list[ContextRule]:
    """Read rules from a table's text.

    text (str): The table.
    source (str): What to call it in messages.
    RETURNS (list[ContextRule]): The rules. Raises ContextError, with source and line.
    """
    return [_parse(*row) for row in parse_table(text, source)]


def format_rules(rules: Iterable[ContextRule]) -> str:
    """RETURNS (str): A table that `parse_rules` reads."""
    rows = (
        (
            r.phrase,
            r.category,
            r.direction,
            "" if r.words is None else str(r.words),
            " ".join(r.ends),
        )
        for r in rules
    )
    return format_table(HEADER, rows)


def _parse(where: str, cells: list[str]) -> ContextRule:
    if not 2 <= len(cells) <= 5:
        raise malformed(where, f"{len(cells)} cells", "2 to 5, parted by tabs: " + HEADER)
    phrase, category, direction, words, ends = [*cells, "", "", ""][:5]
    if not category or " " in category:
        raise malformed(where, f"the category '{category}'", "one word")
    asserts = category not in (PSEUDO, END, LINK)
    if asserts and direction not in DIRECTIONS:
        raise malformed(where, f"the direction '{direction}'", f"one of {', '.join(DIRECTIONS)}")
    if not asserts and direction:
        raise malformed(where, f"a direction of '{category}'", "an empty cell")
    if words and not words.isdecimal():
        raise malformed(where, f"the number of words '{words}'", "a whole number, or nothing")
    if ends and category != END:
        raise malformed(where, f"scopes that '{category}' ends", f"them of '{END}' only")
    try:
        variants(phrase)
    except ValueError:
        expected = "words, choices as {is|was}, <start> and <end> at its borders only"
        raise malformed(where, f"the phrase '{phrase}'", expected) from None
    limit = int(words) if words else None
    return ContextRule(phrase, category, direction, limit, tuple(ends.split()))
