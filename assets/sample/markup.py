"""The markup of the sample corpus: `{c1:absent type 2 diabetes}`, relations after a line `---`.

GUIDELINES.md explains it to annotators. `read_note` turns the source of one note into a Record;
the hand-written notes and the generator both go through it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy_clinical.records import Attribute, Entity, Record, Relation

LABELS = {
    "p": "PATIENT",
    "c": "CONDITION",
    "s": "SYMPTOM",
    "m": "MEDICATION",
    "g": "STRENGTH",
    "n": "DOSAGE",
    "f": "FREQUENCY",
    "r": "ROUTE",
    "t": "TEST",
    "v": "LAB_VALUE",
    "o": "PROCEDURE",
    "a": "ANATOMY",
    "d": "DATE",
}
ASSERTIONS = ("present", "absent", "possible", "hypothetical", "historical", "family")
ARGUMENTS = {
    "TREATS": (("MEDICATION", "PROCEDURE"), ("CONDITION", "SYMPTOM")),
    "CAUSES": (("MEDICATION",), ("SYMPTOM", "CONDITION")),
    "HAS_STRENGTH": (("MEDICATION",), ("STRENGTH",)),
    "HAS_DOSAGE": (("MEDICATION",), ("DOSAGE",)),
    "HAS_FREQUENCY": (("MEDICATION",), ("FREQUENCY",)),
    "HAS_ROUTE": (("MEDICATION",), ("ROUTE",)),
    "LOCATED_AT": (("CONDITION", "SYMPTOM", "PROCEDURE"), ("ANATOMY",)),
    "RESULT_OF": (("LAB_VALUE",), ("TEST",)),
    "INDICATES": (("TEST", "LAB_VALUE"), ("CONDITION",)),
}
ALWAYS_ASSERTED = ("CONDITION", "SYMPTOM")
MAY_BE_ASSERTED = (*ALWAYS_ASSERTED, "MEDICATION", "PROCEDURE")
MENTION = re.compile(r"\{([a-z])(\d*)(?::([a-z]+))? ([^{}\s](?:[^{}]*[^{}\s])?)\}")
ID = re.compile(r"[a-z]\d+")
RELATION_MARK = "---"


class MarkupError(ValueError):
    """A note that can't be read: says where, and what was expected there."""

    def __init__(self, source: str, line: int, expected: str) -> None:
        super().__init__(f"{source}, line {line}: {expected}")


@dataclass(frozen=True)
class Scheme:
    """What may be marked.

    labels (dict[str, str]): Labels by the letter of their mentions.
    arguments (dict): By relation, the labels of its heads and of its tails.
    always_asserted, may_be_asserted (tuple[str, ...]): Labels that carry an assertion.
    """

    labels: dict[str, str]
    arguments: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    always_asserted: tuple[str, ...]
    may_be_asserted: tuple[str, ...]


SAMPLE = Scheme(LABELS, ARGUMENTS, ALWAYS_ASSERTED, MAY_BE_ASSERTED)


@dataclass(frozen=True)
class Mention:
    """One mention of a note. `key` is what relation lines call it, or "" if they don't."""

    key: str
    label: str
    assertion: str
    start: int
    end: int


@dataclass(frozen=True)
class Source:
    """The parts of a note's source, with the line that each part starts on."""

    name: str
    header: dict[str, str]
    body: str
    body_line: int
    relations: list[str]
    relations_line: int


def read_note(source: str, id: str, name: str = "", scheme: Scheme = SAMPLE) -> Record:
    """The Record that the source of one note describes.

    source (str): Header, blank line, marked-up text, `---`, relation lines.
    id (str): The Record's id.
    name (str): The file to name in errors.
    scheme (Scheme): What may be marked.
    RETURNS (Record): The note. Raises MarkupError where the markup is wrong.
    """
    parts = split_source(source, name or id)
    text, mentions = _read_body(parts, scheme)
    names = {mention.key: f"T{i}" for i, mention in enumerate(mentions, 1) if mention.key}
    labels = {mention.key: mention.label for mention in mentions}
    relations = [
        Relation(names[head], names[tail], label)
        for label, head, tail in dict.fromkeys(_read_relations(parts, labels, scheme))
    ]
    entities = [
        Entity(f"T{i}", mention.label, ((mention.start, mention.end),))
        for i, mention in enumerate(mentions, 1)
    ]
    attributes = _attributes(mentions, scheme)
    return Record(id, text, tuple(entities), tuple(relations), attributes, meta=dict(parts.header))


def read_folder(folder: Path, scheme: Scheme = SAMPLE) -> list[Record]:
    """All notes (*.txt) of a folder, in the order of their names."""
    return [
        read_note(path.read_text("utf8"), f"{folder.name}-{path.stem}", str(path), scheme)
        for path in sorted(folder.glob("*.txt"))
    ]


def split_source(source: str, name: str) -> Source:
    """Cut a note's source into header, text and relation lines."""
    lines = source.rstrip().split("\n")
    first = lines.index("") if "" in lines else len(lines)
    header: dict[str, str] = {}
    for number, line in enumerate(lines[:first], 1):
        key, colon, value = line.partition(": ")
        if not colon or not key.isidentifier():
            expected = "expected a header line such as 'kind: progress note', then a blank line"
            raise MarkupError(name, number, expected)
        header[key] = value.strip()
    mark = lines.index(RELATION_MARK) if RELATION_MARK in lines else len(lines)
    body = "\n".join(lines[first + 1 : mark]).rstrip()
    if not body:
        raise MarkupError(name, first + 1, "expected the note's text after a blank line")
    return Source(name, header, body, first + 2, lines[mark + 1 :], mark + 2)


def _read_body(parts: Source, scheme: Scheme) -> tuple[str, list[Mention]]:
    text, mentions, seen, at = "", [], set(), 0
    for match in MENTION.finditer(parts.body):
        text += _plain(parts, at, match.start())
        mention = _mention(parts, match, len(text), scheme)
        if mention.key in seen:
            raise _error(parts, match.start(), f"expected a new id, {mention.key} is taken")
        seen.update({mention.key} - {""})
        mentions.append(mention)
        text += match[4]
        at = match.end()
    return text + _plain(parts, at, len(parts.body)), mentions


def _plain(parts: Source, start: int, end: int) -> str:
    plain = parts.body[start:end]
    brace = re.search(r"[{}]", plain)
    if brace:
        expected = "expected a mention such as '{c1 asthma}' or '{s2:absent fever}', not"
        found = plain[brace.start() : brace.start() + 30].split("\n")[0]
        raise _error(parts, start + brace.start(), f"{expected} {found!r}")
    return plain


def _mention(parts: Source, match: re.Match[str], start: int, scheme: Scheme) -> Mention:
    letter, number, assertion, surface = match.groups()
    label = scheme.labels.get(letter)
    if label is None:
        known = ", ".join(f"{key} ({label})" for key, label in scheme.labels.items())
        raise _error(parts, match.start(), f"expected an id starting with one of {known}")
    if assertion and (assertion not in ASSERTIONS or label not in scheme.may_be_asserted):
        expected = (
            f"expected one of {', '.join(ASSERTIONS)}, on {', '.join(scheme.may_be_asserted)}"
        )
        raise _error(parts, match.start(), f"{expected}; not '{assertion}' on {label}")
    key = letter + number if number else ""
    return Mention(key, label, assertion or "present", start, start + len(surface))


def _error(parts: Source, offset: int, expected: str) -> MarkupError:
    line = parts.body_line + parts.body.count("\n", 0, offset)
    return MarkupError(parts.name, line, expected)


def _read_relations(
    parts: Source, labels: dict[str, str], scheme: Scheme
) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(parts.relations, parts.relations_line):
        try:
            yield from _relations_of_line(line, labels, scheme)
        except ValueError as err:
            raise MarkupError(parts.name, number, str(err)) from None


def _relations_of_line(
    line: str, labels: dict[str, str], scheme: Scheme
) -> Iterator[tuple[str, str, str]]:
    name, _, pairs = line.strip().partition(" ")
    for pair in pairs.rstrip(" ;").split(";") if name else ():
        sides = pair.split()
        if len(sides) != 2:
            raise ValueError(f"expected 'LABEL head tail' such as 'TREATS m1 c1', not {line!r}")
        for head in sides[0].split("+"):
            for tail in sides[1].split("+"):
                yield _relation(name, head, tail, labels, scheme), head, tail


def _relation(name: str, head: str, tail: str, labels: dict[str, str], scheme: Scheme) -> str:
    for key in (head, tail):
        if key not in labels:
            raise ValueError(f"expected the id of a mention in the text, not '{key}'")
    name = f"HAS_{labels[tail]}" if name == "HAS" else name
    if name not in scheme.arguments:
        raise ValueError(f"expected one of HAS, {', '.join(scheme.arguments)}, not '{name}'")
    heads, tails = scheme.arguments[name]
    if labels[head] not in heads or labels[tail] not in tails:
        expected = f"expected {name} from {' or '.join(heads)} to {' or '.join(tails)}"
        raise ValueError(f"{expected}, not from {labels[head]} {head} to {labels[tail]} {tail}")
    return name


def _attributes(mentions: list[Mention], scheme: Scheme) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(f"T{i}", "assertion", mention.assertion)
        for i, mention in enumerate(mentions, 1)
        if mention.label in scheme.always_asserted or mention.assertion != "present"
    )
