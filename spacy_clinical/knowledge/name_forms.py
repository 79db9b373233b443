"""Three forms of a name, from near to far: as read, folded, and the words that it comes down to."""

import re
import unicodedata
from hashlib import blake2b
from typing import NamedTuple

# Words that tell no two names apart.
EMPTY = frozenset(
    (
        "a", "an", "and", "as", "at", "by", "due", "for", "from", "in", "into", "nec", "nos", "of",
        "on", "or", "other", "others", "the", "to", "unspecified", "with",
    )
)  # fmt: skip
# British spellings, as letters anywhere in a word, and the American ones.
SPELLINGS = (
    ("aemi", "emi"), ("haem", "hem"), ("oede", "ede"), ("tumour", "tumor"),
    ("leucocy", "leukocy"), ("paed", "ped"), ("gynaec", "gynec"), ("diarrhoe", "diarrhe"),
    ("foet", "fet"), ("ischaem", "ischem"), ("anaesth", "anesth"), ("behaviour", "behavior"),
    ("colour", "color"), ("caesar", "cesar"), ("faec", "fec"), ("coel", "cel"),
)  # fmt: skip
# British too, but where the o is of the word before: "gastrooesophageal" is "gastroesophageal".
_OESOPHAGUS = re.compile(r"(?<!gastr)(?<!trache)(?<!pharyng)(?<!laryng)(?<!bronch)oeso")
ALIKE = {"alfa": "alpha"}  # words of one meaning: "interferon alfa-2b"
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
LEAST_INITIALS = 3  # with two letters too many names agree
GREEK_LETTERS = (  # all but mu, which is micro
    "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03b9\u03ba\u03bb"
    "\u03bd\u03be\u03bf\u03c0\u03c1\u03c2\u03c3\u03c4\u03c5\u03c6\u03c7\u03c8\u03c9"
)
GREEK_NAMES = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
    "nu", "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi",
    "omega",
)  # fmt: skip
GREEK = dict(zip(GREEK_LETTERS, GREEK_NAMES, strict=True))
LEAST_STEM = 4  # letters that an ending leaves
# Endings of Latin and Greek words, and what becomes of them: metastases and metastasis, thrombi and
# thrombus; so diseases and disease too.
ENDINGS = (
    ("mata", "ma"), ("sis", "s"), ("ses", "s"), ("se", "s"), ("si", "si"), ("ae", "a"),
    ("ous", "ous"), ("us", ""), ("i", ""),
)  # fmt: skip
LETTER_A = "lettera"  # what A is as a word of a name: "hepatitis A", "A-T"
_LETTER_A = re.compile(r"(?<=\w[\s-])A(?!\w)|(?<!\w)A(?=-\w)|(?<=\w[\s-])a\Z")
_GREEK = re.compile(rf"(?<![\u0370-\u03ff])[{GREEK_LETTERS}](?![\u0370-\u03ff])")
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"\d+|[^\W\d]+")
_SUBTYPE = re.compile(r"(ii|iii|iv)([a-f])")  # as in "type IIb"
POSSESSIVE = re.compile(r"['\u2019]s\b")


class Forms(NamedTuple):
    """What of a name is compared.

    folded (str): See `fold`.
    key (str): See `name_key`.
    initials (str): See `find_initials`.
    """

    folded: str
    key: str
    initials: str


def forms_of(name: str) -> Forms:
    """RETURNS (Forms): A name's forms."""
    return Forms(fold(name), name_key(name), find_initials(name))


def fold(name: str) -> str:
    """Make a name comparable letter by letter: lower case, no accents, Greek letters by their
    names, single spaces for anything that is no letter or digit.

    name (str): Any text.
    RETURNS (str): Words with a space between them, "" for text without letters and digits.
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name)
        name = "".join(c for c in name if not unicodedata.combining(c))
        name = _GREEK.sub(lambda found: f" {GREEK[found[0]]} ", name.casefold())
    return " ".join(_WORD.findall(name.casefold()))


def name_key(name: str) -> str:
    """Bring a name down to its words in alphabetical order, one form for each: singular, American
    spelling, Arabic numerals, letters and digits apart, no possessive, no empty words.

    After the normalised strings of the SPECIALIST lexical tools (McCray, Srinivasan & Browne 1994),
    with rules in place of their lexicon.

    name (str): Any text.
    RETURNS (str): The words with a space between them.
    """
    words = fold(spell_letter(POSSESSIVE.sub("", name))).split()
    known = [part for word in words if word not in EMPTY for part in base_forms(word)]
    return " ".join(sorted(known or words))


def spell_letter(name: str) -> str:
    """RETURNS (str): A name whose A isn't taken for an article where it is a letter."""
    return _LETTER_A.sub(LETTER_A, name)


def find_initials(name: str) -> str:
    """Find what a name of several words may be abbreviated as.

    name (str): Any text.
    RETURNS (str): The first letters of its words but empty ones, "" for less than three.
    """
    words = [word for word in fold(POSSESSIVE.sub("", name)).split() if word not in EMPTY]
    return "".join(word[0] for word in words) if len(words) >= LEAST_INITIALS else ""


def read_acronym(text: str) -> str:
    """Read a text as an abbreviation by initials.

    text (str): Such as "COPD" or "DVTs".
    RETURNS (str): Its letters in lower case, "" for a text that isn't one word of three letters or
        more, most of them capitals.
    """
    word = text.strip().removesuffix("s")
    capitals = sum(map(str.isupper, word))
    known = word.isalpha() and len(word) >= LEAST_INITIALS and 2 * capitals > len(word)
    return word.casefold() if known else ""


def hash_name(text: str) -> int:
    """RETURNS (int): 64 bits that stand for a text: of three million, two share them once in
    four million tries."""
    return int.from_bytes(
        blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little"
    )


def base_forms(word: str) -> list[str]:
    """RETURNS (list[str]): The base form of a folded word; of one with digits or a Roman numeral in
    it those of its parts, "2" and "b"."""
    subtype = _SUBTYPE.fullmatch(word)
    if subtype:
        return [ROMAN[subtype[1]], subtype[2].replace("a", LETTER_A)]
    parts = _PART.findall(word)
    if len(parts) > 1:
        return [LETTER_A if part == "a" else part for part in parts]
    return [_base_form(word)]


def _base_form(word: str) -> str:
    for british, american in SPELLINGS:
        if british in word:
            word = word.replace(british, american)
    word = _OESOPHAGUS.sub("eso", word)
    return _singular(ROMAN.get(word) or ALIKE.get(word, word))


def earlier_forms(word: str) -> list[str]:
    """RETURNS (list[str]): What the base form of a word was in bases that were built before."""
    forms = [word.replace("oeso", "eso"), *(own for own, other in ALIKE.items() if other == word)]
    return [form for form in forms if form != word]


def _singular(word: str) -> str:
    for ending, other in ENDINGS:
        stem = word.removesuffix(ending) + other
        if len(stem) >= LEAST_STEM and word.endswith(ending):
            return stem
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]
