"""Abbreviations that a text defines: "myocardial infarction (MI)", "MI (myocardial infarction)".

After Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation definitions in
biomedical text": read both forms backward; each letter of the short form must be found in the long
one, in order, and its first letter at the begin of a word. Beyond them: words whose first letters
are the short form go before a shorter match ("multiple myeloma" for MM, not "myeloma"), what is
bound to the first word belongs to it ("2,6-diaminopurine"), and a long form has both brackets or
none.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

Extent = tuple[int, int]
_SIGN = re.compile(r"[()\[\]]|\n[^\S\n]*\n")
_WORD = re.compile(r"\S+")
_PART = re.compile(r"[^\W_]+")
_BOUND = re.compile(
    r"(?<!\S)(?:(?:[\d,'\u2019]+[A-Za-z]?|[A-Za-z]|alpha|beta|gamma|delta|all|trans|cis)"
    r"[,'\u2019]*-)+\Z",
    re.IGNORECASE,
)
_SMALL = frozenset(
    ["a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]
)
_DOTTED = re.compile(r"(?:[a-z]\.)+(?:[a-z]\.?)?|\d+(?:\.\d+)?\s.*|[^\s]*,\s?[^\s]*[A-Za-z]")
_FIRST_WORD = re.compile(r"(?<!\w)(?<![A-Z0-9]-)\w+")
_GOES_ON = re.compile(r"\w|-[A-Z0-9]|-\w\b")
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_FARTHEST, _CLAUSE = 120, 200
_STOP = re.compile(r"[;:!?](?=\s)|(?<=[a-z]{3})\.(?=\s)|\n\s*\n")
_SHORTEST, _LONGEST, _MOST_WORDS, _LONGEST_SMALL = 2, 12, 2, 4


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


def find_places(text: str, shorts: Iterable[str]) -> dict[str, list[Extent]]:
    """Find where short forms stand as words, in the same letters, in one pass.

    text (str): The text.
    shorts (Iterable[str]): The short forms; each begins with a letter or a digit.
    RETURNS (dict[str, list[tuple[int, int]]]): Characters, in text order, of each short form. In
        "drug-MI" and "MI-free" MI is a word; in "T-MI", "MI-2" and "MI-B" part of another name.
    """
    found: dict[str, list[Extent]] = {short: [] for short in shorts}
    by_word: dict[str, list[str]] = {}
    for short in found:
        by_word.setdefault(_FIRST_WORD.findall(short)[0], []).append(short)
    for word in _FIRST_WORD.finditer(text):
        for short in by_word.get(word.group(), ()):
            end = word.start() + len(short)
            if text.startswith(short, word.start()) and not _GOES_ON.match(text, end):
                found[short].append((word.start(), end))
    return found


def _definitions(text: str) -> Iterator[Definition]:
    for start, end in find_brackets(text):
        inside = _trim(text, start + 1, end - 1)
        outside = _trim(text, *_clause(text, start))
        short = _cut_short(text, inside)
        if is_short_form(text[slice(*short)]):
            n = short[1] - short[0]
            long = match_long_form(text, short, _last_words(text, outside, min(n + 5, 2 * n)))
        else:
            short = _last_words(text, (max(outside[0], outside[1] - _LONGEST - 2), outside[1]), 1)
            long = match_long_form(text, short, inside) if _is_acronym(text, short) else None
            long = long if long and long[0] == inside[0] else None
        if long and _balanced(text[slice(*long)]):
            yield Definition(short, long)


def find_brackets(text: str) -> list[Extent]:
    """Find brackets, one within another too, in one pass.

    text (str): The text.
    RETURNS (list[tuple[int, int]]): From the opening bracket to one past the closing one, in text
        order; none holds an empty line, or more than 120 characters.
    """
    opened: list[int] = []
    found = []
    for sign in _SIGN.finditer(text):
        if sign.group() in "([":
            opened.append(sign.start())
        elif sign.group() not in ")]":
            opened.clear()
        elif opened:
            start = opened.pop()
            if 4 <= sign.end() - start <= _FARTHEST + 2:
                found.append((start, sign.end()))
    return sorted(found)


def is_short_form(text: str) -> bool:
    """RETURNS (bool): Whether a text may be an abbreviation: short, with a letter, no number, no
    word of small letters only, none such as "i.e."."""
    words, bare = text.split(), _IN_BRACKETS.sub("", text)
    return (
        _SHORTEST <= len(text) <= _LONGEST
        and len(words) <= _MOST_WORDS
        and text[0].isalnum()
        and 2 * sum(char.isalpha() for char in bare) >= len(bare) > 0
        and not _DOTTED.fullmatch(text)
        and (len(text) <= _LONGEST_SMALL or not text.islower())
        and _balanced(text)
    )


def match_long_form(text: str, short: Extent, candidate: Extent) -> Extent | None:
    """Find the shortest end of a candidate that a short form can stand for.

    text (str): The document.
    short, candidate (tuple[int, int]): Characters of the short form, and of the words that may
        hold its long form, to whose last letter it must reach.
    RETURNS (tuple[int, int] | None): Characters of the long form.
    """
    form = text[slice(*short)]
    for letters in (_letters(form), _letters(_IN_BRACKETS.sub("", form))):
        at = _by_first_letters(text, letters, candidate)
        at = _read_backward(text, letters, candidate) if at is None else at
        if at is None or len(letters) < _SHORTEST:
            continue
        at = _with_bound(text, at, candidate[0])
        long = text[at : candidate[1]]
        known = form in re.findall(r"\w+", long) or form in long.split()
        return (at, candidate[1]) if len(long) > len(letters) and not known else None
    return None


def _letters(form: str) -> list[str]:
    return [char.lower() for char in form if char.isalnum()]


def _by_first_letters(text: str, letters: list[str], candidate: Extent) -> int | None:
    """Where words begin whose first letters are these; small words don't count."""
    parts = [(m.group().lower(), m.start()) for m in _PART.finditer(text, *candidate)]
    i = len(parts)
    for letter in reversed(letters):
        i -= 1
        while i >= 0 and parts[i][0] in _SMALL and parts[i][0][0] != letter:
            i -= 1
        if i < 0 or parts[i][0][0] != letter:
            return None
    return parts[i][1] if len(letters) > 1 else None


def _read_backward(text: str, letters: list[str], candidate: Extent) -> int | None:
    """Where the shortest end begins in which the letters stand in order."""
    start, at = candidate
    for i, letter in enumerate(reversed(letters), start=1):
        at -= 1
        while at >= start and not (
            text[at].lower() == letter and (i < len(letters) or _begins_word(text, at, start))
        ):
            at -= 1
        if at < start:
            return None
    return at


def _with_bound(text: str, at: int, start: int) -> int:
    bound = _BOUND.search(text, max(start, at - 40), at)
    return bound.start() if bound else at


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char in "([") - (char in ")]")
        if depth < 0:
            return False
    return depth == 0


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
    low = max(0, end - _CLAUSE)
    stops = [stop.end() for stop in _STOP.finditer(text, low, end)]
    return (stops[-1] if stops else low, end)


def _last_words(text: str, extent: Extent, n: int) -> Extent:
    words = list(_WORD.finditer(text, *extent))[-n:]
    return (words[0].start(), extent[1]) if words else extent


def _trim(text: str, start: int, end: int) -> Extent:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())
