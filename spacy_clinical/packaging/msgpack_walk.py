"""Walk through msgpack by its headers: what is claimed is compared with what is there.

No memory is taken. Source: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from collections.abc import Iterator

# First byte to how many bytes of the length follow it; of _FIXED, to the bytes of the value.
_BINARY = {0xC4: 1, 0xC5: 2, 0xC6: 4}
_TEXT = {0xD9: 1, 0xDA: 2, 0xDB: 4}
_EXTENSION = {0xC7: 1, 0xC8: 2, 0xC9: 4}
_ARRAY = {0xDC: 2, 0xDD: 4}
_MAP = {0xDE: 2, 0xDF: 4}
_FIXED = {
    0xC0: 0, 0xC2: 0, 0xC3: 0,  # nil, false, true
    0xCA: 4, 0xCB: 8,  # floats
    0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8,  # integers
    0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17,  # extensions of a fixed size
}  # fmt: skip


def is_container(data: memoryview) -> bool:
    """RETURNS (bool): Whether data may begin with a map or an array of msgpack."""
    return len(data) > 0 and (0x80 <= data[0] <= 0x9F or data[0] in _ARRAY or data[0] in _MAP)


def walk(data: memoryview) -> Iterator[memoryview]:
    """Check that data are one msgpack value and nothing else.

    data (memoryview): The data.
    YIELDS (memoryview): Each binary value in it. Raises ValueError where the data contradict
        themselves.
    """
    place, left, size = 0, 1, len(data)
    while left:
        if place >= size:
            raise ValueError("it ends too early")
        first = data[place]
        place, length, values = _header(data, first, place + 1)
        if length > size - place or values > size - place:
            raise ValueError("it claims more than there is")
        if first in _BINARY:
            yield data[place : place + length]
        place += length
        left += values - 1
    if place != size:
        raise ValueError("something follows after its end")


def _header(data: memoryview, first: int, place: int) -> tuple[int, int, int]:
    """RETURNS (tuple[int, int, int]): Where the payload begins, its bytes, and the values in it."""
    if first <= 0x7F or first >= 0xE0:
        return place, 0, 0
    if first <= 0x8F:
        return place, 0, 2 * (first & 0x0F)
    if first <= 0x9F:
        return place, 0, first & 0x0F
    if first <= 0xBF:
        return place, first & 0x1F, 0
    if first in _FIXED:
        return place, _FIXED[first], 0
    return _sized(data, first, place)


def _sized(data: memoryview, first: int, place: int) -> tuple[int, int, int]:
    for table, payload, values in (
        (_BINARY, 1, 0),
        (_TEXT, 1, 0),
        (_EXTENSION, 1, 0),
        (_ARRAY, 0, 1),
        (_MAP, 0, 2),
    ):
        if first in table:
            end = place + table[first]
            number = int.from_bytes(data[place:end], "big")
            return end, number * payload + (table is _EXTENSION), number * values
    raise ValueError("a byte that begins no value")
