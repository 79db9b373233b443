"""Seeded damage to bytes: what transport, editors, other programs and attackers do to files."""

from collections.abc import Callable
from random import Random

ODD = [
    b"", b"\0", b"\r", b"\n", b"\t", b"\x0b", b"\x1c", b"\xff", b"\xc3", b"\xed\xa0\x80",
    b"\xef\xbb\xbf", "\u2028".encode(), "\U0001f600".encode(), "\u0301".encode(), b" ", b'"',
    b"'", b"\\", b"/", b"|", b"^", b"&", b"~", b"{", b"}", b"[", b"]", b"<", b">", b"(", b")",
    b",", b";", b":", b"#", b"*", b"%", b"=", b"-", b"null", b"true", b"NaN", b"Infinity",
    b"1e999", b"-1", b"0", b"1.5", b"99999999999999999999", b"\\ud800", b"\\u0000", b"{}", b"[]",
    b'""', b'"":', b"&amp;", b"&#0;", b"&x;", b"&#x110000;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"<![CDATA[", b"]]>", b"<!--", b"<?", b"</text>", b"xsi:type", b"T1\t", b"E1\t", b"R1\t",
    b"#1\t", b"*\t", b"T0", b"|t|", b"|a|", b"CID", b"MSH|^~\\&|", b"\nOBX|", b"\\X00\\",
    b"\\.sp999\\", b"{\\rtf1 ", b"\\bin9999999999 ", b"\\u-999999 ", b"\\'zz", b"\\deleted ",
    b"<del>", b"<td>", b"<pre>", b"a" * 5000, b" " * 5000, b"\n" * 5000, b"[" * 3000,
    b'{"a":' * 3000, b"<a>" * 3000, b"9" * 5000, b"\\" * 3000,
]  # fmt: skip

Damage = Callable[[bytes, Random], bytes]


def flip(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def insert(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(ODD) + data[at:]


def replace(data: bytes, chance: Random) -> bytes:
    start, end = _range(data, chance)
    return data[:start] + chance.choice(ODD) + data[end:]


def delete(data: bytes, chance: Random) -> bytes:
    start, end = _range(data, chance)
    return data[:start] + data[end:]


def repeat(data: bytes, chance: Random) -> bytes:
    start, end = _range(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 50)) + data[end:]


def move(data: bytes, chance: Random) -> bytes:
    start, end = _range(data, chance)
    rest = data[:start] + data[end:]
    at = chance.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def cut(data: bytes, chance: Random) -> bytes:
    return data[: chance.randrange(len(data))]


def renumber(data: bytes, chance: Random) -> bytes:
    """Another number in the place of one: offsets, ids, lengths."""
    digits = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if not digits:
        return insert(data, chance)
    start = end = chance.choice(digits)
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    number = chance.choice((b"0", b"1", b"-1", b"7", b"1000000", b"99999999999999999999", b""))
    return data[:start] + number + data[end:]


DAMAGES: list[Damage] = [
    *(flip, insert, insert, replace, replace, delete, repeat, move, cut),
    *(renumber, renumber),
]


def damaged(data: bytes, chance: Random) -> bytes:
    """RETURNS (bytes): The data after one to three kinds of damage."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice(DAMAGES)(data or b"x", chance)
    return data


def _range(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.choice((1, 1, 2, 5, 20, 100)))
