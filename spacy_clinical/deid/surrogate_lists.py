"""Lists that surrogates are drawn from. They are never edited: the same key must give the same
surrogate after an upgrade."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..context.rule_tables import read_table

DATA = Path(__file__).parent / "data"
SURNAME = "s"


class Names(NamedTuple):
    """Names of people.

    kinds (dict[str, str]): Of names in lower case: f, m, n or s.
    pools (dict[str, Sequence[str]]): Names that may stand in for others, by kind.
    """

    kinds: dict[str, str]
    pools: dict[str, Sequence[str]]


@cache
def names() -> Names:
    """RETURNS (Names): The names of version 1."""
    pools: defaultdict[str, list[str]] = defaultdict(list)
    kinds = {}
    for _, (name, kind, pool) in read_table(DATA / "names_v1.tsv"):
        kinds[name.lower()] = kind
        if pool == "pool":
            pools[kind].append(name)
    return Names(kinds, dict(pools))


@cache
def places() -> dict[str, Sequence[str]]:
    """RETURNS (dict[str, Sequence[str]]): Places and other words of version 1, by kind."""
    pools: defaultdict[str, list[str]] = defaultdict(list)
    for _, (kind, value) in read_table(DATA / "places_v1.tsv"):
        pools[kind].append(value)
    return dict(pools)
