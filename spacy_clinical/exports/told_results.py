"""What a test came to where the words beside it tell: "troponin negative", "D-dimer not elevated".

Nothing is told of a test that is only to be done, nor where words doubt it: "probably negative".
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from .mapping_tables import Mappings, Row

_FAR = 100  # characters behind a test, or before it
_BEGIN, _END = r"(?<![^\W\u3400-\u9fff])(?<!-)", r"(?![^\W\u3400-\u9fff])"
_GAP = r"[^\S\n]*"
_FILL = (
    r"(?:is|was|are|were|(?:has|have)\s+been|(?:(?:has|have)\s+)?(?:come|came|comes)\s+back|"
    r"returned|resulted|remain(?:s|ed)?|reported(?:\s+as)?|read\s+as|tests?|tested|screen(?:s|ing)?|"
    r"serolog(?:y|ies)|antigens?|antibod(?:y|ies)|ab|ag|pcr|panel|swabs?|assay|levels?|tit(?:er|re)s?|"
    r"results?|(?:from|of|on)\s+(?:\w{3,6}day|yesterday|admission|last\s+\w+|\d[\d/.-]{2,9})|again|repeatedly|both|all|also|today|yesterday|overnight|now|still|on\s+admission|"
    r"ist|sind|war|waren|fiel(?:en)?|blieb(?:en)?|bisher|wieder|erneut|jeweils|beide|alle|heute|"
    r"es|son|fue|fueron|resultó|resultaron|salió|salieron|ha\s+sido|han\s+sido|sigue|siguen|ambos|"
    r"ambas|todos|todas|de\s+nuevo)(?!\w)"
)
_MARK = rf"(?:[:：=(–—-]|,(?={_GAP}(?:all|both|alle|beide|todos|todas|ambos|ambas)\b))"
_LEAD = rf"{_GAP}{_MARK}?{_GAP}(?:{_FILL}{_GAP}|(?:检测|检查|试验|结果|均为|均|为|是|呈|提示|：))*"
_FIRST = r"(?:(?:initially|first|zunächst|initial|inicialmente)\s+)?"
_THEN = (
    r"(?:,?\s*(?:(?:and|but|und|dann|y|pero|luego)\s+)?"
    r"(?:then|later|now|dann|später|luego|después)\s+(?:(?:was|is)\s+)?"
)
_OTHER = (  # not "negative for A", "positive cocci", "normal saline", "negative?"
    r"(?!\s*\?|\s+(?:for|to|predict\w*|controls?|pressure|margins?|bacilli|cocci|rods|organisms?|"
    r"saline|sinus|famil\w+|history|response|effect|für|para|por)\b)"
)
_PENDS = re.compile(
    r"\b(?:awaiting|awaits?|needs?|requires?|until|pending|for|if|unless|once|no|not|without|probabl[ey]|"
    r"likely|possibl[ey]|presumed|suspected|falls|wenn|si|hasta|kein\w*|sin|bis)\s+"
    r"(?:(?:a|an|the|two|three|eine?n?|un|una|repeat)\s+)*$",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\s*(?:(?P<linked>,?\s*(?:and|or|und|y|e|o)\s|[/&+、和及])|,)\s*", re.IGNORECASE
)
_ALL = re.compile(
    r"\b(?:all|both|were|are|sind|waren|alle|beide|son|fueron|todos|ambos)\b|均", re.I
)


class Told(NamedTuple):
    """What words say that a test came to.

    words (str): The note's.
    code (str): Observation.interpretation, "" where they tell none.
    place (tuple[int, int]): Their characters.
    """

    words: str
    code: str
    place: tuple[int, int]


class ToldResults:
    """Finds what words say that tests came to.

    rows (Iterable[Row]): With the columns phrase and code.
    """

    def __init__(self, rows: Iterable[Row]):
        known = [(row["phrase"].replace(" ", r"\s+"), row["code"]) for row in rows]
        either = "|".join(f"(?:{phrase})" for phrase, _ in known)
        one = rf"{_BEGIN}(?:{either}){_END}"
        times = r"(?:\s*[x\u00d7]\s*\d+(?!\w))?"
        self._behind = re.compile(
            rf"(?P<lead>{_LEAD})(?P<words>{_FIRST}(?P<one>{one})(?P<then>{_THEN}{one}))*{times}){_OTHER}",
            re.IGNORECASE,
        )
        self._before = re.compile(rf"(?P<words>{one}){_GAP}$", re.IGNORECASE)
        self._codes = [(re.compile(phrase, re.IGNORECASE), code) for phrase, code in known]

    def find(
        self, text: str, tests: Sequence[tuple[int, int]], others: Iterable[tuple[int, int]]
    ) -> dict[int, Told]:
        """Find results.

        text (str): The note.
        tests (Sequence[tuple[int, int]]): Characters of its tests.
        others (Iterable[tuple[int, int]]): Those of its other mentions, but values.
        RETURNS (dict[int, Told]): By the positions of those tests that words tell of.
        """
        order = sorted(range(len(tests)), key=tests.__getitem__)
        stops = sorted({start for start, _ in (*tests, *others)})
        found: dict[int, Told] = {}
        last: tuple[bool, Told] | None = None
        after, following = dict(pairwise(stops)), 0
        for k in reversed(order):
            start, end = tests[k]
            told = self._of(text, start, end, min(after.get(start, len(text)), end + _FAR))
            if told is None and last and _joins(text, end, following, last[0]):
                told = last
            last, following = told, start
            if told is not None:
                found[k] = told[1]
        return found

    def _of(self, text: str, start: int, end: int, stop: int) -> tuple[bool, Told] | None:
        """What is told of one test, and whether of all of a list before it too."""
        match = self._behind.match(text, end, stop)
        if match:
            code = "" if match["then"] else self._code(match["one"])
            told = Told(match["words"], code, match.span("words"))
            return _ALL.search(match["lead"]) is not None, told
        begin = max(text.rfind("\n", max(0, start - _FAR), start) + 1, start - _FAR, 0)
        match = self._before.search(text, begin, start)
        if match is None or _PENDS.search(text, begin, match.start()):
            return None
        return False, Told(match["words"], self._code(match["words"]), match.span("words"))

    def _code(self, words: str) -> str:
        return next((code for one, code in self._codes if one.fullmatch(words)), "")


def _joins(text: str, end: int, following: int, of_all: bool) -> bool:
    """Whether a test stands in a list with the next one, of which a result is told of all."""
    joint = _JOINT.fullmatch(text, end, following) if following - end <= _FAR else None
    return joint is not None and (of_all or joint["linked"] is not None)


@lru_cache(maxsize=8)
def told_results(folder: Path | None) -> ToldResults:
    """RETURNS (ToldResults): By the table of a folder of mappings, None for the package's."""
    return ToldResults(Mappings(folder).read("test_results"))
