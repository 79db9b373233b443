"""A note to annotate, before anything is known of it."""

from typing import Any, NamedTuple


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
