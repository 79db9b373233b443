"""Harm that a drug did, by the words beside it: "rash with A", "A caused a cough". It was taken
then; nothing tells that it still is. "No rash with A" denies the rash, not the drug."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from functools import cache, cached_property
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple

from ..tsv import read_rows
from .denials import IS_DENIED

TABLE = Path(__file__).parent / "data" / "drug_harm.tsv"
ALLERGIC, TREATS = "allergic", "treats"
FINDING_SIGN, DRUG_SIGN = "\ue000", "\ue001"  # for each letter of a finding, of a drug
REACTION_SIGN = "\ue002"  # for each letter of words of a reaction
_F, _D, _A = FINDING_SIGN, DRUG_SIGN, REACTION_SIGN
_NEAR, _CLOSE = 120, 60  # characters on each side of a drug
_TAKES = (
    r"(?:taking|starting|receiving|using|the|a|an|his|her|first|one|dose|doses|of|iv|oral|"
    r"gabe|einnahme|von|der|la|el|toma|administración|de)"
)
_BY = re.compile(
    rf"(?:[{_A}]\s+(?:(?:\w+ly|again|once)\s+)?(?P<with>with|on|to|from|when|while)"
    rf"|[{_F}{_A}]\s+(?:(?:developed|occurred|appeared|began|started|arose)\s+)?(?P<after>after|from|"
    r"due to|secondary to|caused by|induced by|because of|attributed to|in response to|"
    r"nach|tras|debid[oa] a|secundari[oa] a))"
    rf"\s+(?:{_TAKES}\s+)*\Z",
    re.IGNORECASE,
)
_CAUSED = re.compile(
    r"\s*(?P<caused>(?:,?\s*(?:which|that)\s+)?(?:(?:once|previously|always|has|had|have)\s+)*"
    r"(?:caus(?:e[sd]?|ing)|(?:gives?|gave)(?=\s+(?:him|her|them|the patient)\b)|le(?:ads|d) to|"
    r"produc(?:es|ed)|induc(?:es|ed)|provok(?:es|ed)|resulted in|makes|made|"
    r"verursachte?|führte zu|causó|produjo|provocó))"
    rf"(?:\s+(?!no\b|not\b|to\b)\w+){{0,3}}\s+[{_F}{_A}]"
    rf"|(?P<induced>-(?:induced|associated|related|induziert\w*|bedingt\w*))\s+(?:\w+\s+){{0,2}}[{_F}{_A}]"
    rf"|(?P<zh>后(?:即|突然)?(?:出现|发生|引起|导致)|(?:引起|导致|诱发))(?:\w{{0,4}})[{_F}{_A}]",
    re.IGNORECASE,
)
# What `_BY` ends with and `_CAUSED` begins with, so that few drugs are looked at with all mentions.
_MAY_BY = frozenset(
    re.findall(
        r"\w+", f"with on to from when while after of by nach tras a {_TAKES.replace('?:', '')}"
    )
)
_MAY_CAUSE = re.compile(
    r"\W{0,3}(?:\w+\W+){0,6}?(?:caus|g[ai]ve|le[ad]|produ|indu[cz]|assoc|relat|provo|result|ma[dk]e|"
    r"verursach|führte|bedingt)|\w{0,4}(?:后|引起|导致|诱发)",
    re.IGNORECASE,
)
_BETTER = re.compile(
    r"\b(?:treat|manag|control|improv|reliev|respon|better|resolv|settl|eas|prevent|risk|worr|"
    r"concern|fear|behandel|besser|tratad|mejor|riesgo|risiko)[^.;]*$",
    re.IGNORECASE,
)
_AND_STOPPED = re.compile(
    r"[^.;\n]{0,60}?,? (?:and|so|so it|which)\s+(?:it\s+)?(?:was|were|had to be|has been)\s+"
    r"(?:therefore |then |later )?(?:stopped|discontinued|ceased|withdrawn|d/c'?ed)\b",
    re.IGNORECASE,
)
_FEARED = re.compile(
    r"(?:beware|watch|monitor|may|might|could|can)\b[^.;]{0,20}$|(?:当心|警惕|防|防止|预防|避免|注意|可能|监测)[^，。；]{0,8}$",
    re.IGNORECASE,
)
_ON = re.compile(  # and what it did is told of a drug that goes on
    r"\b(?:takes|continues(?:\s+on)?|remains\s+on|still\s+(?:on|takes)|maintained\s+on|nimmt|toma)\s+"
    r"(?:(?:the|his|her|their|home)\s+)*\Z",
    re.IGNORECASE,
)


class Told(NamedTuple):
    """What words tell of harm.

    denied (bool): Whether they deny it.
    cue (tuple[int, int]): Their characters.
    stopped (bool): Whether the drug was stopped then.
    """

    denied: bool
    cue: tuple[int, int]
    stopped: bool = False


class HarmTold:
    """Tells whether drugs did harm.

    text (str): The document.
    findings (Collection[tuple[int, int]]): The characters of its conditions and symptoms.
    drugs (Collection[tuple[int, int]]): Those of its drugs.
    """

    def __init__(
        self,
        text: str,
        findings: Collection[tuple[int, int]],
        drugs: Collection[tuple[int, int]],
    ):
        self._text, self._findings, self._drugs = text, findings, drugs

    @cached_property
    def _places(self) -> list[tuple[str, list[tuple[int, int]], list[int]]]:
        """Signs, the mentions that they stand for, and the last end of each and those before."""
        found = []
        for sign, places in ((_F, sorted(self._findings)), (_D, sorted(self._drugs))):
            found.append((sign, places, [*accumulate((end for _, end in places), max)]))
        return found

    def _signed(self, left: int, right: int) -> str:
        """A part of the document with signs for the letters of findings and drugs."""
        text = list(self._text[left:right])
        for sign, places, ends in self._places:
            first = bisect_right(ends, left)
            for start, end in islice(places, first, bisect_left(places, (right, 0))):
                begin, last = max(start, left), min(end, right)
                if begin < last:
                    text[begin - left : last - left] = sign * (last - begin)
        return "".join(text)

    def find(self, sentence: tuple[int, int], start: int, end: int) -> Told | None:
        """Find what tells of the harm that a drug did.

        sentence (tuple[int, int]): The characters of its sentence.
        start, end (int): Its own.
        RETURNS (Told | None): The words; None where there are none, for a drug that is given for
            such harm, and where harm got better, or is only feared.
        """
        left, right = max(sentence[0], start - _NEAR), min(sentence[1], end + _NEAR)
        word = self._text[max(left, start - _CLOSE) : start].rsplit(None, 1)[-1:]
        may_by = bool(word) and word[0].casefold() in _MAY_BY
        if not may_by and not _MAY_CAUSE.match(self._text, end, min(right, end + _CLOSE)):
            return None
        if words_of_harm()[TREATS].search(self._text, start, end):
            return None
        signed = sign_reactions(self._text, self._signed(left, right), left)
        before = self._text[left:start]
        by = _BY.search(signed, 0, start - left)
        if by and not _BETTER.search(before):
            denied = IS_DENIED.search(before[: by.start()]) is not None
            return Told(denied, _place(by, left))
        caused = _CAUSED.match(signed, end - left)
        if caused is None or any(x.search(before) for x in (IS_DENIED, _ON, _FEARED)):
            return None
        stopped = _AND_STOPPED.match(self._text, left + caused.end(), right) is not None
        return Told(False, _place(caused, left), stopped)


def sign_reactions(text: str, signed: str, start: int) -> str:
    """Put signs in the place of words of reactions.

    text (str): The document.
    signed (str): A part of it, with signs for findings and drugs.
    start (int): Where the part begins.
    RETURNS (str): The part. Words that hold a drug stay.
    """
    for match in words_of_harm()[ALLERGIC].finditer(text, start, start + len(signed)):
        first, last = match.start() - start, match.end() - start
        if _D not in signed[first:last]:
            signed = signed[:first] + _A * (last - first) + signed[last:]
    return signed


def _place(match: re.Match[str], left: int) -> tuple[int, int]:
    name = next(name for name, words in match.groupdict().items() if words)
    return left + match.start(name), left + match.end(name)


@cache
def words_of_harm() -> dict[str, re.Pattern[str]]:
    """RETURNS (dict[str, re.Pattern]): What finds words of reactions (ALLERGIC), and drugs that are
    given for them (TREATS)."""
    rows: Sequence[list[str]] = list(read_rows(TABLE))
    return {
        what: re.compile(
            rf"(?<!\w)(?:{'|'.join(words for words, kind in rows if kind == what)})(?!\w)",
            re.IGNORECASE,
        )
        for what in (ALLERGIC, TREATS)
    }
