"""Tasks of Label Studio's JSON_MIN: what each control says stands under its name, beside the data.

Regions stand there with what is said of each region by several words; what is said by one word has
lost its region on export, and is kept as meta.
"""

from collections import Counter
from typing import Any

from ..records import Record
from .json_items import Fields, Item
from .label_studio_result import Regions, text_key


def minimal_task(task: Item, name: str, left_out: Counter[str]) -> Record:
    """Read a task.

    task (Item): The task.
    name (str): The document's id, where the task has none.
    left_out (Counter[str]): As for `Regions`.
    RETURNS (Record): The document.
    """
    said = _said(task)
    results = _results(said, task.where)
    key = text_key(task, results)
    regions = Regions(task.string(key), results, None, left_out)
    meta = task.rest("id", key, *said)
    if regions.others:
        meta["label_studio"] = {"result": regions.others}
    parts = (tuple(regions.entities), (), tuple(regions.attributes))
    return Record(task.id("id", name), task.string(key), *parts, meta=meta)


def _said(task: Item) -> dict[str, list[Item]]:
    """What has a place in the text, by control."""
    return {
        key: task.items(key)
        for key, value in task.fields.items()
        if isinstance(value, list) and value and all(map(_has_place, value))
    }


def _has_place(value: Any) -> bool:
    return isinstance(value, dict) and "start" in value and "end" in value


def _results(said: dict[str, list[Item]], where: str) -> list[Item]:
    """Write them as items of a result, named by the regions at their places."""
    places: dict[tuple[Any, Any], str] = {}
    results: list[Fields] = []
    for key, items in said.items():
        for item in items:
            place = (repr(item.fields["start"]), repr(item.fields["end"]))
            labelled = "labels" in item.fields
            name = f"T{len(results) + 1}" if labelled else places.get(place, "")
            kind = "labels" if labelled else "choices"
            if labelled:
                places[place] = name
            results.append({"type": kind, "id": name, "from_name": key, "value": item.fields})
    return [Item(fields, f"{fields['from_name']}", where) for fields in results]
