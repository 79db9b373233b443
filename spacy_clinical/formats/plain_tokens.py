"""Tokens for formats that have no mention without tokens."""

import re
from collections.abc import Iterable
from itertools import pairwise

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")

Extent = tuple[int, int]


def cut_tokens(text: str, borders: Iterable[int], *, spaces: bool = False) -> list[Extent]:
    """Cut a text into words, signs and runs of white space, and these at some borders.

    text (str): The text.
    borders (Iterable[int]): Where mentions begin and end.
    spaces (bool): Give white space as tokens where it is more than a single blank between words.
    RETURNS (list[Extent]): Tokens as (start, end), in characters.
    """
    cuts = set(borders)
    found: list[Extent] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        inner = [point for point in range(start + 1, end) if point in cuts]
        points = [start, *inner, end]
        found += pairwise(points)
    return [(s, e) for s, e in found if _is_token(text, s, e, cuts, spaces=spaces)]


def _is_token(text: str, start: int, end: int, cuts: set[int], *, spaces: bool) -> bool:
    if not text[start].isspace():
        return True
    return spaces and (text[start:end] != " " or start in cuts)
