"""The table of `clinical_terms`: labels of semantic types, stop words, least lengths, sections.

Lines of three cells, the first of which says what the line is about:
    label     a semantic type, and the entity label of its concepts; "-" leaves them out
    stop      a name, and when it counts: never, capitals (written in capitals), context (where the
              words around it speak for it)
    least     letters, capitals, typo or typo_term, and a number: see `Lengths`
    comma     words that go on with a name behind a comma: "diabetes, type 2"
    between   words that may stand between a name's words: "fracture of the left femur"
    unless    a name, the labels that it hasn't, a colon, and the words beside it that say so
    section   a category of sections, and the labels that its ambiguous names most likely have
    heading   a category of sections, and the labels that what is all of its heading can't have
    word      words of the language, none of them a typing error of another, nor an abbreviation in
              small letters
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ...context.rule_tables import format_table, malformed, parse_table, read_rules
from ...knowledge.name_forms import fold

NEVER, CAPITALS, CONTEXT = "never", "capitals", "context"
LEAVE_OUT = "-"
HEADER = "kind\tkey\tvalue"


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
        self.words, self.going_on, self.between = (
            frozenset(word for key in found[kind] for word in key.split())
            for kind in ("word", "comma", "between")
        )
        self.unless = {key: _read_unless(value) for key, value in found["unless"].items()}
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


def _read_unless(value: str) -> Unless:
    labels, _, words = value.partition(":")
    return Unless(frozenset(labels.split("|")), frozenset(words.lower().split()))


_KEYS: dict[str, Callable[[str], str]] = {"stop": fold, "unless": fold, "label": _as_type}


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
    "stop": lambda rule: rule.value in (NEVER, CAPITALS, CONTEXT) and bool(fold(rule.key)),
    "least": lambda rule: rule.key in Lengths._fields and rule.value.isdecimal(),
    "section": lambda rule: bool(rule.value),
    "heading": lambda rule: bool(rule.value),
    "word": lambda rule: not rule.value,
    "comma": lambda rule: not rule.value,
    "between": lambda rule: not rule.value,
    "unless": lambda rule: bool(fold(rule.key)) and all(map(any, _read_unless(rule.value))),
}
EXPECTED = {
    "label": "an entity label, or - to leave its concepts out",
    "stop": f"a name, and {NEVER}, {CAPITALS} or {CONTEXT}",
    "least": f"{', '.join(Lengths._fields)}, and a number",
    "section": "entity labels with bars between several",
    "heading": "entity labels with bars between several",
    "word": "no third cell",
    "comma": "no third cell",
    "between": "no third cell",
    "unless": "entity labels with bars between several, a colon, and words",
}
