"""The table of `clinical_terms`: labels of semantic types, stop words, least lengths, sections.

Lines of three cells, the first of which says what the line is about:
    label     a semantic type, and the entity label of its concepts; "-" leaves them out
    stop      a name, and when it counts: never, capitals (written in capitals), context (where the
              words around it speak for it), value (where the value of a test is behind it)
    least     letters, capitals, typo or typo_term, and a number: see `Lengths`
    comma     words that go on with a name behind a comma: "diabetes, type 2"
    between   words that may stand between a name's words: "fracture of the left femur"
    unless    a name, the labels that it hasn't, a colon, and the words beside it that say so; a
              semicolon before further labels and words
    given     a name, and the words beside it one of which there must be
    title     words before a person's name: "Dr."
    rank      such words in capitals, and words one of which must be before them, if any must: "NP"
    degree    words behind a person's name: "MD"
    role      words before a colon and a person's name: "surgeon"
    number    words before an identifier: "ID"
    ward      words before the number of a place in a hospital: "room"
    state     abbreviations of states, behind a comma and a place
    place     last words of names of places: "Rapids"
    home      words that say that a place follows: "lives"
    street    last words of a street's name, before a town: "Avenue"
    section   a category of sections, and the labels that its ambiguous names most likely have
    heading   a category of sections, and the labels that what is all of its heading can't have
    word      words of the language, none of them a typing error of another, nor an abbreviation in
              small letters
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ...context.rule_tables import format_table, malformed, parse_table, read_rules
from ...knowledge.name_forms import fold

NEVER, CAPITALS, CONTEXT, VALUE = "never", "capitals", "context", "value"
STOPS = (NEVER, CAPITALS, CONTEXT, VALUE)
LEAVE_OUT = "-"
HEADER = "kind\tkey\tvalue"
PLACES = ("ward", "state", "place", "home", "street")
WORDS = ("word", "comma", "between", "title", "degree", "role", "number", *PLACES)  # only list


class Lengths(NamedTuple):
    """Least numbers of letters and digits.

    letters (int): Of a term.
    capitals (int): Of a term in capitals.
    typo (int): Of a word that may have a typing error.
    typo_term (int): Of a term that has a word with one.
    """

    letters: int = 3
    capitals: int = 2
    typo: int = 5
    typo_term: int = 7


class Unless(NamedTuple):
    """When a name means something else.

    labels (frozenset[str]): What it then isn't.
    words (frozenset[str]): In small letters: one of them stands near it; "_intact" right behind it,
        "on_" right before it.
    """

    labels: frozenset[str]
    words: frozenset[str]


class Persons(NamedTuple):
    """Words beside names of persons and places, and before identifiers, in small letters.

    titles, degrees, roles, numbers (frozenset[str]): Before a name ("dr"), behind one ("md"),
        before a colon and one ("surgeon"); before an identifier ("id").
    wards (frozenset[str]): Before the number of a place in a hospital ("room").
    states, places, homes (frozenset[str]): Behind a comma and a place ("mi"); the last word of a
        place's name ("rapids"); words that say that a place follows ("lives").
    streets (frozenset[str]): The last word of a street's name ("avenue").
    ranks (Mapping[str, frozenset[str]]): Titles in capitals ("np"), and the words one of which must
        be before them, none if none must.
    """

    titles: frozenset[str]
    degrees: frozenset[str]
    roles: frozenset[str]
    numbers: frozenset[str]
    wards: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()
    ranks: Mapping[str, frozenset[str]] = MappingProxyType({})


class TermRule(NamedTuple):
    """A line of the table.

    kind, key, value (str): Its cells.
    """

    kind: str
    key: str
    value: str


class TermRules:
    """What lines add up to; later ones take the place of earlier ones of the same key.

    rules (Iterable[TermRule]): The lines.
    """

    def __init__(self, rules: Iterable[TermRule]):
        found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        for rule in rules:
            found[rule.kind][_KEYS.get(rule.kind, str)(rule.key)] = rule.value
        self.labels: Mapping[str, str] = found["label"]
        self.stops: Mapping[str, str] = found["stop"]
        words = {
            kind: frozenset(word for key in found[kind] for word in key.split()) for kind in WORDS
        }
        self.words, self.going_on, self.between = (words[kind] for kind in WORDS[:3])
        ranks = {
            word: frozenset(value.split())
            for key, value in found["rank"].items()
            for word in key.split()
        }
        lists = {f"{kind}s": words[kind] for kind in WORDS[3:]}
        self.persons = Persons(ranks=ranks, **lists)
        self.unless = {key: _read_unless(value) for key, value in found["unless"].items()}
        self.given = {
            key: frozenset(value.lower().split()) for key, value in found["given"].items()
        }
        self.lengths = Lengths(**{name: int(value) for name, value in found["least"].items()})
        self.sections, self.headings = (
            {key: frozenset(value.split("|")) for key, value in found[kind].items()}
            for kind in ("section", "heading")
        )

    def label_of(self, type: str) -> str | None:
        """RETURNS (str | None): The entity label of a semantic type, in any case; "-" where its
        concepts are left out, None where no line says."""
        return self.labels.get(_as_type(type))


def _as_type(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").split())


def _read_unless(value: str) -> tuple[Unless, ...]:
    parts = (part.strip().partition(":") for part in value.split(";"))
    return tuple(
        Unless(frozenset(labels.split("|")), frozenset(words.lower().split()))
        for labels, _, words in parts
    )


def _is_whole(unless: Unless) -> bool:
    return all(map(any, unless))


_KEYS: dict[str, Callable[[str], str]] = {
    "stop": fold,
    "unless": fold,
    "given": fold,
    "label": _as_type,
}


def load_term_rules(names: Iterable[str]) -> list[TermRule]:
    """Read the tables.

    names (Iterable[str]): Packaged ones ("en", "words_en") and files.
    RETURNS (list[TermRule]): Their lines. Raises ContextError, with file and line.
    """
    return read_rules(names, "terms", _parse)


def parse_term_rules(text: str, source: str) -> list[TermRule]:
    """RETURNS (list[TermRule]): The lines of a table. Raises ContextError, with the line."""
    return [_parse(*row) for row in parse_table(text, source)]


def format_term_rules(rules: Iterable[TermRule]) -> str:
    """RETURNS (str): A table that `parse_term_rules` reads."""
    return format_table(HEADER, rules)


def _parse(where: str, cells: list[str]) -> TermRule:
    rule = TermRule(*(cells + [""] * 3)[:3])
    if len(cells) > 3 or not rule.key or rule.kind not in KINDS:
        raise malformed(
            where,
            f"'{rule.kind}', {len(cells)} cells",
            f"one of {', '.join(KINDS)}, a key and a value",
        )
    if not KINDS[rule.kind](rule):
        raise malformed(where, f"'{rule.value}' for {rule.kind} {rule.key}", EXPECTED[rule.kind])
    return rule


KINDS = {
    "label": lambda rule: bool(rule.value),
    "stop": lambda rule: rule.value in STOPS and bool(fold(rule.key)),
    "least": lambda rule: rule.key in Lengths._fields and rule.value.isdecimal(),
    "section": lambda rule: bool(rule.value),
    "heading": lambda rule: bool(rule.value),
    "unless": lambda rule: bool(fold(rule.key)) and all(map(_is_whole, _read_unless(rule.value))),
    "given": lambda rule: bool(fold(rule.key)) and bool(rule.value.strip()),
    "rank": lambda rule: bool(rule.key.strip()),
    **{kind: lambda rule: not rule.value for kind in WORDS},
}
EXPECTED = {
    "label": "an entity label, or - to leave its concepts out",
    "stop": f"a name, and one of {', '.join(STOPS)}",
    "least": f"{', '.join(Lengths._fields)}, and a number",
    "section": "entity labels with bars between several",
    "heading": "entity labels with bars between several",
    "unless": "entity labels with bars between several, a colon, and words",
    "given": "a name, and words",
    "rank": "words in small letters",
    **{kind: "no third cell" for kind in WORDS},
}
