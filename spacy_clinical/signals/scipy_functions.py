"""scipy, which the extra `signals` brings: imported at its first use, so that the command line does
without it."""

from functools import cache
from typing import Any

from ..installed import need_extra


@cache
def special() -> Any:
    """RETURNS (module): `scipy.special`. Raises CommandError where it isn't installed."""
    return need_extra("scipy.special", "Signals of drug safety", "signals")


@cache
def optimize() -> Any:
    """RETURNS (module): `scipy.optimize`. Raises CommandError where it isn't installed."""
    return need_extra("scipy.optimize", "Signals of drug safety", "signals")
