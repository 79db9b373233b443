"""Bodies of requests, bounded before they are parsed, to notes."""

import re
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request

from ..batch.note_formats.json_lines import parse_strictly
from ..batch.note_formats.note_rows import MAX_ID, Row, to_note
from ..errors import Errors
from ..note import Note
from .refusals import Refusal
from .service_settings import ServeSettings

# A string, whole or cut off, in one match however it ends: linear in the body.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?"?|[\[{]|[\]}]', re.DOTALL)
FORGOTTEN = 16  # times the limit
_NOTE = "a JSON object with the field `text`, a string, and perhaps `id`"


def check_type(request: Request, *kinds: str) -> None:
    """Refuse other media types, with which pages of foreign sites could send a form, and bodies
    that are packed.

    request (Request): The request.
    kinds (str): What is taken.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in kinds:
        expected = f"Content-Type: {' or '.join(kinds)}"
        raise Refusal(415, Errors.SC930.format(what="This content type", expected=expected))
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, Errors.SC930.format(what="A packed body", expected="a plain one"))


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body.

    request (Request): The request.
    limit (int): Bytes at most.
    RETURNS (bytes): The body. Raises Refusal where it is longer. The rest is read and forgotten,
        up to a bound, since a connection that is closed before takes the answer with it.
    """
    told = request.headers.get("content-length", "0")
    if told.isdecimal() and int(told) > FORGOTTEN * limit:
        raise too_large("The body", limit, "bytes", "max_bytes")
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > FORGOTTEN * limit:
                raise too_large("The body", limit, "bytes", "max_bytes")
            if size > limit:
                parts.clear()
            else:
                parts.append(part)
    except ClientDisconnect:
        raise Refusal(499, "the client is gone", close=True) from None
    if size > limit:
        raise too_large("The body", limit, "bytes", "max_bytes", close=False)
    return b"".join(parts)


def parse(data: bytes, settings: ServeSettings) -> Any:
    """Parse JSON.

    data (bytes): The body.
    settings (ServeSettings): Bounds its depth.
    RETURNS (Any): Its value. Raises Refusal where it isn't JSON.
    """
    if depth_exceeds(data, settings.max_depth):
        raise _unusable(f"lists or objects more than {settings.max_depth} deep", _NOTE)
    try:
        return parse_strictly(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _unusable("it isn't JSON in UTF-8, or holds a key twice, or NaN", _NOTE) from None


def depth_exceeds(data: bytes, limit: int) -> bool:
    """Tell whether lists and objects stand too deep in JSON, without parsing it.

    data (bytes): JSON, or anything.
    limit (int): How deep they may stand.
    RETURNS (bool): Whether they stand deeper. In time linear in the data.
    """
    depth = 0
    for match in _TOKEN.finditer(data):
        sign = data[match.start()]
        if sign in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif sign in b"]}":
            depth -= 1
    return False


def read_note(value: Any, settings: ServeSettings) -> Note:
    """Take a note from a body's value.

    value (Any): The value.
    settings (ServeSettings): Bounds its length.
    RETURNS (Note): With a fault if it can't be stored. Raises Refusal where it is none.
    """
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise _unusable("it is no such object", _NOTE)
    check_length(value["text"], settings)
    note = to_note(Row("note", value), Path("request"), "text", "id")
    return note if value.get("id") not in (None, "") or note.fault else note._replace(id="")


def told_id(value: Any) -> str:
    """RETURNS (str): The id that an answer to a body's value has, whether or not the value is a
    note; "" where there is none, or none that may be told."""
    id = value.get("id") if isinstance(value, dict) else ""
    id = str(id) if type(id) is int else id
    return id if isinstance(id, str) and len(id) <= MAX_ID else ""


def check_length(text: str, settings: ServeSettings) -> None:
    """Refuse a note that is too long. Raises Refusal.

    text (str): The note's.
    settings (ServeSettings): Has the bound.
    """
    if len(text) > settings.max_characters:
        raise too_large("The note", settings.max_characters, "characters", "max_characters", False)


def too_large(what: str, limit: int, unit: str, key: str, close: bool = True) -> Refusal:
    """RETURNS (Refusal): For what is too large."""
    message = Errors.SC924.format(what=what, limit=limit, unit=unit, key=key)
    return Refusal(413, message, close=close)


def _unusable(found: str, expected: str) -> Refusal:
    return Refusal(400, Errors.SC925.format(found=found, expected=expected))
