"""A line of the trail: JSON that ends with a hash of itself and of the line before.

    {"n":812,"time":"2026-01-02T03:04:05.678Z","event":...,"this":"Vq3..."}

`this` is BLAKE2b of 128 bits over the former line's `this` and all that stands before `,"this"`:
of the bytes, not of what they mean, so that no other spelling passes for the same line.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from .keyed_hashes import DIGITS, SIZE, encode

FORMAT = "spacy-clinical-audit-1"
START = "A" * DIGITS  # what stands before the first line of all
_MIDDLE, _END = b',"this":"', b'"}'
TAIL = len(_MIDDLE) + DIGITS + len(_END)


def now() -> str:
    """RETURNS (str): The time in UTC, to the millisecond (ISO 8601)."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seal(row: Mapping[str, Any], former: str) -> tuple[bytes, str]:
    """Write a row as a line.

    row (Mapping[str, Any]): JSON values.
    former (str): The hash of the line before.
    RETURNS (tuple[bytes, str]): The line with its end, and its hash.
    """
    body = json.dumps(row, separators=(",", ":"), allow_nan=False).encode()[:-1]
    this = hash_of(body, former)
    return body + _MIDDLE + this.encode() + _END + b"\n", this


def hash_of(body: bytes, former: str) -> str:
    """RETURNS (str): The hash of a line without its end, behind another."""
    return encode(blake2b(former.encode() + body, digest_size=SIZE).digest())


def this_of(line: bytes) -> str | None:
    """RETURNS (str | None): The hash that a line (without its end) claims, None if it is none."""
    ends = line[-TAIL : -DIGITS - len(_END)], line[-len(_END) :]
    if ends != (_MIDDLE, _END) or len(line) <= TAIL:
        return None
    return line[-DIGITS - len(_END) : -len(_END)].decode("latin-1")


def is_sound(line: bytes, former: str) -> bool:
    """RETURNS (bool): Whether a line is what was written behind another."""
    return this_of(line) == hash_of(line[:-TAIL], former)


def row_of(line: bytes) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): What a line says, {} if it says nothing."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}
