"""What is told to whoever keeps a record of the service: an audit, or nobody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..audit import NoteFacts
from ..note import Note


class ModelFacts(NamedTuple):
    """Which pipeline.

    name (str): Such as "en_clinical_sample".
    version (str): Its version.
    hash (str): Of its files, as `fingerprint_model` gives it.
    """

    name: str
    version: str
    hash: str


@dataclass(frozen=True)
class Event:
    """A note that was served. It holds patient text: what keeps it keeps hashes and counts.

    kind (str): "annotate", "deidentify", "process-note".
    actor (str): The token's name, "" where there are no tokens.
    request (str): The request's id.
    note (Note): The note.
    model (ModelFacts): What annotated it.
    answer (bytes | None): What goes out, None if the note failed.
    code (str): The error's code if it failed, else "".
    facts (NoteFacts | None): What was found, in numbers.
    seconds (float): From the request to the answer.
    """

    kind: str
    actor: str
    request: str
    note: Note
    model: ModelFacts
    answer: bytes | None
    code: str
    facts: NoteFacts | None
    seconds: float


Recorder = Callable[[Sequence[Event]], None]
"""Called with a batch in the worker's thread, before its answers go out. If it raises, there are
none."""
