"""A note as the trail may tell it: hashed by the site's key, and in numbers.

Where notes are run on other machines they are hashed there, and no text comes back.
"""

import json
from typing import NamedTuple

from .keyed_hashes import AuditKey
from .note_numbers import NO_DIGEST, NoteFacts


class AuditedNote(NamedTuple):
    """A note that was run.

    id (str): Its name; only its keyed hash is kept.
    text (str): Its text, likewise.
    facts (NoteFacts | None): What was found, None if it failed.
    code (str): The error's code if it failed, else "".
    """

    id: str
    text: str
    facts: NoteFacts | None
    code: str = ""


class ToldNote(NamedTuple):
    """A note that was run, without what only the key's holder may know.

    id, text (str): What stands for its name and for its text.
    chars (int): Characters of the text.
    facts (NoteFacts | None): What was found, but for the digest; None if it failed.
    result (str): What stands for the digest, "" where there is none.
    code (str): The error's code if it failed, else "".
    """

    id: str
    text: str
    chars: int
    facts: NoteFacts | None
    result: str = ""
    code: str = ""

    def to_json(self) -> str:
        """RETURNS (str): JSON that `from_json` reads."""
        numbers = None if self.facts is None else self.facts[1:]
        return json.dumps([*self[:3], numbers, *self[4:]], separators=(",", ":"))

    @classmethod
    def from_json(cls, data: str) -> "ToldNote":
        """Read what `to_json` wrote.

        data (str): JSON.
        RETURNS (ToldNote): The note.
        """
        id, text, chars, numbers, result, code = json.loads(data)
        facts = None if numbers is None else NoteFacts(NO_DIGEST, *numbers)
        return cls(id, text, chars, facts, result, code)


def tell(note: AuditedNote, key: AuditKey) -> ToldNote:
    """Hash a note.

    note (AuditedNote): What was run.
    key (AuditKey): The site's key.
    RETURNS (ToldNote): The note as the trail may tell it.
    """
    hashed = key.note_id(note.id), key.text(note.text), len(note.text)
    if note.facts is None:
        return ToldNote(*hashed, None, code=note.code)
    digest = note.facts.digest
    result = "" if digest == NO_DIGEST else key.result(digest)
    return ToldNote(*hashed, note.facts._replace(digest=NO_DIGEST), result)
