"""Hours that look like ages: "took A at 9", "vomited at 3", not "rheumatic fever at 12"."""

import re
from collections.abc import Sequence

from .assertion_rules import Found
from .cue_resolution import HISTORICAL

ROLES = frozenset({"medication", "symptom", "test"})  # of what nobody tells an age so
_HOUR = re.compile(r"at\s+\d{1,2}", re.IGNORECASE)


def without_hours(text: str, said: Sequence[Found]) -> list[Found]:
    """Leave out what an hour told, read as an age.

    text (str): The note.
    said (Sequence[Found]): What is said of a mention of one of the `ROLES`.
    RETURNS (list[Found]): The rest.
    """
    return [one for one in said if one.value != HISTORICAL or not _HOUR.fullmatch(text, *one.cue)]
