"""A note in numbers: what the trail keeps of what was found in it. Needs nothing of spaCy."""

from typing import NamedTuple

BINS = 10  # of scores, each a tenth; one more place for mentions without a score
NO_DIGEST = b""


class NoteFacts(NamedTuple):
    """A note in numbers.

    digest (bytes): Of mentions, what is said of them, and relations; without scores, whose last
        digits may differ from machine to machine. Empty where nothing was found out.
    tokens (int): Tokens.
    mentions (dict[str, list[int]]): By label: how many have a score in each tenth, and how many
        have none.
    relations (dict[str, int]): By label.
    said (dict[str, int]): What is said of mentions, such as "absent", in the shared vocabulary.
    shape (dict[str, int]): Characters, capitals, digits and lines of the text.
    pieces, unknown (int): Wordpieces, and those that the encoder's vocabulary doesn't know; 0 where
        no encoder was asked.
    ms (int): Milliseconds that it took.
    """

    digest: bytes = NO_DIGEST
    tokens: int = 0
    mentions: dict[str, list[int]] = {}  # noqa: RUF012
    relations: dict[str, int] = {}  # noqa: RUF012
    said: dict[str, int] = {}  # noqa: RUF012
    shape: dict[str, int] = {}  # noqa: RUF012
    pieces: int = 0
    unknown: int = 0
    ms: int = 0
