"""Tests whose clean result answers what is doubted before it: "PE was considered but CTPA clear",
"worried about ACS, troponins flat". The table `data/answering_tests.tsv` tells which test answers
what; behind "but" each does.
"""

import re
from functools import cache
from typing import NamedTuple

from .rule_tables import DATA, read_table

_FAR = 140  # characters behind a mention that are read
_WORDS = (
    r"(?:(?:the|a|an|his|her|their|all|both|urgent|repeat|repeated|serial|today's|initial)\s+){0,3}"
)
_OF_TEST = (
    r"(?:\s+(?:head|brain|abdomen|chest|pelvis|spine|neck|leg|of\s+the\s+\w+|x\s?\d|scans?|tests?|"
    r"studies|today))*"
)
_VERB = (
    r"(?:\s+(?:is|was|were|are|has|have|been|came\s+back|come\s+back|returned|read\s+as|reported\s+as|"
    r"all|both|remain(?:s|ed)?|completely|entirely)|\s*:)*"
)
_CLEAN = (
    r"(?P<clean>clear|negative|neg|normal|unremarkable|flat|clean|nad|reassuring|undetectable|"
    r"within\s+normal\s+limits)\b"
    r"(?!\s+(?:for|so\s+far|to\s+date|initially|at\s+first|apart|except|other|pressure|range|limit))"
)
_PARTS = re.compile(
    r"(?P<but>,?\s*\b(?:but|however|though|although|yet)\b,?)|[,;]|\s[-–—]\s|\band\b", re.IGNORECASE
)
# Words that leave the doubt standing.
_OPEN = re.compile(
    r"\b(?:pending|await\w*|outstanding|still|remain\w*\s+(?:possible|likely|suspected)|not\s+(?:yet\s+)?"
    r"(?:excluded|ruled)|cannot|can't|so\s+far|to\s+follow|despite|false|anyway|regardless|treat\w*|"
    r"repeat\s+(?:in|at)|too\s+early|unless|if)\b|\?",
    re.IGNORECASE,
)

_LIKELY = re.compile(r"\b(?:likely|probable|high|strong)\b", re.IGNORECASE)


class _Answers(NamedTuple):
    """What clean results answer.

    clean (re.Pattern[str]): A test and its clean result.
    pairs (list[tuple[re.Pattern[str], re.Pattern[str]]]): Tests, and the findings that they answer.
    """

    clean: re.Pattern[str]
    pairs: list[tuple[re.Pattern[str], re.Pattern[str]]]


def find_answer(text: str, mention: tuple[int, int], end: int) -> tuple[int, int] | None:
    """Find the clean result that answers a doubt.

    text (str): The document.
    mention (tuple[int, int]): The characters of what is doubted.
    end (int): Where its sentence ends.
    RETURNS (tuple[int, int] | None): The characters of the test and its result, None where there
        is none, or where other words leave the doubt standing.
    """
    end = min(end, mention[1] + _FAR)
    answers, but, found = _answers(), False, None
    for part in _PARTS.finditer(text, mention[1], end):
        but = part["but"] is not None or (but and part[0] != ";")
        match = answers.clean.match(text, part.end(), end)
        if match and (but or _is_of(match["test"], text[slice(*mention)])):
            found = match.start("test"), match.end()
            break
    if found is None or _OPEN.search(text, mention[1], end):
        return None
    return None if _LIKELY.search(text, mention[1], found[0]) else found


def _is_of(test: str, finding: str) -> bool:
    """Whether a test answers whether a finding is there."""
    return any(
        tests.fullmatch(test) and findings.fullmatch(finding)
        for tests, findings in _answers().pairs
    )


@cache
def _answers() -> _Answers:
    rows = [cells for _, cells in read_table(DATA / "answering_tests.tsv")]
    names = "|".join(sorted((tests for tests, _ in rows), key=len, reverse=True))
    clean = rf"\s*{_WORDS}(?:chest\s+)?(?P<test>{names})\b{_OF_TEST}{_VERB}\s+{_CLEAN}"
    pairs = [(_whole(tests), _whole(findings)) for tests, findings in rows if findings != "-"]
    return _Answers(re.compile(clean, re.IGNORECASE), pairs)


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE | re.DOTALL)
