"""Questions in plainer words, before anything else is looked at: contractions, shorthand, what is
only tagged on, "痛不痛" for "痛吗"."""

import re
from functools import cache

from ..context.phrase_words import fold
from ..tsv import read_rows
from .question_words import DATA

_TAG = re.compile(
    r",?\s*(?:is|are|was|does|do|did|has|have|can|will|would|should)(?:n't|\s+not)?\s+"
    r"(?:s?he|it|they|that|there|one)\s*\?*\s*$",
    re.IGNORECASE,
)

_OR_NOT = re.compile(r"(?![有好对行])([\u4e00-\u9fff])[不没]\1")


def plainer(question: str) -> str:
    """Write out what is short.

    question (str): An English question.
    RETURNS (str): The same with "what is" for "what's" and "discontinued" for "d/c'd", by
        `data/rewrites_en.tsv`, and without a tag such as ", does he?".
    """
    forms, meant = _rewrites()
    straight = question.replace("’", "'")
    written = forms.sub(lambda match: meant[match[0].casefold()], straight)
    head, comma, tag = written.rpartition(",")
    return f"{head}?" if head and _TAG.fullmatch(comma + tag) else written


def plainer_chinese(question: str) -> str:
    """RETURNS (str): A Chinese question in simplified characters, "胸痛吗" for "胸痛不痛"."""
    asked, times = _OR_NOT.subn(r"\1", fold(question))
    return f"{asked.rstrip('?？吗呢')}吗" if times else asked


@cache
def _rewrites() -> tuple[re.Pattern[str], dict[str, str]]:
    meant = {short: full for short, full in read_rows(DATA / "rewrites_en.tsv")}
    ordered = sorted(map(re.escape, meant), key=len, reverse=True)
    return re.compile(rf"(?<![\w/'-])(?:{'|'.join(ordered)})(?![\w/'])", re.IGNORECASE), meant
