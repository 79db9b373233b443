"""Events of a document, kept beside what its mentions tell of them.

The group's attrs hold them as `events`: {"events": [[id, mention, [[role, id], ...]], ...],
"equivalences": [[label, [id, ...]], ...], "relations": [[head, tail, label, score, id, roles],
...], "attributes": [[target, name, value, score, cue, id], ...], "untold": {kind: count}}, the
names being the corpus's own. Models learn and scorers count what `flatten` makes of them.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

from spacy.tokens import Doc

from ..errors import RecordError
from ..event_mentions import flatten
from ..records import Attribute, Equivalence, Event, Record, Relation
from .mention_store import KEY


def get_untold(doc: Doc, key: str = KEY) -> Counter[str]:
    """RETURNS (Counter[str]): What of a document's events its mentions can't tell, by kind: no
    model learns it."""
    stored = doc.spans[key].attrs.get("events") if key in doc.spans else None
    return Counter((stored or {}).get("untold", {}))


def pack_events(record: Record, untold: Counter[str]) -> dict[str, Any]:
    """Pack a Record's events, and its relations and attributes as they are.

    record (Record): The document.
    untold (Counter[str]): What its mentions can't tell.
    RETURNS (dict[str, Any]): Plain lists.
    """
    return {
        "untold": dict(untold),
        "events": [[e.id, e.trigger, [list(pair) for pair in e.arguments]] for e in record.events],
        "equivalences": [[e.label, list(e.members)] for e in record.equivalences],
        "relations": [
            [r.head, r.tail, r.label, r.score, r.id, list(r.roles)] for r in record.relations
        ],
        "attributes": [
            [a.target, a.name, a.value, a.score, list(a.cue) if a.cue else None, a.id]
            for a in record.attributes
        ],
    }


def restore_events(record: Record, stored: dict[str, Any] | None) -> Record:
    """Give a document its events back, if its relations and attributes are still what they tell.

    record (Record): The document by its mentions.
    stored (dict[str, Any] | None): As `pack_events` made it; None if it has none.
    RETURNS (Record): The document with its events, or as it was given.
    """
    full = _unpack(record, stored) if stored else None
    if full is None:
        return record
    told, _ = flatten(full)
    same = Counter(told.relations) == Counter(record.relations)
    return full if same and Counter(told.attributes) == Counter(record.attributes) else record


def _unpack(record: Record, stored: dict[str, Any]) -> Record | None:
    try:
        return replace(
            record,
            relations=tuple(
                Relation(head, tail, label, score, id, (roles[0], roles[1]))
                for head, tail, label, score, id, roles in stored["relations"]
            ),
            attributes=tuple(
                Attribute(target, name, value, score, (cue[0], cue[1]) if cue else None, id)
                for target, name, value, score, cue, id in stored["attributes"]
            ),
            events=tuple(
                Event(id, trigger, tuple((role, ref) for role, ref in arguments))
                for id, trigger, arguments in stored["events"]
            ),
            equivalences=tuple(
                Equivalence(label, tuple(members)) for label, members in stored["equivalences"]
            ),
        )
    except RecordError:
        return None
