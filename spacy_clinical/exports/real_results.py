"""Which tests of a document were done, and which of their values are results."""

from collections.abc import Callable

from .aimed_values import leave_aims, values_of
from .document_facts import Facts
from .earlier_values import part_by_time
from .mapping_tables import Row
from .negative_results import keep_results
from .ordered_tests import OrderedTests


def real_results(facts: Facts, rows: Callable[[str], list[Row]], orders: OrderedTests) -> Facts:
    """Read results as such: a test that is denied by its own result was done, an aim is none, and
    a test that is only ordered has none, and what is from before isn't of the note's date.

    facts (Facts): The document.
    rows (Callable): The rows of the table of relations that a relation's label has.
    orders (OrderedTests): Tells which tests are to be done.
    RETURNS (Facts): See `keep_results`, `leave_aims`, `part_by_time` and `OrderedTests.leave`.
    """
    told = part_by_time(leave_aims(keep_results(facts, rows), rows), rows)
    return orders.leave(told, {test for test, _ in values_of(told, rows)})
