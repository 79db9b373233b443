"""Three forms of a name, from near to far: as read, folded, and the words that it comes down to."""

import re
import unicodedata
from hashlib import blake2b

# Words that tell no two names apart.
EMPTY = frozenset(
    (
        "a", "an", "and", "as", "at", "by", "due", "for", "from", "in", "into", "nec", "nos", "of",
        "on", "or", "other", "others", "the", "to", "unspecified", "with",
    )
)  # fmt: skip
# British spellings, as letters anywhere in a word, and the American ones.
SPELLINGS = (
    ("aemi", "emi"), ("haem", "hem"), ("oede", "ede"), ("oeso", "eso"), ("tumour", "tumor"),
    ("leucocy", "leukocy"), ("paed", "ped"), ("gynaec", "gynec"), ("diarrhoe", "diarrhe"),
    ("foet", "fet"), ("ischaem", "ischem"), ("anaesth", "anesth"), ("behaviour", "behavior"),
    ("colour", "color"), ("caesar", "cesar"), ("faec", "fec"), ("coel", "cel"),
)  # fmt: skip
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['\u2019]s\b")


def fold(name: str) -> str:
    """Make a name comparable letter by letter: lower case, no accents, single spaces for anything
    that is no letter or digit.

    name (str): Any text.
    RETURNS (str): Words with a space between them, "" for text without letters and digits.
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name)
        name = "".join(c for c in name if not unicodedata.combining(c))
    return " ".join(_WORD.findall(name.casefold()))


def name_key(name: str) -> str:
    """Bring a name down to its words in alphabetical order, one form for each: singular, American
    spelling, Arabic numerals, no possessive, no empty words.

    After the normalised strings of the SPECIALIST lexical tools (McCray, Srinivasan & Browne 1994),
    with rules in place of their lexicon.

    name (str): Any text.
    RETURNS (str): The words with a space between them.
    """
    words = fold(_POSSESSIVE.sub("", name)).split()
    known = [_base_form(word) for word in words if word not in EMPTY]
    return " ".join(sorted(known or words))


def hash_name(text: str) -> int:
    """RETURNS (int): 64 bits that stand for a text: of three million, two share them once in
    four million tries."""
    return int.from_bytes(
        blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little"
    )


def _base_form(word: str) -> str:
    for british, american in SPELLINGS:
        if british in word:
            word = word.replace(british, american)
    return _singular(ROMAN.get(word, word))


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]
