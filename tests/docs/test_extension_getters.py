"""What users read from a Doc."""

from collections.abc import Iterator

import pytest
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from spacy_clinical.docs import (
    Assertion,
    get_relations,
    install_extensions,
    is_asserted,
    set_assertions,
    set_mentions,
    set_relations,
)
from spacy_clinical.errors import StorageError

NAMES = [
    (Doc, "relations"),
    (Doc, "rel"),
    (Span, "relations"),
    (Span, "score"),
    (Span, "assertion"),
]


@pytest.fixture(autouse=True)
def extensions() -> Iterator[None]:
    """Ours are set at the start and at the end of each test."""
    install_extensions()
    yield
    for target, name in NAMES:
        if target.has_extension(name):
            target.remove_extension(name)
    install_extensions()


@pytest.fixture()
def doc() -> Doc:
    doc = Doc(Vocab(), words=["aspirin", "treats", "pain", "and", "fever"])
    places = [(0, 1, "DRUG"), (2, 3, "SIGN"), (4, 5, "SIGN"), (4, 5, "FINDING")]
    spans = [Span(doc, s, e, label=label) for s, e, label in places]
    attributes = [[], [("assertion", "present")], [("x", "y"), ("assertion", "absent")], []]
    set_mentions(doc, spans, scores=[0.9, 0.8, 0.7, 0.6], attributes=attributes)
    set_relations(doc, [(0, 1, "TREATS", 0.5), (0, 3, "TREATS", 0.4), (0, 1, "CAUSES", 0.1)])
    return doc


def test_relations(doc: Doc) -> None:
    found = [(r.head.text, r.label, r.tail.text, r.score) for r in doc._.relations]
    assert found == [
        ("aspirin", "TREATS", "pain", 0.5),
        ("aspirin", "TREATS", "fever", 0.4),
        ("aspirin", "CAUSES", "pain", 0.1),
    ]
    assert doc._.relations == get_relations(doc)
    assert isinstance(doc._.relations, tuple)
    assert doc._.relations[1].tail.label_ == "FINDING"


def test_tutorial_shape(doc: Doc) -> None:
    assert doc._.rel == {(0, 2): {"TREATS": 0.5, "CAUSES": 0.1}, (0, 4): {"TREATS": 0.4}}


def test_relations_of_a_span(doc: Doc) -> None:
    counts = [len(span._.relations) for span in doc.spans["clinical"]]
    assert counts == [3, 2, 0, 1]
    assert doc[1:2]._.relations == ()


def test_two_labels_on_one_extent(doc: Doc) -> None:
    spans = list(doc.spans["clinical"])
    assert [span._.score for span in spans] == [0.9, 0.8, 0.7, 0.6]
    assert [span._.assertion for span in spans] == [None, "present", "absent", None]
    assert doc[4:5]._.score is None
    assert [ent._.score for ent in doc.ents] == [0.9, 0.8, 0.7]


def test_unannotated_doc() -> None:
    doc = Doc(Vocab(), words=["a"])
    assert doc._.relations == ()
    assert doc._.rel == {}
    assert doc[0:1]._.score is None
    assert doc[0:1]._.assertion is None
    assert doc[0:1]._.relations == ()


def test_other_group(doc: Doc) -> None:
    other = Doc(doc.vocab, words=["aspirin", "pain"])
    other.spans["foreign"] = [other[0:1]]
    set_mentions(other, [other[0:1], other[1:2]], scores=[0.5, 0.25], key="mine")
    set_relations(other, [(0, 1, "TREATS", 0.5)], key="mine")
    assert [relation.label for relation in other._.relations] == ["TREATS"]
    assert other[1:2]._.score == 0.25


def test_install_twice(doc: Doc) -> None:
    before = [target.get_extension(name) for target, name in NAMES]
    install_extensions()
    assert [target.get_extension(name) for target, name in NAMES] == before


@pytest.mark.parametrize(("target", "name"), NAMES)
def test_extension_of_others_is_left_alone(target: type, name: str, doc: Doc) -> None:
    target.remove_extension(name)
    target.set_extension(name, default="theirs")
    install_extensions()
    thing = doc if target is Doc else doc[0:1]
    assert getattr(thing._, name) == "theirs"


@pytest.mark.parametrize(
    ("value", "asserted"),
    [
        ("present", True),
        ("historical", True),
        ("absent", False),
        ("possible", False),
        ("hypothetical", False),
        ("family", False),
        ("conditional", False),
        ("a word of nobody", False),
    ],
)
def test_what_is_asserted(doc: Doc, value: str, asserted: bool) -> None:
    for mention in (0, 1):
        said = [[Assertion("assertion", value if i == mention else "present")] for i in range(4)]
        set_assertions(doc, said)
        pain, fever, again = doc._.relations
        assert is_asserted(pain) == is_asserted(again) == asserted
        assert is_asserted(fever) == (asserted or mention == 1)
        kept = [rel for rel in doc._.relations if is_asserted(rel)]
        assert get_relations(doc, asserted_only=True) == tuple(kept)


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        (["historical", "absent"], "absent"),
        (["present", "historical"], "historical"),
        (["historical", "associated_with_someone_else"], "associated_with_someone_else"),
        (["historical", "a word of nobody"], "a word of nobody"),
        (["absent", "a word of nobody"], "absent"),
    ],
)
def test_of_several_values_the_weightiest(doc: Doc, pairs: list[str], value: str) -> None:
    said = [Assertion("assertion", word, i / 4, (0, 7)) for i, word in enumerate(pairs)]
    set_assertions(doc, [said, [Assertion("trend", "up")], [], []])
    drug, sign, *_ = doc.spans["clinical"]
    assert drug._.assertion == value
    assert drug._.assertion_score == pairs.index(value) / 4
    assert drug._.assertion_cue.text == "aspirin"
    assert sign._.assertion is sign._.assertion_cue is None


def test_without_an_assertion_the_flags_tell(doc: Doc) -> None:
    set_assertions(doc, [[Assertion("Speculated", ""), Assertion("Negated", "")], [], [], []])
    drug = doc.spans["clinical"][0]
    assert (drug._.assertion, drug._.assertion_score) == ("absent", None)
    assert drug._.is_negated and drug._.is_uncertain


def test_booleans_of_others_count(doc: Doc) -> None:
    drug = doc.spans["clinical"][0]
    assert len(get_relations(doc, asserted_only=True)) == 3
    drug._.is_negated = True
    assert get_relations(doc, asserted_only=True) == ()


def test_moved_mentions_are_noticed(doc: Doc) -> None:
    span = doc.spans["clinical"][1]
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[0:2])
    with pytest.raises(StorageError, match="SC104"):
        assert span._.score
