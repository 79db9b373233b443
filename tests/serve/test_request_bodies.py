"""Bodies are bounded before they are parsed."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.serve.refusals import Refusal
from spacy_clinical.serve.request_bodies import depth_exceeds, parse, read_note
from spacy_clinical.serve.service_settings import ServeSettings

VALUES = st.recursive(
    st.none() | st.text(max_size=5),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x, max_size=3),
    max_leaves=8,
)
SMALL = ServeSettings(max_characters=50, max_depth=4)


def depth_of(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    parts = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth_of, parts), default=0)


@settings(max_examples=60)
@given(VALUES, st.booleans())
def test_depth_is_that_of_the_value(value: Any, plain: bool) -> None:
    data = json.dumps(value, ensure_ascii=plain).encode()
    depth = depth_of(value)
    assert not depth_exceeds(data, depth)
    assert depth == 0 or depth_exceeds(data, depth - 1)


@pytest.mark.parametrize("unit", [b'"\\', b'\\"', b"[", b'["', b"]", b'"', b"\\", b'{"a":'])
def test_depth_is_linear(unit: bytes) -> None:
    spent = []
    for size in (20_000, 80_000):
        data = unit * size
        began = time.process_time()
        depth_exceeds(data, 10**9)
        spent.append(time.process_time() - began)
    assert spent[1] < 16 * spent[0] + 0.2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"text": NaN}',
        b'{"text": "a", "text": "b"}',
        b"\xff",
        b"[[[[[1]]]]]",
        b"[" * 99,
        b'{"text": 1' + b"0" * 5000 + b"}",
    ],
)
def test_no_json(data: bytes) -> None:
    with pytest.raises(Refusal, match="SC925") as caught:
        parse(data, SMALL)
    assert caught.value.status == 400


@pytest.mark.parametrize("value", [None, [], "a", {}, {"text": 1}, {"text": None}, {"id": "a"}])
def test_no_note(value: Any) -> None:
    with pytest.raises(Refusal, match="SC925"):
        read_note(value, SMALL)


def test_notes() -> None:
    note = read_note({"id": 7, "text": "a", "ward": "B", "meta": {"x": [None]}}, SMALL)
    assert (note.id, note.text, note.meta) == ("7", "a", {"x": [None], "ward": "B"})
    assert read_note({"text": ""}, SMALL).id == ""
    assert "SC560" in read_note({"text": "\ud800"}, SMALL).fault
    with pytest.raises(Refusal, match="SC924") as caught:
        read_note({"text": "a" * 51}, SMALL)
    assert (caught.value.status, caught.value.close) == (413, False)
