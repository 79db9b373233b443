"""What is said of mentions: stored as plain values, kept wherever a Doc goes, read by getters."""

import contextlib
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from spacy_clinical.docs import (
    Assertion,
    get_assertions,
    get_attributes,
    get_spans,
    install_extensions,
    keep_flags,
    set_assertions,
    set_mentions,
    to_doc,
    to_record,
)
from spacy_clinical.docs.medspacy_flags import FLAGS, flags_of
from spacy_clinical.errors import StorageError
from spacy_clinical.records import Attribute

WORDS = ["no", "chest", "pain", ";", "mother", "had", "stroke", "and", "fever"]
PLACES = [(1, 3, "SIGN"), (6, 7, "DISEASE"), (8, 9, "SIGN"), (8, 9, "FINDING")]
ROWS = [
    [Assertion("assertion", "absent", 0.75, (0, 2))],
    [Assertion("assertion", "family", None, (16, 22)), Assertion("trend", "down", 0.5)],
    [Assertion("assertion", "present", 0.25)],
    [],
]


@pytest.fixture(autouse=True)
def extensions() -> Iterator[None]:
    """Ours are set at the start and at the end of each test."""
    forget_flags()
    install_extensions()
    yield
    forget_flags()
    install_extensions()


def forget_flags() -> None:
    for flag in FLAGS:
        if Span.has_extension(flag):
            Span.remove_extension(flag)


def make_doc(vocab: Vocab | None = None) -> Doc:
    doc = Doc(vocab or Vocab(), words=WORDS)
    set_mentions(doc, [Span(doc, s, e, label=label) for s, e, label in PLACES])
    return doc


@pytest.fixture()
def doc() -> Doc:
    doc = make_doc()
    set_assertions(doc, ROWS)
    return doc


def test_plain_values(doc: Doc) -> None:
    assert doc.spans["clinical"].attrs == {
        "offsets": [[3, 13], [27, 33], [38, 43], [38, 43]],
        "attributes": [
            [["assertion", "absent"]],
            [["assertion", "family"], ["trend", "down"]],
            [["assertion", "present"]],
            [],
        ],
        "assertion_scores": [[0.75], [None, 0.5], [0.25], []],
        "assertion_cues": [[[0, 2]], [[16, 22], None], [None], []],
    }
    assert get_assertions(doc) == ROWS


def test_attributes(doc: Doc) -> None:
    pain, stroke, fever, finding = get_spans(doc)
    found = [(s._.assertion, s._.assertion_score) for s in get_spans(doc)]
    assert found == [("absent", 0.75), ("family", None), ("present", 0.25), (None, None)]
    assert (pain._.assertion_cue.text, stroke._.assertion_cue.text) == ("no", "mother")
    assert fever._.assertion_cue is finding._.assertion_cue is None
    assert [flag for flag in FLAGS if pain._.get(flag)] == ["is_negated"]
    assert [flag for flag in FLAGS if stroke._.get(flag)] == ["is_family"]
    assert not any(span._.get(flag) for flag in FLAGS for span in (fever, finding, doc[0:1]))
    assert doc[0:1]._.assertion is doc[0:1]._.assertion_cue is None


def test_a_cue_inside_tokens_is_their_span() -> None:
    doc = make_doc()
    set_assertions(doc, [[Assertion("assertion", "absent", None, (1, 5))], [], [], []])
    assert get_spans(doc)[0]._.assertion_cue.text == "no chest"


def through_docbin(doc: Doc, **options: Any) -> Doc:
    data = DocBin(**options, docs=[doc]).to_bytes()
    return next(DocBin().from_bytes(data).get_docs(doc.vocab))


WAYS = {
    "bytes": lambda doc: Doc(doc.vocab).from_bytes(doc.to_bytes()),
    "DocBin": lambda doc: through_docbin(doc),
    "DocBin with user data": lambda doc: through_docbin(doc, store_user_data=True),
    "copy": lambda doc: doc.copy(),
    "pickle": lambda doc: pickle.loads(pickle.dumps(doc)),
    "mentions stored again": lambda doc: set_mentions(doc, get_spans(doc)) or doc,
}


@pytest.mark.parametrize("way", WAYS)
def test_kept(doc: Doc, way: str) -> None:
    found = WAYS[way](doc)
    assert get_assertions(found) == ROWS
    assert [span._.assertion for span in get_spans(found)] == ["absent", "family", "present", None]
    assert get_spans(found)[0]._.is_negated
    assert get_spans(found)[0]._.assertion_cue.text == "no"


@Language.component("assert_in_test")
def assert_in_test(doc: Doc) -> Doc:
    spans = [Span(doc, s, e, label=label) for s, e, label in PLACES]
    set_mentions(doc, spans)
    set_assertions(doc, ROWS)
    return doc


def test_processes() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("assert_in_test")
    docs = list(nlp.pipe([" ".join(WORDS)] * 3, n_process=2, batch_size=1))
    assert [get_assertions(doc) for doc in docs] == [ROWS] * 3
    assert get_spans(docs[2])[1]._.is_family


def test_to_record(doc: Doc) -> None:
    record = to_record(doc)
    assert record.attributes == (
        Attribute("T1", "assertion", "absent", 0.75, (0, 2)),
        Attribute("T2", "assertion", "family", None, (16, 22)),
        Attribute("T2", "trend", "down", 0.5),
        Attribute("T3", "assertion", "present", 0.25),
    )
    again = to_doc(record, lambda text: Doc(doc.vocab, words=WORDS))
    assert get_assertions(again) == ROWS
    assert to_record(again).attributes == record.attributes


def test_gold_attributes_are_assertions() -> None:
    doc = make_doc()
    set_mentions(doc, [doc[1:3]], attributes=[[("assertion", "possible")]])
    assert get_assertions(doc) == [[Assertion("assertion", "possible")]]
    assert get_spans(doc)[0]._.assertion_score is None
    set_mentions(doc, [doc[1:3]])
    assert get_attributes(doc) == [Attribute("0", "assertion", "possible")]
    set_mentions(doc, [doc[1:3]], attributes=[[]])
    assert get_assertions(doc) == [[]]


def test_what_is_replaced(doc: Doc) -> None:
    set_assertions(doc, [[], [Assertion("trend", "up")], [], []])
    expected = [[ROWS[0][0]], [ROWS[1][0], Assertion("trend", "up")], [ROWS[2][0]], []]
    assert get_assertions(doc) == expected
    set_assertions(doc, [[], [], [], []], names=["assertion"])
    assert get_assertions(doc) == [[], [Assertion("trend", "up")], [], []]
    set_assertions(doc, [[], [], [], []])
    assert get_assertions(doc) == [[], [Assertion("trend", "up")], [], []]


def test_only_mentions_that_stay_keep_theirs(doc: Doc) -> None:
    spans = get_spans(doc)
    other = Span(doc, 1, 3, label="DISEASE")
    set_mentions(doc, [spans[3], spans[2], other, doc[0:1], spans[1]])
    assert get_assertions(doc) == [[], ROWS[2], [], [], ROWS[1]]
    set_mentions(doc, [other])
    set_mentions(doc, [spans[0]])
    assert list(doc.spans["clinical"].attrs) == ["offsets"]


def test_shapes_are_checked(doc: Doc) -> None:
    with pytest.raises(StorageError, match=r"SC105.* 4 spans.*assertions for 1 mentions"):
        set_assertions(doc, [[]])
    doc.spans["clinical"].attrs["assertion_scores"] = [[0.5], [None], [0.5], []]
    with pytest.raises(StorageError, match=r"SC105.*scores"):
        get_assertions(doc)


@pytest.mark.parametrize(
    ("pairs", "flags"),
    [
        ([("assertion", "absent")], ["is_negated"]),
        ([("POLARITY", "NEG")], ["is_negated"]),
        ([("POLARITY", "MAYBE_POS")], ["is_uncertain"]),
        ([("assertion", "associated_with_someone_else")], ["is_family"]),
        ([("Negation", "")], ["is_negated"]),
        ([("negation", "yes"), ("family", "no")], ["is_negated"]),
        ([("is_historical", "True"), ("assertion", "hypothetical")],
         ["is_hypothetical", "is_historical"]),
        ([("assertion", "present"), ("timing", "past")], ["is_historical"]),
        ([("assertion", "present"), ("severity", "past")], []),
        ([("assertion", "absent"), ("assertion", "historical")], ["is_negated", "is_historical"]),
        ([], []),
    ],
)  # fmt: skip
def test_flags_of_any_scheme(pairs: Any, flags: list[str]) -> None:
    assert flags_of(pairs) == flags


def set_theirs() -> None:
    """As medspaCy does it: a default, and no complaint where the name is taken."""
    for flag in FLAGS:
        with contextlib.suppress(ValueError):
            Span.set_extension(flag, default=False)


def test_theirs_first() -> None:
    forget_flags()
    set_theirs()
    theirs = [Span.get_extension(flag) for flag in FLAGS]
    install_extensions()
    assert [Span.get_extension(flag) for flag in FLAGS] == theirs
    doc = make_doc()
    pain, stroke, fever, _ = get_spans(doc)
    fever._.is_uncertain = True
    set_assertions(doc, ROWS)
    assert pain._.is_negated and stroke._.is_family and fever._.is_uncertain
    assert not (pain._.is_family or stroke._.is_negated or fever._.is_negated)


def test_ours_first() -> None:
    set_theirs()
    doc = make_doc()
    set_assertions(doc, ROWS)
    pain, stroke, fever, _ = get_spans(doc)
    # medspaCy's ConText writes what it finds, and so may a user.
    fever._.is_historical = True
    pain._.is_negated = False
    assert fever._.is_historical and not fever._.is_negated
    assert not pain._.is_negated and stroke._.is_family
    assert pain._.assertion == "present" and fever._.assertion == "historical"
    again = Doc(doc.vocab).from_bytes(doc.to_bytes(exclude=["user_data"]))
    assert get_spans(again)[2]._.is_historical and not get_spans(again)[0]._.is_negated
    assert [len(row) for row in get_assertions(again)] == [1, *map(len, ROWS[1:2]), 1, len(ROWS[3])]


def written(doc: Doc) -> list[list[str]]:
    """What a record says of each mention."""
    said = to_record(doc).attributes
    return [[a.value for a in said if a.target == f"T{i + 1}"] for i in range(4)]


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_what_others_write_reaches_the_store(first: str) -> None:
    """Whoever set the booleans, and whether `doc.user_data` is kept or not."""
    if first == "theirs":
        forget_flags()
        set_theirs()
    install_extensions()
    doc = make_doc()
    set_assertions(doc, [[], [Assertion("assertion", "present")], [], []])
    pain, stroke, fever, _ = get_spans(doc)
    pain._.is_negated = True
    stroke._.is_family = stroke._.is_historical = True
    fever._.is_uncertain = False
    expected = [["absent"], ["family", "historical"], [], []]
    assert written(doc) == expected
    keep_flags(doc)
    bare = Doc(doc.vocab).from_bytes(doc.to_bytes(exclude=["user_data"]))
    assert written(bare) == expected
    pain._.is_negated = False
    assert written(doc)[0] == ["present"]
    set_assertions(doc, [[Assertion("assertion", "present")]] * 4)
    assert written(doc)[0] == ["present"] and not pain._.is_negated


def test_negspacy_under_our_name() -> None:
    """negspacy sets its one extension by force, but only where the name is free."""
    if not Span.has_extension("is_negated"):
        Span.set_extension("is_negated", default=False, force=True)
    doc = make_doc()
    set_assertions(doc, ROWS)
    doc.ents[2]._.set("is_negated", True)
    assert [ent._.is_negated for ent in doc.ents] == [True, False, True]


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ({"getter": lambda span: "theirs"}, "theirs"),
        ({"method": lambda span: "theirs"}, None),
    ],
)
def test_what_can_not_be_written_is_left_alone(kind: Any, written: Any) -> None:
    forget_flags()
    Span.set_extension("is_negated", **kind)
    install_extensions()
    doc = make_doc()
    set_assertions(doc, ROWS)
    assert not doc.user_data
    if written:
        assert get_spans(doc)[0]._.is_negated == written


def test_their_setter_is_used() -> None:
    forget_flags()
    seen: list[tuple[str, bool]] = []
    Span.set_extension(
        "is_negated",
        getter=lambda span: False,
        setter=lambda span, value: seen.append((span.text, value)),
    )
    install_extensions()
    set_assertions(make_doc(), ROWS)
    assert seen == [("chest pain", True)]
