"""A tokenizer that puts a border wherever a mention may begin or end.

spaCy's own tokenizers are made for parsing prose: they keep "aspirin-induced", "5-HT2A", "10mg/d"
or "vitamin C." together in part, so mentions inside can't be said in tokens. Here a border stands
around every sign, and where letters meet digits or change their case or script. The rules know
characters, no words, so they serve any language written with spaces. They are stored with the
pipeline as any rules of spaCy's Tokenizer.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from spacy.lang.char_classes import ALPHA
from spacy.lang.char_classes import _lower as LOWER
from spacy.lang.char_classes import _upper as UPPER
from spacy.language import Language
from spacy.symbols import ORTH
from spacy.tokenizer import Tokenizer

DIGIT = r"\d²³¹⁰⁴-⁹₀-₉"
APOSTROPHE = r"'\u2019"
GREEK = r"\u0370-\u03ff\u1f00-\u1fff"
LAST_MARK = 0x1FFFF
URL = r"^(?:(?:https?|ftp)://|www\.)\S*[\w/]$"


def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """Make a tokenizer for `[nlp.tokenizer]` in which mentions are not lost.

    RETURNS (Callable[[Language], Tokenizer]): Builds spaCy's Tokenizer with our rules, and those
        exceptions of the language that split ("don't") rather than join ("C.").
    """

    def build(nlp: Language) -> Tokenizer:
        sign = _sign()
        return Tokenizer(
            nlp.vocab,
            rules=splitting_rules(nlp.Defaults.tokenizer_exceptions),
            prefix_search=re.compile(rf"^(?:{sign})").search,
            suffix_search=re.compile(rf"(?:(?<=[{ALPHA}])[{APOSTROPHE}][{ALPHA}]|{sign})$").search,
            infix_finditer=re.compile("|".join(borders())).finditer,
            url_match=re.compile(URL, re.IGNORECASE).match,
        )

    return build


def splitting_rules(exceptions: dict[str, list[dict[Any, str]]]) -> dict[str, list[dict[Any, str]]]:
    """Choose the exceptions that make tokens smaller.

    exceptions (dict): A language's, text to tokens.
    RETURNS (dict): Those with more than one token, none of which holds a sign but an apostrophe.
    """
    joined = re.compile(rf"(?:(?![{APOSTROPHE}])(?:{_sign()}))")
    return {
        text: tokens
        for text, tokens in exceptions.items()
        if len(tokens) > 1 and not any(joined.search(token[ORTH]) for token in tokens)
    }


def borders() -> Iterable[str]:
    """RETURNS (Iterable[str]): Patterns of no width: where a run of text that has no white space
    is cut."""
    sign = _sign()
    yield rf"(?<=\S)(?={sign})(?!(?<=\d)[.,]\d)"
    genitive = rf"(?<=[{ALPHA}][{APOSTROPHE}])[{ALPHA}](?![{ALPHA}])"
    yield rf"(?<={sign})(?=\S)(?!(?<=\d[.,])\d)(?!{genitive})"
    yield rf"(?<=[{ALPHA}])(?=[{DIGIT}])"
    yield rf"(?<=[{DIGIT}])(?=[{ALPHA}])"
    yield rf"(?<=[{LOWER}])(?=[{UPPER}])"
    # "VTs" is VT and s; "AUCinsulin" and "CTScan" are cut on both sides of the last capital
    yield rf"(?<=[{UPPER}][{UPPER}])(?=[{LOWER}])"
    yield rf"(?<=[{UPPER}])(?=[{UPPER}][{LOWER}]{{2}})"
    yield rf"(?<=[{GREEK}])(?=[a-zA-Z])"
    yield rf"(?<=[a-zA-Z])(?=[{GREEK}])"


@cache
def _sign() -> str:
    """A pattern for one character that is no letter, digit, accent or white space."""
    return rf"[^\w\s{_marks()}]|_"


def _marks() -> str:
    """Accents and vowel signs, which belong to the letter before, as ranges for a class."""
    is_mark = [unicodedata.category(chr(i))[0] == "M" for i in range(LAST_MARK + 1)]
    numbered = groupby(enumerate(is_mark), key=itemgetter(1))
    runs = [[i for i, _ in run] for mark, run in numbered if mark]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in runs)
