"""What else a terminology's name says: "COPD - Chronic obstructive pulmonary disease" is two names,
and neither "(disorder)" nor "(s)" is a part of one."""

import re
from collections.abc import Iterable, Iterator, Sequence

from .name_forms import EMPTY, fold
from .terminology_facts import NAME, Fact

LAST = 9999  # rank: behind all names that the terminology itself has
LONGEST_SHORT = 8  # letters of an abbreviation
# SNOMED CT's semantic tags, at the end of a fully specified name.
TAGS = frozenset(
    (
        "administrative concept", "assessment scale", "attribute", "basic dose form",
        "body structure", "cell", "cell structure", "clinical drug", "disorder", "dose form",
        "environment", "ethnic group", "event", "finding", "medicinal product",
        "medicinal product form", "morphologic abnormality", "navigational concept",
        "observable entity", "occupation", "organism", "person", "physical force",
        "physical object", "procedure", "product", "product name", "qualifier value",
        "racial group", "real clinical drug", "record artifact", "regime/therapy",
        "religion/philosophy", "situation", "social concept", "special concept", "specimen",
        "staging scale", "substance", "tumor staging",
    )
)  # fmt: skip
_LAST_BRACKETS = re.compile(r"(?P<first>\S.*?)\s+\((?P<second>[^()]+)\)\s*")
_DASH = re.compile(r"(?P<first>\S+)\s+[-\u2013]\s+(?P<second>\S.*)")
_WITHIN = re.compile(
    r"(?<=[^\W\d_])\s+\((?!acute|chronic|benign|malignant)[a-z][a-z, -]*\)(?=\s+[^\W\d_])"
)
_PLURAL = re.compile(r"(?<=\w)\((?:s|es)\)")
_APART = re.compile(r"\b([A-Za-z]{2,}o)-(?:o(?=eso))?(?=[a-z]{4})")  # "gastro-oesophageal"
_TELLS_MORE = re.compile(r"\(| - |\u2013|nspecified|o-")
_UNSPECIFIED = re.compile(r",\s+unspecified(?:\s+\w+)?\s*\Z", re.IGNORECASE)


def add_variants(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Put behind each name what else it says.

    facts (Iterable[Fact]): What terminologies say.
    YIELDS (Fact): The same, and more names.
    """
    for fact in facts:
        yield fact
        if fact.field == NAME:
            for name in find_variants(fact.value):
                yield fact._replace(value=name, rank=LAST)


def find_variants(name: str) -> list[str]:
    """Find the names in a name: of brackets and dashes that explain an abbreviation both sides; the
    name without a semantic tag at its end, without "(s)", without what stands in brackets within
    it, as in ICD-10-CM's "Essential (primary) hypertension", and without "unspecified" at its end;
    "gastroesophageal" for "gastro-oesophageal".

    name (str): Any text.
    RETURNS (list[str]): Others than the name itself.
    """
    if not _TELLS_MORE.search(name):
        return []
    name = " ".join(name.split())
    plain, _ = split_tag(name)
    sides = _sides(plain)
    found = [plain, *sides]
    found += [_shorter(one) for one in found]
    found += [_APART.sub(r"\1", one) for one in sides or (plain,)]
    return [one for one in dict.fromkeys(found) if one != name]


def split_tag(name: str) -> tuple[str, str]:
    """RETURNS (tuple[str, str]): A name without the semantic tag of SNOMED CT at its end, and the
    tag, "" for none."""
    match = _LAST_BRACKETS.fullmatch(name)
    if match and match["second"] in TAGS:
        return match["first"], match["second"]
    return name, ""


def _sides(name: str) -> tuple[str, ...]:
    """An abbreviation and its long form, whichever stands first; none of another name."""
    for pattern in (_LAST_BRACKETS, _DASH):
        match = pattern.fullmatch(name)
        if match:
            first, second = match["first"], match["second"].strip()
            if _abbreviates(first, second) or _abbreviates(second, first):
                return first, second
    return ()


def _abbreviates(short: str, long: str) -> bool:
    """Whether a word with capitals has letters of each word of a longer text: "CA" is no
    abbreviation of "cancer of uterus"."""
    letters = fold(short).replace(" ", "")
    if " " in short or not 1 < len(letters) <= LONGEST_SHORT or not short[:1].isupper():
        return False
    if sum(map(str.isupper, short)) < 2 and len(letters) > 2:
        return False
    words = [word for word in fold(long).split() if word not in EMPTY]
    return sum(map(len, words)) > len(letters) and _has_letters_of_each(letters, words)


def _has_letters_of_each(letters: str, words: Sequence[str]) -> bool:
    """Whether letters are some of each word, its first one among them, in the words' order."""
    if not words or len(letters) < len(words):
        return not words and not letters
    return any(
        _are_in(letters[:count], words[0]) and _has_letters_of_each(letters[count:], words[1:])
        for count in range(1, len(letters) - len(words) + 2)
    )


def _are_in(letters: str, word: str) -> bool:
    rest = iter(word)
    return letters[0] == word[0] and all(letter in rest for letter in letters)


def _shorter(name: str) -> str:
    return _UNSPECIFIED.sub("", _WITHIN.sub("", _PLURAL.sub("", name)))
