"""Label Studio's JSON: tasks with regions of text, what is said of each, and relations.

What a task's controls say of a region (choices, text areas, numbers, ratings, taxonomies, dates) is
an attribute, named as the control; a text area named "concept" is the mention's concept. The text
is what regions name or repeat, "text", or the only string of a task that isn't the address of a
file; a task of an image, of sound or of video alone is set aside. Of several annotations of a task
the ground truth is taken, else the first that wasn't cancelled; predictions only where there is
none. What isn't taken is left out, and counted. Offsets count characters; what an older version
counted in UTF-16 is found out by the texts that regions repeat. "JSON_MIN" is read too. Source:
https://labelstud.io/guide/task_format and /guide/export.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ..records import Record
from .corpus_listing import head_of
from .format_capacity import Keeps, keep
from .json_files import dump_line, json_parts, write_list
from .json_items import Fields, Item, has_key
from .label_studio_minimal import minimal_task
from .label_studio_result import TEXT, Regions, text_key, without_media
from .rejected_documents import Reject, settle

CONCEPT = "concept"
LABELS = "label"
KEEPS = Keeps(
    concepts=True,
    scores=True,
    relations=True,
    attributes=True,
    repeated=True,
    reserved=(CONCEPT, LABELS),
    meta=None,
    taken=("id", TEXT),
    own="label_studio",
    own_taken=("id", "data", "annotations", "predictions"),
)
TITLE = "Label Studio's JSON"
_DONE = ("annotations", "completions")  # the second before version 1.0
_OWN = ("id", "data", *_DONE, "predictions")


def holds_label_studio(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with tasks of Label Studio."""
    head = head_of(path, head, ".json")
    if has_key(head, "data") and any(has_key(head, key) for key in (*_DONE, "predictions")):
        return True
    return head.lstrip()[:1] == "[" and has_key(head, "start", "end", "text", "labels")


def read_label_studio(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the annotated tasks of an export.

    path (str | Path): The file, or a folder of tasks.
    left_out (Counter[str] | None): What isn't taken is counted here by kind.
    rejects (list[Reject] | None): As for `settle`.
    YIELDS (Record): A Record a task that anyone annotated.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    parts = json_parts(Path(path), partial(_record, left_out=counts), ".json")
    for record in settle(parts, rejects):
        if record is not None:
            yield record


def write_label_studio(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write tasks to import. Mentions with scores are written as predictions, to be corrected.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    parts = ((record.id, partial(_task, record, left_out)) for record in records)
    return write_list(settle(parts, rejects), Path(path))


def _record(value: Any, where: str, name: str, *, left_out: Counter[str]) -> Record | None:
    task = Item(value, "the task", where)
    if "data" not in task.fields:
        return minimal_task(task, name, left_out)
    data = task.item("data")
    results, score = _results(task, left_out)
    if results is None:
        left_out["tasks that nobody annotated"] += 1
        return None
    results, media = without_media(results, where)
    left_out["regions of other kinds"] += len(media)
    key = text_key(data, results)
    text = data.string(key)
    regions = Regions(text, results, score, left_out)
    own = task.rest(*_OWN)
    if others := [*regions.others, *(item.fields for item in media)]:
        own["result"] = others
    meta = data.rest("id", key) | ({"label_studio": own} if own else {})
    id = data.id("id", task.id("id", name))
    entities, relations = tuple(regions.entities), tuple(regions.relations)
    return Record(id, text, entities, relations, tuple(regions.attributes), meta=meta)


def _results(task: Item, left_out: Counter[str]) -> tuple[list[Item] | None, float | None]:
    """Choose the annotation of a task: its result, and the score of a prediction."""
    given = [a for key in _DONE for a in task.items(key)]
    done = [a for a in given if not a.fields.get("was_cancelled")]
    done.sort(key=lambda annotation: not annotation.fields.get("ground_truth"))
    left_out["further annotations of a task"] += max(0, len(done) - 1)
    left_out["cancelled annotations"] += len(given) - len(done)
    predicted = task.items("predictions")
    if done:
        left_out["predictions of annotated tasks"] += len(predicted)
        return done[0].items("result"), None
    if not predicted:
        return None, None
    left_out["further predictions of a task"] += len(predicted) - 1
    return predicted[0].items("result"), predicted[0].score("score")


def _task(record: Record, left_out: Counter[str] | None) -> bytes:
    kept = keep(record, KEEPS, TITLE, left_out)
    own = kept.meta.get("label_studio", {})
    meta = {key: value for key, value in kept.meta.items() if key != "label_studio"}
    results = [*_regions(kept), *_links(kept), *own.get("result", [])]
    scored = any(entity.score is not None for entity in kept.entities)
    given = {"predictions" if scored else "annotations": [{"result": results}]}
    own = {key: value for key, value in own.items() if key != "result"}
    data = {"id": record.id, TEXT: record.text, **meta}
    return dump_line({**own, "data": data, **given}, record.id)


def _regions(record: Record) -> Iterator[Fields]:
    said: dict[str, dict[str, list[str]]] = {}
    for attribute in record.attributes:
        said.setdefault(attribute.target, {}).setdefault(attribute.name, []).append(attribute.value)
    for entity in record.entities:
        place = {"start": entity.start, "end": entity.end}
        shared = {"id": entity.id, "to_name": TEXT}
        covered = record.text[entity.start : entity.end]
        value = {**place, "text": covered, "labels": [entity.label]}
        score = {} if entity.score is None else {"score": entity.score}
        yield {**shared, "from_name": LABELS, "type": "labels", "value": value, **score}
        if entity.concept:
            value = {**place, "text": [entity.concept]}
            yield {**shared, "from_name": CONCEPT, "type": "textarea", "value": value}
        for name, values in said.get(entity.id, {}).items():
            value = {**place, "text": covered, "choices": values}
            yield {**shared, "from_name": name, "type": "choices", "value": value}


def _links(record: Record) -> Iterator[Fields]:
    for rel in record.relations:
        ends = {"from_id": rel.head, "to_id": rel.tail, "direction": "right"}
        yield {"type": "relation", **ends, "labels": [rel.label]}
