"""Questions of relatives, who call the patient what they call them: "is dad still smoking?"."""

import re
from functools import cache

from .question_words import word_list
from .relatives import relatives

PATIENT = "the patient"
_OF = r"(?:her|his|their|the|your|our|an?|any|whose|[\w-]+'s?)\s+$"  # whose relative it is
_OWN = re.compile(
    r"\b(?:do|did|am|have|was|should|can) i\b|\bi(?:'m| am|'ve| have| take| had)\b", re.I
)


def of_patient(question: str) -> tuple[str, str]:
    """Take "my husband" and "mum" for the patient.

    question (str): An English question.
    RETURNS (tuple[str, str]): It with "the patient" instead, and the words that were there, "" in
        one that names another relative, or whose asker is the patient.
    """
    lead = question.rfind(":") + 1
    found = list(_pattern().finditer(question, lead))
    words = {match["word"].casefold() for match in found}
    own = all(_is_address(question, match) for match in found)
    if len(words) != 1 or not own or _OWN.search(question):
        return question, ""
    return question[:lead] + _pattern().sub(PATIENT, question[lead:]), found[0][0]


def _is_address(question: str, match: re.Match[str]) -> bool:
    """Whether it is nobody's else: "my" before it, or a name that children use."""
    if match["my"]:
        return True
    of = re.search(_OF, question[: match.start()], re.IGNORECASE)
    return of is None and match["word"].casefold() in word_list("address_en")


@cache
def _pattern() -> re.Pattern[str]:
    words = {word for word in relatives() if word.isascii()} | word_list("address_en")
    names = "|".join(sorted(words, key=len, reverse=True))
    return re.compile(rf"(?P<my>\bmy\s+(?:\w+\s+)?)?\b(?P<word>{names})\b", re.IGNORECASE)
