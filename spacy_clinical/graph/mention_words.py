"""A mention's words on one line: without outer punctuation, and as concepts are named by them."""

import re
import unicodedata

OUTER = " \t.,;:()[]{}'\"*-_"
_SIGNED = re.compile(r"[^\w+<>=≤≥-]*?(?P<number>[-−]?[.,]?\d)")  # noqa: RUF001


def normalise(words: str) -> str:
    """RETURNS (str): Words without case, layout, control characters and outer punctuation."""
    return bare(unicodedata.normalize("NFKC", words).casefold())


def bare(words: str) -> str:
    """RETURNS (str): Words on one line without outer punctuation, unless there is nothing else."""
    flat = on_one_line(words)
    number = _SIGNED.match(flat)  # a minus, point or comma before a digit is part of a number
    start = number.start("number") if number else len(flat) - len(flat.lstrip(OUTER))
    return flat[start:].rstrip(OUTER) or flat


def on_one_line(words: str) -> str:
    """RETURNS (str): Words with one space for every stretch of layout and control characters."""
    shown = (" " if unicodedata.category(c)[0] in "CZ" else c for c in words)
    return " ".join("".join(shown).split())
