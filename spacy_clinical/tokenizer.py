"""A tokenizer that puts a border wherever a mention may begin or end.

spaCy's own tokenizers are made for parsing prose: they keep "aspirin-induced", "5-HT2A", "10mg/d"
or "vitamin C." together in part, so mentions inside can't be said in tokens. Here a border stands
around every sign, and where letters meet digits or change their case or script. The rules know
characters, no words: of a script that is written without spaces (Chinese, Japanese, Thai...) each
letter, with the marks upon it, is a token. They are stored with the pipeline as any rules of
spaCy's Tokenizer.

spaCy strips the signs of a run without white space one by one, and reads the whole run for each:
100,000 brackets would take an hour. So such a run is cut into pieces before spaCy sees it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import numpy
from spacy.attrs import IDX, LENGTH, NORM, ORTH, SPACY
from spacy.lang.char_classes import ALPHA
from spacy.lang.char_classes import _lower as LOWER
from spacy.lang.char_classes import _upper as UPPER
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

DIGIT = r"\d²³¹⁰⁴-⁹₀-₉"
APOSTROPHE = r"'\u2019"
GREEK = r"\u0370-\u03ff\u1f00-\u1fff"
# Han, Kana, Bopomofo, Thai, Lao, Tibetan, Myanmar, Khmer: scripts without spaces between words.
UNSPACED = (
    r"\u0e00-\u0e7f\u0e80-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007"
    r"\u3040-\u30fa\u30fc-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    r"\U00020000-\U0003ffff"
)
LAST_MARK = 0x1FFFF
URL = r"^(?:(?:https?|ftp)://|www\.)\S*[\w/]$"
LONG_RUN, PIECE, LONGEST_TOKEN = 64, 16, 256
_APOSTROPHES = "'\u2019"
_ADDRESS = r"[^\w\s]?(?:(?:https?|ftp)://|www\.)"
_RUN = re.compile(
    rf"(?<!\S)(?!{_ADDRESS}\S{{,{LONGEST_TOKEN}}}(?!\S))\S{{{LONG_RUN},}}", re.IGNORECASE
)


class BoundedTokenizer(Tokenizer):
    """A Tokenizer whose time grows with the text, whatever stands in it.

    A run of more than `LONG_RUN` characters without white space is cut about every `PIECE` of
    them where a border of ours stands, and where there is none, after `LONGEST_TOKEN`: no token
    but one of white space is longer. All else is spaCy's.
    """

    max_cache_size: int

    def __call__(self, string: str) -> Doc:
        """Tokenize a text.

        string (str): The text.
        RETURNS (Doc): The document; its text is `string`.
        """
        cuts = [cut for run in _RUN.finditer(string) for cut in _cut_run(string, *run.span())]
        return self._join(string, cuts) if cuts else super().__call__(string)

    def _join(self, string: str, cuts: list[int]) -> Doc:
        """Tokenize with a space in each cut, and take these spaces away again."""
        edges = [0, *cuts, len(string)]
        doc = self._tokenize_once(" ".join(string[a:b] for a, b in pairwise(edges)))
        orths, spaces, starts, lengths, norms = doc.to_array([ORTH, SPACY, IDX, LENGTH, NORM]).T
        spaces[numpy.isin(starts + lengths, numpy.add(cuts, range(len(cuts))))] = 0
        joined = Doc(self.vocab, words=orths.tolist(), spaces=spaces.astype(bool).tolist())
        return joined.from_array([NORM], norms.reshape(-1, 1))

    def _tokenize_once(self, string: str) -> Doc:
        """Tokenize, and keep the cache, which is never emptied, for words that come again."""
        size, self.max_cache_size = self.max_cache_size, 0
        try:
            return super().__call__(string)
        finally:
            self.max_cache_size = size


def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """Make a tokenizer for `[nlp.tokenizer]` in which mentions are not lost.

    RETURNS (Callable[[Language], Tokenizer]): Builds spaCy's Tokenizer with our rules, and those
        exceptions of the language that split ("don't") rather than join ("C.").
    """

    def build(nlp: Language) -> Tokenizer:
        sign = _sign()
        return BoundedTokenizer(
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
    yield rf"(?<=[{UNSPACED}])(?=\w)(?![{_marks()}])"
    yield rf"(?<=\w)(?=[{UNSPACED}])(?![{_marks()}])"


def _cut_run(text: str, start: int, end: int) -> Iterator[int]:
    """Where to cut a long run: at a border, but not beside an apostrophe ("don't"), or anywhere."""
    at = start
    while end - at > LONG_RUN:
        at = _next_cut(text, at, end)
        if at < end:
            yield at


def _next_cut(text: str, at: int, end: int) -> int:
    for reach in (4 * PIECE, LONGEST_TOKEN):
        found = _border().finditer(text, at + PIECE, min(at + reach, end))
        places = [match.start() for match in found]
        if places:
            return next((i for i in places if not _in_word(text, i)), places[0])
    return min(at + LONGEST_TOKEN, end)


def _in_word(text: str, i: int) -> bool:
    """Whether a letter is on one side of a place, and an apostrophe on the other."""
    before, after = text[i - 1], text[i]
    return (before in _APOSTROPHES and after.isalpha()) or (
        after in _APOSTROPHES and before.isalpha()
    )


@cache
def _border() -> re.Pattern[str]:
    return re.compile("|".join(borders()))


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
