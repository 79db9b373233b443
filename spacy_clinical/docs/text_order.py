"""Places in a span group whose spans stand in text order, such as sections and abbreviations."""

from bisect import bisect_left
from weakref import WeakKeyDictionary

from spacy.tokens import Doc, SpanGroup

_starts: "WeakKeyDictionary[Doc, dict[str, tuple[SpanGroup, list[int]]]]" = WeakKeyDictionary()


def first_from(group: SpanGroup, place: int) -> int:
    """Find the first span that starts at a character or after it.

    The starts are remembered for each Doc, and compared with the spans on both sides of what is
    found, so that a group that has changed is read anew.

    group (SpanGroup): Spans in text order.
    place (int): The character.
    RETURNS (int): The position in the group, its length if all start before.
    """
    known, starts = _starts.setdefault(group.doc, {}).get(group.name, (None, []))
    if known is group and len(starts) == len(group):
        i = bisect_left(starts, place)
        if (i == 0 or group[i - 1].start_char < place) and (
            i == len(starts) or group[i].start_char >= place
        ):
            return i
    starts = [span.start_char for span in group]
    _starts[group.doc][group.name] = group, starts
    return bisect_left(starts, place)
