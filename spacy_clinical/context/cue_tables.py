"""Rules of assertion, as a table: phrase, category, direction, and how far it reaches.

    # phrase	category	direction	words	ends
    @finding	fever|cough|rash
    denies	absent	forward
    no {@finding}	absent	inside
    {is|was} ruled out	absent	backward	8
    ruled ... out	absent	around
    but	end			absent possible

A category is a value of the assertion, or one of six words that mean none: `pseudo` (the phrase
means nothing, nor do cues within it: "not only"), `end` (scopes end here), `link` (the list goes
on: "or"), `self` (of the patient, though a heading tells of relatives: "she herself has") and
`current` (taken now, though what stands before it is past or denied: "history of gout, on A"). A
phrase may have several rules: all hold. `words` limits how many words may stand between cue and
mention. A line that begins with `@` names words for the choices of other lines.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..errors import ContextError
from .phrase_forms import MOST_FORMS, count_forms, has_words, variants
from .rule_tables import Row, find_file, format_table, malformed, parse_table, read_table

PSEUDO, END, LINK, SELF = "pseudo", "end", "link", "self"
CURRENT, ORDERED = "current", "ordered"
UNTOLD = frozenset({SELF, CURRENT, ORDERED})  # of a note, never of a mention
FORWARD, BACKWARD, BOTH, INSIDE = "forward", "backward", "both", "inside"
EITHER, AROUND, ANSWER = "either", "around", "answer"
BOX, TICKED = "box", "ticked"
CLAUSE = "clause"
CONDITION = "condition"
DIRECTIONS = (FORWARD, BACKWARD, BOTH, EITHER, INSIDE, AROUND, ANSWER, BOX, TICKED, CONDITION)
GAP = "..."
HEADER = "phrase\tcategory\tdirection\twords\tends\ttable"


class ContextRule(NamedTuple):
    """What a phrase says of the mentions around it.

    phrase (str): As in the table, with its choices; `...` parts a cue in two parts.
    category (str): The assertion, or `pseudo`, `end`, `link`, `self`, `current`,
        `ordered`.
    direction (str): `forward`, `backward`, `both`; `either`: backward where a mention stands there
        in its reach, unless the cue touches the one behind it alone, and forward otherwise;
        `inside`: of the mention that holds it; `around`: of what stands between its two parts;
        `answer`: of what the clause or sentence before it asks or doubts; `box`: forward or
        backward as the boxes of a line stand, both where it can't be told; `ticked`: both where it
        can't be told, else of nothing; `condition`: forward, over the clause behind a comma too
        where the condition leads ("if it recurs, start A"), else to words behind a comma that end
        its scope ("dialyse if K is high, stop A"). Empty for `pseudo`, `end` and `link`; a
        `forward` pseudo phrase means nothing to the first item behind it only, an `end` with
        `forward` or `backward` ends only the scopes of cues that look there, one with `clause`
        those that look back, where what stands before it is a clause or a whole list.
    words (int | None): Words between cue and mention at most, between two parts for a cue of two.
        Below four, no comma either.
    ends (tuple[str, ...]): The categories whose scopes an `end` ends, or whose cues a `pseudo`
        phrase silences; of an `answer` what it answers to (`absent` within its sentence only);
        empty for all.
    table (int): Which table the rule is from: for one phrase only the rules of the last that has it
        hold.
    """

    phrase: str
    category: str
    direction: str = ""
    words: int | None = None
    ends: tuple[str, ...] = ()
    table: int = 0

    @property
    def asserts(self) -> bool:
        """RETURNS (bool): Whether the rule says something of mentions."""
        return self.category not in (PSEUDO, END, LINK)

    @property
    def may_open(self) -> bool:
        """RETURNS (bool): Whether it is an answer that may begin the next sentence, not one to what
        its own denies ("no A unless B")."""
        return self.direction == ANSWER and "absent" not in self.ends

    @property
    def is_condition(self) -> bool:
        """RETURNS (bool): Whether it begins a condition, such as "if"."""
        return self.direction == CONDITION

    @property
    def looks(self) -> str:
        """RETURNS (str): Its direction, of a condition `forward`."""
        return FORWARD if self.is_condition else self.direction


def load_rules(names: Iterable[str]) -> list[ContextRule]:
    """Read tables of rules.

    names (Iterable[str]): Packaged languages ("en", "de"...) or paths; the rules that a table has
        for a phrase take the place of those of earlier tables.
    RETURNS (list[ContextRule]): The rules. Raises ContextError, with file and line.
    """
    tables = [read_table(find_file(name, "context")) for name in names]
    return [rule for number, rows in enumerate(tables) for rule in _parse_all(rows, number)]


def parse_rules(text: str, source: str) -> list[ContextRule]:
    """Read rules from a table's text.

    text (str): The table.
    source (str): What to call it in messages.
    RETURNS (list[ContextRule]): The rules. Raises ContextError, with source and line.
    """
    return _parse_all(parse_table(text, source), 0)


def format_rules(rules: Iterable[ContextRule]) -> str:
    """RETURNS (str): A table that `parse_rules` reads."""
    rows = (
        (
            r.phrase,
            r.category,
            r.direction,
            "" if r.words is None else str(r.words),
            " ".join(r.ends),
            str(r.table or ""),
        )
        for r in rules
    )
    return format_table(HEADER, rows)


def _parse_all(rows: Iterable[Row], table: int) -> list[ContextRule]:
    rules = []
    for _, rule in parse_rows(rows, table):
        if isinstance(rule, ContextError):
            raise rule
        rules.append(rule)
    return rules


def parse_rows(rows: Iterable[Row], table: int) -> Iterator[tuple[str, ContextRule | ContextError]]:
    """Read rules row by row.

    rows (Iterable[Row]): Of one table.
    table (int): Its number.
    YIELDS (tuple[str, ContextRule | ContextError]): Where each rule stands, and the rule, or what
        is wrong with the row.
    """
    words: dict[str, str] = {}
    for where, cells in rows:
        try:
            if not cells[0].startswith("@"):
                yield where, _parse(where, [_fill(cells[0], words), *cells[1:]], table)
            elif len(cells) != 2 or not all(cells):
                raise malformed(where, f"{len(cells)} cells", "a name and its words, as a|b|c")
            else:
                words[cells[0]] = _fill(cells[1], words)
        except ContextError as error:
            yield where, error


def _fill(phrase: str, words: Mapping[str, str]) -> str:
    """Put words in the place of their names, the longest name first."""
    for name in sorted(words, key=len, reverse=True):
        phrase = phrase.replace(name, words[name])
    return phrase


def _parse(where: str, cells: list[str], table: int) -> ContextRule:
    if not 2 <= len(cells) <= 6:
        raise malformed(where, f"{len(cells)} cells", "2 to 6, parted by tabs: " + HEADER)
    phrase, category, direction, words, ends, number = [*cells, "", "", "", ""][:6]
    if not category or " " in category:
        raise malformed(where, f"the category '{category}'", "one word")
    for name, cell in (("words", words), ("table", number)):
        if cell and not (cell.isdecimal() and len(cell) < 7):
            raise malformed(where, f"the number of {name} '{cell}'", "a whole number, or nothing")
    if ends and category not in (END, PSEUDO) and direction != ANSWER:
        found = f"scopes that '{category}' ends"
        raise malformed(where, found, f"them of '{END}', '{PSEUDO}' and '{ANSWER}' only")
    _check_direction(where, category, direction)
    _check_phrase(where, phrase, direction)
    limit = int(words) if words else None
    return ContextRule(
        phrase, category, direction, limit, tuple(ends.split()), int(number or table)
    )


def _check_direction(where: str, category: str, direction: str) -> None:
    if (category, direction) in ((PSEUDO, FORWARD), (END, FORWARD), (END, BACKWARD), (END, CLAUSE)):
        return
    if category in (PSEUDO, END, LINK):
        if direction:
            raise malformed(where, f"a direction of '{category}'", "an empty cell")
    elif direction not in DIRECTIONS:
        raise malformed(where, f"the direction '{direction}'", f"one of {', '.join(DIRECTIONS)}")


def _check_phrase(where: str, phrase: str, direction: str) -> None:
    if count_forms(phrase) > MOST_FORMS:
        raise malformed(where, f"{count_forms(phrase)} forms of a phrase", f"{MOST_FORMS} at most")
    expected = "words, choices as {is|was}, <start> and <end> at its borders only"
    try:
        whole = GAP not in phrase and has_words(phrase)
        forms = [phrase] if whole else variants(phrase)
    except ValueError:
        raise malformed(where, f"the phrase '{phrase}'", expected) from None
    parts = [[part.strip() for part in form.split(GAP)] for form in forms]
    if any(len(one) > 2 or not all(one) for one in parts):
        raise malformed(where, f"the phrase '{phrase}'", "one ... between two parts")
    if direction == AROUND and any(len(one) != 2 for one in parts):
        raise malformed(where, f"the phrase '{phrase}'", f"two parts, as '{AROUND}' demands")
    if direction in (INSIDE, "") and any(len(one) == 2 for one in parts):
        raise malformed(where, f"'{GAP}' in the phrase '{phrase}'", "it where a cue has two parts")
