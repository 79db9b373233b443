"""OBO flat files, such as the Disease Ontology's and the Human Phenotype Ontology's.

As in the OBO Flat File Format 1.4 (https://owlcollab.github.io/oboformat/doc/obo-syntax.html).
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from ..terminology_facts import CROSSREF, DEFINITION, NAME, PARENT, TYPE, Fact
from .lines import problem, read_lines

Tag = tuple[int, str, str]
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*([A-Z]*)')
ESCAPE = re.compile(r"\\(.)")
# A clause up to its comment ("! ..."); "!" in quotes or behind a backslash begins none.
UNCOMMENTED = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\\.|[^!])*')
_QUALIFIER = r'[^\s={}"]+="(?:[^"\\]|\\.)*"'
QUALIFIERS = re.compile(rf"\s*\{{\s*{_QUALIFIER}(?:\s*,\s*{_QUALIFIER})*\s*\}}$")
ESCAPES = {"n": "\n", "t": "\t", "W": " "}


def read_obo(path: Path, *, encoding: str = "utf-8") -> Iterator[Fact]:
    """Read an OBO file.

    Terms that are obsolete, and synonyms that are broader than their term, are left out. A term's
    type is its namespace; alternative ids are cross-references; `is_a` tells its parents. Of a
    term without a name its id is all that is told, so that it is counted among the concepts without
    a name. Comments and trailing qualifiers aren't read.

    path (Path): The file.
    encoding (str): Of the text.
    YIELDS (Fact): What it says.
    """
    for (start, kind), tags in groupby(_tags(path, encoding), key=lambda row: row[0]):
        if kind == "[Term]":
            yield from _read_term(path, start, [tag for _, tag in tags])


def _tags(path: Path, encoding: str) -> Iterator[tuple[tuple[int, str], Tag]]:
    """The tags of all stanzas, each with its stanza's first line and kind."""
    stanza = (1, "")
    for number, whole in read_lines(path, encoding):
        line = _without_comment(whole)
        if line.startswith("["):
            if not line.endswith("]"):
                raise problem(path, number, "a stanza's name that isn't closed", "such as [Term]")
            stanza = (number, line)
            yield stanza, (number, "", "")
        elif line:
            tag, colon, value = line.partition(":")
            if not colon:
                raise problem(path, number, "a line without a colon", "TAG: VALUE")
            yield stanza, (number, tag, value.strip())


def _without_comment(line: str) -> str:
    """A line without its comment, the qualifiers before that, and blanks at its ends."""
    match = UNCOMMENTED.match(line)
    return QUALIFIERS.sub("", match[0].strip() if match else "")


def _read_term(path: Path, start: int, tags: list[Tag]) -> Iterable[Fact]:
    values = {tag: value for _, tag, value in tags}
    concept = values.get("id", "")
    if values.get("is_obsolete") == "true":
        return
    if not concept:
        raise problem(path, start, "a term without id", "a term with an id")
    yield Fact(concept, CROSSREF, concept)
    if not values.get("name"):
        return
    for number, tag, value in tags:
        yield from _read_tag(path, number, concept, tag, value)


def _read_tag(path: Path, number: int, concept: str, tag: str, value: str) -> Iterator[Fact]:
    if tag == "name":
        yield Fact(concept, NAME, _unescape(value))
    elif tag == "synonym":
        name, scope = _read_quoted(path, number, value)
        if scope != "BROAD":
            yield Fact(concept, NAME, name, 1)
    elif tag == "def":
        yield Fact(concept, DEFINITION, _read_quoted(path, number, value)[0])
    elif tag == "namespace":
        yield Fact(concept, TYPE, value)
    elif tag == "is_a":
        yield Fact(concept, PARENT, _unescape(value.split(" ")[0]))
    elif tag in ("xref", "alt_id"):
        yield Fact(concept, CROSSREF, _unescape(value.split(" ")[0]))


def _read_quoted(path: Path, number: int, value: str) -> tuple[str, str]:
    match = QUOTED.match(value)
    if not match:
        raise problem(path, number, "text that isn't in quotes", 'TAG: "TEXT" ...')
    return _unescape(match[1]), match[2]


def _unescape(text: str) -> str:
    return ESCAPE.sub(lambda match: ESCAPES.get(match[1], match[1]), text)
