"""Documents that can't be read or written: one never stops the others.

A reader finds the documents of a file, each a `Part` with its place, and `settle` reads them. What
fails is named in one error when all others are read, or set aside in a list where the caller gives
one. Writers make the lines of documents in the same way.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from ..errors import Errors, FormatError, SpacyClinicalError, count_codes
from ..result_tables import Table

MOST_NAMED = 1000
_CODE = re.compile(r"\[(SC[0-9]{3})\]")

T = TypeVar("T")
Part = tuple[str, Callable[[], T]]
"""A document found and not yet read: its place for messages, and what reads it."""


class Reject(NamedTuple):
    """A document that was set aside.

    where (str): Its file, and the line where it begins, or its id.
    error (str): Why: a message with a code, without any text of the document.
    """

    where: str
    error: str

    @property
    def code(self) -> str:
        """RETURNS (str): What kind of fault it is, such as "SC011": the innermost code."""
        return _CODE.findall(self.error)[-1]


def settle(parts: Iterable[Part[T]], rejects: list[Reject] | None = None) -> Iterator[T]:
    """Read documents, whatever happens to some of them.

    parts (Iterable[Part]): The documents.
    rejects (list[Reject] | None): Those that fail are put there. None for an error once the others
        are read: it names each that failed.
    YIELDS (T): What was read, in order.
    """
    failed: list[Reject] = [] if rejects is None else rejects
    for where, read in parts:
        try:
            found = read()
        except SpacyClinicalError as error:
            failed.append(Reject(where, str(error)))
        except OSError as error:
            message = Errors.SC028.format(where=where, found=error.strerror or "no reason given")
            failed.append(Reject(where, message))
        else:
            yield found
    if rejects is None and failed:
        raise FormatError(describe(failed))


def kinds_of(rejects: Iterable[Reject]) -> str:
    """RETURNS (str): The kinds of faults, as `count_codes` says them."""
    return count_codes(reject.code for reject in rejects)


def describe(rejects: list[Reject]) -> str:
    """Name documents that failed, one a line.

    rejects (list[Reject]): At least one.
    RETURNS (str): The message; that of the document itself where it is the only one.
    """
    if len(rejects) == 1:
        return rejects[0].error
    lines = [reject.error for reject in rejects[:MOST_NAMED]]
    if rejects[MOST_NAMED:]:
        lines.append(f"and {len(rejects) - MOST_NAMED} more: {kinds_of(rejects[MOST_NAMED:])}")
    kinds = kinds_of(rejects)
    return Errors.SC027.format(n=len(rejects), kinds=kinds, errors="\n".join(lines))


def reject_table(rejects: Iterable[Reject] | None) -> Table:
    """RETURNS (Table): Documents that were set aside, without rows where none were."""
    rows = [(reject.code, reject.where) for reject in rejects or ()]
    return Table("Can't be read", ("code", "document"), rows)
