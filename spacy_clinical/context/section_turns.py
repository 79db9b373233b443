"""Where prose begins below a section of one line, or on it: "PMH: gout.", then "Presents with chest
pain".

Such a section has its words behind its heading; the next line or sentence tells of today where its
first words say so, by the table `data/section_turns.tsv`. What stands alone under a heading is the
section's.
"""

import re
from functools import cache
from pathlib import Path

from ..tsv import read_rows

TABLE = Path(__file__).parent / "data" / "section_turns.tsv"


def find_turn(text: str, start: int, end: int) -> int | None:
    """Find where something else begins below a section's first line.

    text (str): The note.
    start (int): Where the section's words begin, on the line of its heading.
    end (int): Where the section ends.
    RETURNS (int | None): Where the line or sentence begins, None where all is
        the section's.
    """
    match = _turns().search(text, start, end)
    return match.end() if match else None


@cache
def _turns() -> re.Pattern[str]:
    words = "|".join(row[0] for row in read_rows(TABLE))
    return re.compile(rf"(?:\n[^\S\n]*|(?<=[a-z)])\.[^\S\n]+)(?=(?:{words})(?!\w))")
