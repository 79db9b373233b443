"""A note to annotate, before anything is known of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from .plurals import counted
from .result_tables import Message


class Note(NamedTuple):
    """A note to annotate.

    id (str): Its name: that of the file without suffix, a field's value, or "FILE:LINE".
    text (str): The text.
    meta (dict): What else stood beside it, as JSON values.
    fault (str): Why it can't be read, a message with a code; "" if it can.
    """

    id: str
    text: str
    meta: dict[str, Any] = {}  # noqa: RUF012
    fault: str = ""


def unread_notes(count: int) -> Iterator[Message]:
    """YIELDS (Message): How many notes are left out, if any are."""
    if count:
        yield Message(f"{counted(count, 'note')} left out: they can't be read", "warn")
