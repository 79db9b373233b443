"""Schemes of attributes: learned, given, refused."""

from typing import Any

import pytest

from spacy_clinical.attributes import AttributeType, Scheme
from spacy_clinical.errors import SchemaError

SAID = [
    ("SIGN", {"assertion": "present"}),
    ("SIGN", {"assertion": "absent", "trend": "up"}),
    ("DRUG", {"note": "free text"}),
    ("DRUG", {}),
    ("DISEASE", {"assertion": "family"}),
]


def test_learn() -> None:
    scheme = Scheme.learn(SAID, ["assertion", "trend"], {})
    assert scheme.types == (
        AttributeType("assertion", ("absent", "family", "present"), ("DISEASE", "SIGN")),
        AttributeType("trend", ("up",), ("SIGN",)),
    )
    assert scheme.labels == ("DISEASE", "SIGN")
    assert Scheme.from_dict(scheme.to_dict()) == scheme


def test_flags_are_learned() -> None:
    """brat writes what is true and no value; silence is the other value, which nobody writes."""
    said: list[tuple[str, dict[str, str]]] = [("SIGN", {"Negated": ""}), ("SIGN", {})]
    (type,) = Scheme.learn(said, ["Negated"], {"Negated": ""}).types
    assert type == AttributeType("Negated", ("", "yes"), ("SIGN",), "")
    assert (type.value_of("SIGN", ""), type.value_of("SIGN", None)) == ("yes", "")


def test_learn_with_defaults() -> None:
    (type,) = Scheme.learn(SAID, ["trend"], {"trend": ""}).types
    assert type == AttributeType("trend", ("", "up"), ("SIGN",), "")
    assert Scheme.learn(SAID, ["missing"], {}).types == ()


@pytest.mark.parametrize(
    ("default", "label", "found", "value"),
    [
        (None, "SIGN", "up", "up"),
        (None, "SIGN", None, None),
        ("stay", "SIGN", None, "stay"),
        ("", "SIGN", None, ""),
        ("stay", "DRUG", None, None),
        ("stay", "DRUG", "up", None),
    ],
)
def test_value_of(default: Any, label: str, found: Any, value: Any) -> None:
    assert (
        AttributeType("trend", ("up", "stay"), ("SIGN",), default).value_of(label, found) == value
    )


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"values": ["a"]}, "lacks values or labels"),
        ({"values": ["a"], "labels": ["X"], "more": 1}, "other keys"),
        ("a", "lacks values"),
        ({"values": "ab", "labels": ["X"]}, "no lists"),
        ({"values": [], "labels": ["X"]}, "empty"),
        ({"values": ["a"], "labels": []}, "empty"),
        ({"values": ["a", "a"], "labels": ["X"]}, "value twice"),
        ({"values": ["a"], "labels": ["X"], "default": "b"}, "isn't one of its values"),
    ],
)
def test_refused(row: Any, what: str) -> None:
    with pytest.raises(SchemaError, match=rf"SC103.*'trend'.*{what}"):
        Scheme.from_dict({"trend": row})
