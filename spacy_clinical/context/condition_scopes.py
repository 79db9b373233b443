"""How far a condition reaches that stands in front: over the clause that depends on it.

"If it recurs, start A" plans, "If he lies down, he has pain" tells what is.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice

from ..condition_clauses import leads_clause

_SUBJECT = r"(?:he|she|they|it|there|this|that|these|those|his|her|their|the|patient|pt|we|i)"
_PLANS = (
    r"(?:will|would|should|may|might|can|could|must|shall|needs?|ha[sd] to|have to|is to|are to|"
    r"plan\w*|going to|recommend\w*|advis\w+|consider|candidate|let's|want\w*|'ll)"
)
# A clause with a subject of its own that plans nothing.
_TELLS = re.compile(
    rf",\s*(?:then\s+)?{_SUBJECT}\b(?!(?:[^\w,;]+\w+){{0,7}}?[^\w,;]*(?<!\w){_PLANS}\b)",
    re.IGNORECASE,
)
_LOST_STOP = re.compile(r"\w\.\s?,")  # a line's end became a comma
_OPENS = re.compile(r"(?:(?:only|if|in|at|should|on|so|as)\b|provid|assum)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_WORDS, _COMMAS = 30, 6  # at most


def leads(text: str, left: int, start: int) -> bool:
    """Say whether a condition stands in front of what depends on it.

    text (str): The document.
    left (int): Where the sentence begins.
    start (int): Where its words begin: "if", not "call if".
    RETURNS (bool): Whether it does.
    """
    return _OPENS.match(text, start) is not None and leads_clause(text, left, start)


def governed_until(text: str, start: int, end: int, commas: Sequence[int]) -> int:
    """Tell where ends what depends on a condition that leads its clause.

    text (str): The document.
    start, end (int): From behind the condition's first word to the sentence's end.
    commas (Sequence[int]): Where the sentence's commas stand.
    RETURNS (int): The character.
    """
    word = next(islice(_WORD.finditer(text, start, end), _WORDS, None), None)
    high = word.start() if word else end
    stop = _LOST_STOP.search(text, start, high)
    high = stop.end() if stop else high
    k = bisect_left(commas, start)
    near = (comma for comma in commas[k : k + _COMMAS] if comma < high)
    return next((comma for comma in near if _TELLS.match(text, comma, end)), high)
