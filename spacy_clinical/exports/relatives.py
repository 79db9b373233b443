"""Which relative a mention is said of: FamilyMemberHistory.relationship."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from ..docs import meanings_of
from .document_facts import Fact
from .fhir_codes import TERMINOLOGY
from .fhir_phrases import Sentences
from .fhir_values import quantity
from .mapping_tables import Row

ANYBODY, NOBODY = "FAMMEMB", "-"
_SIDE = re.compile(r"['’]s (?:side|family|relatives)\b", re.IGNORECASE)
_OF = re.compile(r"['’]s? |\s+of\s+(?:the |his |her |their |patient['’]s )?", re.IGNORECASE)
# Whose a finding is, whoever was named before: "gout in her mother", "gout (mother)".
_BEHIND = re.compile(
    r"\s*(?:\(\s*|\b(?:in|affecting|of) )"
    r"(?:(?:the|a|an|his|her|their|one|two|three|both|patient['’]s) )*",
    re.IGNORECASE,
)
# Between two of whom the same is told, and before the first of them where it is told of others.
_AND = re.compile(
    r"\s*,?\s*(?:and|&|und|sowie|y|e|和|及|以及|与)\s*(?:both )?"
    r"(?:(?:the|a|an|his|her|their|one|two|three|(?:sein|ihr|ein)e?[rnm]?|su|sus|el|la) )*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*[,、]\s*(?:(?:the|a|an|his|her|their) )*", re.IGNORECASE)
_TOLD_OF = re.compile(r"\b(?:in|of|from|by|affecting|with)(?:\s+\w+)?\s*\Z", re.IGNORECASE)
_WITH = re.compile(r"\bli(?:ves|ved|ving) with (?:the |his |her |their )?\Z", re.IGNORECASE)
_OVER = re.compile(r"[^\S\n]*(?:[.,;)\n]|\Z|(?:both|all|at|aged?|diagnosed|in)\b)", re.IGNORECASE)
# How old somebody was when it began: "at age 48", "diagnosed at 48", not when they died of it.
_AGED = re.compile(
    r"\s*[,(]?\s*(?:(?:diagnosed|onset|dx(?:'?d)?)\s+)?(?:at (?:age |the age of |age of )?|aged? )"
    r"(?P<age>\d{1,2}|1[01]\d)(?![\w/:%]|[.,]\d| ?(?:mg|pm|am|o'clock)\b)",
    re.IGNORECASE,
)
_DECADE = re.compile(
    r"\s*[,(]?\s*(?:(?:first |was |were )?(?:diagnosed|onset|beginning|dx(?:'?d)?)\s+)?"
    r"(?:when )?in (?:his|her|their) (?:(?:early|mid|middle|late)[- ])?"
    r"(?:(?P<ten>[1-9])0['’]?s\b|(?P<word>teens|twenties|thirties|forties|fifties|sixties|"
    r"seventies|eighties|nineties)\b)",
    re.IGNORECASE,
)
_TENS = ("teens", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties",
         "nineties")  # fmt: skip
_DEATH = re.compile(r"\b(?:died|death|passed|deceased|killed|dead)\b[^,;]*$", re.IGNORECASE)
SECTION = "family_history"
_HAN = re.compile("[\u3400-\u9fff]")  # written without spaces, so that no word has borders
Resource = dict[str, Any]
_NEAR = 40
MOST_RELATIVES = 1000  # of a mention, more than there are rows


class Person(NamedTuple):
    """Somebody who is named.

    start, end (int): The words.
    row (Row): Of the table.
    """

    start: int
    end: int
    row: Row


class Relatives:
    """The table of relatives.

    rows (Iterable[Row]): Words, code and display of each.
    """

    def __init__(self, rows: Iterable[Row]):
        self.rows = {row["words"]: row for row in rows}
        longest_first = sorted(self.rows, key=len, reverse=True)
        self.form = re.compile("|".join(map(_pattern, longest_first)), re.IGNORECASE)

    def find(self, fact: Fact, sentences: Sentences) -> list[Resource]:
        """Find the relatives.

        fact (Fact): What somebody else has.
        sentences (Sentences): Of the document.
        RETURNS (list[Resource]): Each one's relationship: by the nearest words before the mention
            in its sentence, else behind it, else by the cue or the section, and by those that an
            "and" ties to them; none if nobody is named, or somebody who is no relative.
        """
        text, (start, end) = sentences.text, sentences.around(fact)
        people = list(self._people(text, start, end))
        before = [person for person in reversed(people) if person.start < fact.start]
        after = [person for person in people if person.start >= fact.end]
        tied = _BEHIND.match(text, fact.end)
        if tied and after and after[0].start == tied.end():
            rows = _tied(text, after)
        else:
            near = min((*before, *after), key=lambda person: _rank(text, person), default=None)
            side = before if near in before else after
            rows = _tied(text, side[side.index(near) :]) if near else self._elsewhere(fact, text)
        codes = {row["code"]: row["display"] for row in rows if row["code"] != NOBODY}
        system = f"{TERMINOLOGY}v3-RoleCode"
        return [
            {"coding": [{"system": system, "code": code, "display": display}]}
            for code, display in codes.items()
        ]

    def _people(self, text: str, start: int, end: int) -> Iterator[Person]:
        """Who is named in a text. Somebody of a relative ("her brother's wife") is one
        person, who may be no relative, unless the table has the words."""
        last: Person | None = None
        for match in self.form.finditer(text, start, end):
            if _SIDE.match(text, match.end()):
                continue
            if last is not None and _OF.fullmatch(text, last.end, match.start()):
                last = Person(last.start, match.end(), {**last.row, "code": NOBODY})
                continue
            if last is not None:
                yield last
            last = Person(match.start(), match.end(), self.rows[_folded(match[0])])
        if last is not None:
            yield last

    def _elsewhere(self, fact: Fact, text: str) -> list[Row]:
        cues = (a.cue for a in fact.attributes if a.cue and "family" in meanings_of([a]).values)
        told = next((m for cue in cues for m in self.form.finditer(text, *cue)), None)
        if told:
            return [self.rows[_folded(told[0])]]
        return [self.rows["family"]] if fact.section == SECTION else []


def _tied(text: str, people: Sequence[Person]) -> list[Row]:
    """Somebody, and those whom an "and" ties to them ("mother and aunt", "A, B and C"), unless
    something else is told of the last of these.

    people (Sequence[Person]): From the one next to the mention on.
    """
    ands, known = [], 0
    for one, other in pairwise(people):
        left, right = sorted((one, other), key=_start)
        tied = bool(_AND.fullmatch(text, left.end, right.start))
        if not tied and not _COMMA.fullmatch(text, left.end, right.start):
            break
        ands.append(tied)
    behind = len(people) > 1 and people[0].start < people[1].start
    if behind:
        known = max((k for k, tied in enumerate(ands, 1) if tied), default=0)
        known = known if _OVER.match(text, people[known].end) else 0
    elif ands and ands[0]:
        first = people[len(ands)]
        told = _TOLD_OF.search(text, max(0, first.start - _NEAR), first.start)
        known = 0 if told else len(ands)
    return [person.row for person in sorted(people[: known + 1], key=_start)]


def _rank(text: str, person: Person) -> int:
    """Whom a finding is rather told of: somebody who is named, and not as who somebody is with."""
    with_them = _WITH.search(text, max(0, person.start - _NEAR), person.start)
    return (person.row["code"] == ANYBODY) + 2 * bool(with_them)


def _start(person: Person) -> int:
    return person.start


def onset(fact: Fact, sentences: Sentences, several: bool = False) -> Resource:
    """Say how old a relative was when a disease began.

    fact (Fact): What the relative has.
    sentences (Sentences): Of the document.
    several (bool): Whether it is told of several, of whom one age says nothing.
    RETURNS (Resource): onsetAge in years, or onsetRange for "in his 40s", where the words behind
        the mention tell it; nothing where they tell of a death.
    """
    text, (start, end) = sentences.text, sentences.around(fact)
    if _DEATH.search(text[start : fact.start]):
        return {}
    decade = _decade(text, fact.end, end)
    if decade:
        low, high = (quantity(Decimal(age), "a") for age in (decade, decade + 9))
        return {"onsetRange": {"low": low, "high": high}}
    aged = _AGED.match(text, fact.end, end)
    return {"onsetAge": quantity(Decimal(aged["age"]), "a")} if aged and not several else {}


def each_relative(
    kind: str, index: int, body: Resource
) -> Iterator[tuple[tuple[str, int], Resource]]:
    """Part what several relatives have: FHIR has one of them in a resource.

    kind (str): The kind of resource.
    index (int): Of the mention.
    body (Resource): With a list of relationships, if it is of relatives.
    YIELDS (tuple[tuple[str, int], Resource]): Kind and number, the mention's for the first one and
        below 0 for others, and a body with one relationship.
    """
    relatives = body.get("relationship", [{}])
    for n, one in enumerate(relatives):
        number = -n - MOST_RELATIVES * index if n else index
        yield (kind, number), {**body, "relationship": one} if one else body


def _decade(text: str, start: int, end: int) -> int:
    """ "in his 40s", "diagnosed in her early fifties"; 0 where nothing tells it."""
    told = _DECADE.match(text, start, end)
    if told is None:
        return 0
    return 10 * (int(told["ten"]) if told["ten"] else _TENS.index(told["word"].lower()) + 1)


def _pattern(word: str) -> str:
    form = re.escape(word).replace("'", "['’]").replace(r"\-", "[- ]")
    return form if _HAN.search(word) else rf"\b{form}\b"


def _folded(words: str) -> str:
    return words.lower().replace("’", "'")
