"""Bytes as they stand in messages and resources: base64, character sets, and what is wrong."""

import base64
import binascii
import codecs


class UnreadableError(ValueError):
    """Says what was found, without the note's text."""


def decode_base64(text: str) -> bytes:
    """Decode base64, white space in it aside. Raises UnreadableError where it isn't.

    text (str): The base64.
    RETURNS (bytes): The data.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableError("data that isn't base64") from None


def decode_text(data: bytes, charset: str = "utf-8") -> str:
    """Decode bytes. Raises UnreadableError where they aren't of that character set.

    data (bytes): The bytes.
    charset (str): Its name.
    RETURNS (str): The text.
    """
    try:
        name = codecs.lookup(charset).name
        return data.decode("utf-8-sig" if name == "utf-8" else name)
    except (LookupError, UnicodeError):
        raise UnreadableError(f"bytes that aren't {ascii(charset)[1:-1][:40]}") from None


def iso_time(stamp: str) -> str:
    """Write a time of HL7 v2 or v3 (TS: YYYYMMDDHHMMSS.SSSS+ZZZZ) as ISO 8601 does.

    stamp (str): With as many parts as are known.
    RETURNS (str): Such as "2024-02-12" or "2024-02-12T08:30:00+01:00"; "" for anything else.
    """
    digits, zone = stamp[:14].strip(), ""
    for sign in "+-":
        if sign in stamp:
            digits, _, zone = stamp.partition(sign)
            zone = f"{sign}{zone[:2]}:{zone[2:4]}" if zone[:4].isdecimal() else ""
    digits = digits.partition(".")[0].strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) in (4, 6, 8, 10, 12, 14)):
        return ""
    day = "-".join(filter(None, (digits[:4], digits[4:6], digits[6:8])))
    parts = [digits[at : at + 2] for at in range(8, len(digits), 2)]
    time = ":".join(parts + ["00"] * (len(parts) == 1))
    return f"{day}T{time}{zone}" if time else day
