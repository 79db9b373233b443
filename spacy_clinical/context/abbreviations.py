"""Abbreviations that a text defines: "myocardial infarction (MI)", "MI (myocardial infarction)".

After Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation definitions in
biomedical text": read both forms backward; each letter of the short form must be found in the long
one, in order, and its first letter at the begin of a word.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

Extent = tuple[int, int]
_BRACKET = re.compile(r"[(\[]([^()\[\]\n]{2,120})[)\]]")
_BEFORE = re.compile(r"[^\s()\[\]]+\s*$")
_WORD = re.compile(r"\S+")
_STOP = re.compile(r"[;:!?](?=\s)|(?<=[a-z]{3})\.(?=\s)|\n\s*\n")
_SHORTEST, _LONGEST, _MOST_WORDS = 2, 10, 2


class Definition(NamedTuple):
    """An abbreviation and what it stands for.

    short, long (tuple[int, int]): Their characters where the text defines the one by the other.
    """

    short: Extent
    long: Extent


def find_definitions(text: str) -> list[Definition]:
    """Find the places where a text defines an abbreviation.

    text (str): The text.
    RETURNS (list[Definition]): In text order; of several for one short form the first.
    """
    found: dict[str, Definition] = {}
    for definition in _definitions(text):
        found.setdefault(text[slice(*definition.short)], definition)
    return list(found.values())


def find_places(text: str, short: str) -> list[Extent]:
    """Find where a short form stands as a word, in the same letters.

    text, short (str): The text and the short form.
    RETURNS (list[tuple[int, int]]): Characters, in text order. In "drug-MI" and "MI-free" it is a
        word; in "T-MI", "MI-2" and "MI-B" it is part of another name.
    """
    places = re.finditer(rf"(?<!\w)(?<![A-Z0-9]-){re.escape(short)}(?!\w|-[A-Z0-9]|-\w\b)", text)
    return [(place.start(), place.end()) for place in places]


def _definitions(text: str) -> Iterator[Definition]:
    for bracket in _BRACKET.finditer(text):
        inside = _trim(text, *bracket.span(1))
        outside = _trim(text, *_clause(text, bracket.start()))
        short = _cut_short(text, inside)
        if is_short_form(text[slice(*short)]):
            n = short[1] - short[0]
            long = match_long_form(text, short, _last_words(text, outside, min(n + 5, 2 * n)))
        else:
            before = _BEFORE.search(text, *outside)
            short = _trim(text, *before.span()) if before else (0, 0)
            long = match_long_form(text, short, inside) if _is_acronym(text, short) else None
        if long:
            yield Definition(short, long)


def is_short_form(text: str) -> bool:
    """RETURNS (bool): Whether a text may be an abbreviation: short, with a letter, no number."""
    return (
        _SHORTEST <= len(text) <= _LONGEST
        and len(text.split()) <= _MOST_WORDS
        and text[0].isalnum()
        and 2 * sum(char.isalpha() for char in text) >= len(text)
    )


def match_long_form(text: str, short: Extent, candidate: Extent) -> Extent | None:
    """Find the shortest end of a candidate that a short form can stand for.

    text (str): The document.
    short, candidate (tuple[int, int]): Characters of the short form, and of the words that may
        hold its long form, to whose last letter it must reach.
    RETURNS (tuple[int, int] | None): Characters of the long form.
    """
    start, end = candidate
    at = end
    letters = [char.lower() for char in text[slice(*short)] if char.isalnum()]
    for i, letter in enumerate(reversed(letters), start=1):
        at -= 1
        while at >= start and not (
            text[at].lower() == letter and (i < len(letters) or _begins_word(text, at, start))
        ):
            at -= 1
        if at < start:
            return None
    long = text[at:end]
    known = text[slice(*short)] in re.findall(r"\w+", long)
    return (at, end) if letters and len(long) > len(letters) and not known else None


def _begins_word(text: str, at: int, start: int) -> bool:
    return at == start or not text[at - 1].isalnum()


def _is_acronym(text: str, short: Extent) -> bool:
    """A word before a bracket must have capitals: "MI (...)", not "pain (...)"."""
    word = text[slice(*short)]
    return is_short_form(word) and sum(char.isupper() for char in word) >= _SHORTEST


def _cut_short(text: str, inside: Extent) -> Extent:
    """The part of a bracket before "," or ";": "(MI, confirmed)" is "MI"."""
    cut = re.search(r"[,;]\s", text[slice(*inside)])
    return _trim(text, inside[0], inside[0] + cut.start()) if cut else inside


def _clause(text: str, end: int) -> Extent:
    """The words before a bracket, back to a stop."""
    low = max(0, end - 200)
    stops = [stop.end() for stop in _STOP.finditer(text, low, end)]
    return (stops[-1] if stops else low, end)


def _last_words(text: str, extent: Extent, n: int) -> Extent:
    words = list(_WORD.finditer(text, *extent))[-n:]
    return (words[0].start(), extent[1]) if words else extent


def _trim(text: str, start: int, end: int) -> Extent:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())
