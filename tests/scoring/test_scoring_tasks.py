"""Tasks, losses and errors of small documents, counted on paper."""

from collections import Counter

import pytest
import spacy
from spacy.language import Language
from spacy.training import Example

from spacy_clinical.docs import Assertion, Mention, set_assertions
from spacy_clinical.scoring.all_scores import keep_made, open_thresholds
from spacy_clinical.scoring.confidence_intervals import Settings
from spacy_clinical.scoring.error_analysis import find_differences
from spacy_clinical.scoring.full_analysis import compare_tasks, summarise
from spacy_clinical.scoring.relation_scores import RelationKey
from spacy_clinical.scoring.scoring_tasks import (
    read_assertions,
    read_entities,
    read_relation_task,
    read_rows,
)
from spacy_clinical.scoring.unreachable_gold import count_losses

from .examples import ASPIRIN, FEVER, NAPROXEN, RELIEVE, by_blanks, in_one, make_doc

NONE: frozenset[str] = frozenset()
GOLD = [(ASPIRIN, "Drug"), (NAPROXEN, "Drug"), (FEVER, "Sign")]
# naproxen is a Sign here, relieve is spurious, fever is right; aspirin reaches too far
FOUND = [((0, 16), "Drug"), (NAPROXEN, "Sign"), (RELIEVE, "Sign"), (FEVER, "Sign")]


def example(gold: list, predicted: list, gold_rows: tuple = (), rows: tuple = ()) -> Example:
    return Example(make_doc(predicted, rows), make_doc(gold, gold_rows))


def test_entities() -> None:
    task = read_entities([example(GOLD, FOUND)])
    assert task.strict.labels == ("Drug", "Sign")
    assert task.strict.values.tolist() == [[[0, 1, 2], [1, 2, 0]]]
    assert task.lenient is not None
    assert task.lenient.values.tolist() == [[[1, 0, 1], [1, 2, 0]]]
    # without types naproxen is right too; "aspirin 500" and "relieve" stay wrong
    assert task.boundary is not None
    assert task.boundary.labels == ("mention",)
    assert task.boundary.values.tolist() == [[[2, 2, 1]]]
    assert task.confusion == Counter(
        {("Drug", "Drug"): 1, ("Drug", "Sign"): 1, (None, "Sign"): 1, ("Sign", "Sign"): 1}
    )


def test_documents_without_gold_are_left_out() -> None:
    bare = Example(make_doc(FOUND), by_blanks("no annotation"))
    assert read_entities([bare]).strict.values.shape[0] == 0
    assert read_relation_task("r", [bare], [[]], NONE).strict.values.shape[0] == 0
    assert find_differences(bare, NONE) == []
    assert count_losses([bare], None, NONE).mentions == 0


def test_relations() -> None:
    """One right, one between borders that are wrong, one spurious; a second gold one is missed."""
    eg = example(
        GOLD,
        [(ASPIRIN, "Drug"), ((8, 24), "Drug"), (FEVER, "Sign")],
        ((0, 2, "TREATS"), (1, 2, "TREATS"), (0, 1, "WITH")),
        ((0, 2, "TREATS"), (1, 2, "TREATS"), (1, 0, "WITH")),
    )
    rows = [(h, t, label, 0.9 - 0.1 * i) for i, (h, t, label, _) in enumerate(read_rows(eg.x))]
    rows.append((2, 0, "TREATS", 0.2))
    task = read_relation_task("r", [eg], [rows], NONE)
    assert task.strict.labels == ("TREATS", "WITH")
    assert task.strict.values.tolist() == [[[1, 1, 1], [0, 1, 1]]]
    assert task.lenient is not None
    assert task.lenient.values.tolist() == [[[2, 0, 0], [0, 1, 1]]]
    assert (task.right, task.made) == ([True, False, False, False], [True, True, True, False])
    undirected = read_relation_task("r", [eg], [rows], frozenset({"WITH"}))
    assert undirected.lenient is not None
    assert undirected.lenient.values.tolist() == [[[2, 0, 0], [1, 0, 0]]]


def test_relations_without_types() -> None:
    """naproxen is a Sign here: its relation is right but for the type. A symmetric one counts once,
    whichever way round. Another label between the right borders is wrong."""
    eg = example(
        GOLD,
        [(ASPIRIN, "Drug"), (NAPROXEN, "Sign"), (FEVER, "Sign")],
        ((0, 2, "TREATS"), (1, 2, "TREATS"), (0, 1, "WITH")),
        ((0, 2, "CAUSES"), (1, 2, "TREATS"), (1, 0, "WITH")),
    )
    task = read_relation_task("r", [eg], [[]], frozenset({"WITH"}))
    assert task.boundary is not None
    assert task.boundary.labels == ("CAUSES", "TREATS", "WITH")
    assert task.boundary.values.tolist() == [[[0, 1, 0], [1, 0, 1], [1, 0, 0]]]
    assert task.strict.values.tolist() == [[[0, 1, 0], [0, 1, 2], [0, 1, 1]]]


def test_means_of_the_labels() -> None:
    """Drug 0 of 2, Sign one right of three: F1 0 and 1/2."""
    found = summarise(read_entities([example(GOLD, FOUND)]), Settings(samples=1))
    assert found["strict"]["macro"] == pytest.approx({"p": 1 / 6, "r": 1 / 2, "f": 1 / 4})
    none = summarise(read_entities([example([], [])]), Settings(samples=1))
    assert none["strict"]["macro"] == {"p": None, "r": None, "f": None}


def test_relation_labels_that_are_confused() -> None:
    eg = example(GOLD, GOLD, ((0, 2, "TREATS"), (0, 1, "WITH")), ((0, 2, "CAUSES"), (1, 2, "WITH")))
    task = read_relation_task("r", [eg], [[]], NONE)
    assert task.confusion == Counter(
        {("TREATS", "CAUSES"): 1, ("WITH", None): 1, (None, "WITH"): 1}
    )


def said(*values: str | None) -> list[list[Assertion]]:
    return [[Assertion("assertion", value)] if value else [] for value in values]


def test_assertions() -> None:
    """Of three gold values one is right, one wrong, one not given. What gold leaves open, or was
    not found, doesn't count."""
    gold = [*GOLD, (RELIEVE, "Sign"), ((0, 16), "Sign")]
    found = [*GOLD, (RELIEVE, "Sign")]
    eg = example(gold, found)
    set_assertions(eg.y, said("present", "absent", "absent", None, "absent"))
    set_assertions(eg.x, said("present", "present", None, "family"))
    task = read_assertions([eg])
    assert task.strict.labels == ("absent", "present")
    assert task.strict.values.tolist() == [[[0, 0, 2], [1, 1, 0]]]
    assert task.confusion == Counter(
        {("present", "present"): 1, ("absent", "present"): 1, ("absent", None): 1}
    )
    assert task.scores == []


def test_assertions_that_hold_at_once() -> None:
    """Gold: absent and historical; family; conditional. Found: absent and possible; the word of
    another corpus for family, and historical besides; nothing."""
    eg = example(GOLD, GOLD)
    gold = (("absent", "historical"), ("associated_with_someone_else",), ("conditional",))
    found = (("possible", "absent"), ("family", "historical"), ())
    for doc, rows in ((eg.y, gold), (eg.x, found)):
        set_assertions(doc, [[Assertion("assertion", value) for value in row] for row in rows])
    task = read_assertions([eg])
    assert task.confusion == Counter(
        {
            ("absent", "absent"): 1,
            ("historical", "possible"): 1,
            ("associated_with_someone_else", "associated_with_someone_else"): 1,
            (None, "historical"): 1,
            ("conditional", None): 1,
        }
    )
    right, spurious, missed = task.strict.values.sum(axis=(0, 1))
    assert (right, missed, spurious) == (2, 2, 2)


def test_reliability_of_assertions() -> None:
    """A right one at 0.9, a wrong one at 0.6, a right one of rules, which has no score."""
    eg = example(GOLD, GOLD)
    set_assertions(eg.y, said("present", "absent", "absent"))
    scored = (("present", 0.9), ("present", 0.6), ("absent", None))
    set_assertions(eg.x, [[Assertion("assertion", *pair)] for pair in scored])
    task = read_assertions([eg])
    assert (task.scores, task.right, task.made) == ([0.9, 0.6], [True, False], [True, True])
    found = summarise(task, Settings(10))
    error = found["reliability"]["expected_calibration_error"]
    assert error == pytest.approx((0.1 + 0.6) / 2)
    # at 0.9 one of one is right, of three to find
    assert found["curve"]["points"][0] == [0.9, 1.0, pytest.approx(1 / 3, abs=1e-6)]


def test_losses() -> None:
    """Gold is in letters' offsets; the pipeline's tokens are words, in one case the whole text."""
    gold = make_doc(
        [*GOLD, ((0, 5), "Drug"), ((0, 16), "Drug")],
        ((0, 2, "TREATS"), (1, 2, "TREATS"), (3, 2, "TREATS")),
    )
    drug, sign = Mention("Drug", (ASPIRIN,)), Mention("Sign", (FEVER,))
    proposed = {RelationKey("TREATS", drug, sign)}
    found = count_losses([Example(by_blanks(gold.text), gold)], lambda doc: (proposed, 4), NONE)
    assert (found.mentions, found.inside_tokens, found.discontinuous) == (5, 1, 0)
    assert found.overlapping == 4  # aspirin, naproxen, "aspir", and what holds them
    assert (found.relations, found.with_lost_argument, found.outside_candidates) == (3, 1, 1)
    assert (found.capped_pairs, found.capped_documents) == (4, 1)
    assert found.candidate_recall == pytest.approx(1 / 3)
    whole = count_losses([Example(in_one(gold.text), gold)], None, NONE)
    assert (whole.inside_tokens, whole.with_lost_argument) == (5, 3)
    assert whole.candidate_recall == 0.0
    assert count_losses([], None, NONE).candidate_recall is None


def kinds(eg: Example, symmetric: frozenset[str] = NONE) -> list[tuple[str, str]]:
    return [(d.task, d.kind) for d in find_differences(eg, symmetric)]


def test_entity_errors() -> None:
    eg = example([*GOLD, ((0, 5), "Drug")], FOUND)
    assert sorted(kinds(eg)) == [
        ("entity", "missed: border inside a token"),
        ("entity", "spurious"),
        ("entity", "wrong boundary"),
        ("entity", "wrong label"),
    ]


@pytest.mark.parametrize(
    ("gold", "predicted", "symmetric", "expected"),
    [
        ((0, 2, "TREATS"), (0, 2, "TREATS"), NONE, []),
        ((0, 2, "TREATS"), None, NONE, ["missed"]),
        (None, (0, 2, "TREATS"), NONE, ["spurious"]),
        ((0, 2, "TREATS"), (0, 2, "CAUSES"), NONE, ["wrong label"]),
        ((0, 2, "TREATS"), (2, 0, "TREATS"), NONE, ["wrong direction"]),
        ((0, 2, "TREATS"), (2, 0, "TREATS"), frozenset({"TREATS"}), []),
        ((0, 1, "TREATS"), (0, 2, "TREATS"), NONE, ["missed", "spurious"]),
    ],
)
def test_relation_errors(
    gold: tuple, predicted: tuple, symmetric: frozenset[str], expected: list[str]
) -> None:
    rows = [(row,) if row else () for row in (gold, predicted)]
    found = kinds(example(GOLD, GOLD, *rows), symmetric)
    assert sorted(kind for _, kind in found) == expected


def test_relation_errors_that_come_from_mentions() -> None:
    eg = example(
        GOLD,
        [(ASPIRIN, "Drug"), (RELIEVE, "Sign")],
        ((0, 2, "TREATS"),),
        ((0, 1, "TREATS"),),
    )
    found = [kind for task, kind in kinds(eg) if task == "relation"]
    assert found == ["spurious: wrong argument", "missed: argument not found"]


def test_assertion_errors() -> None:
    eg = example(GOLD, GOLD)
    set_assertions(eg.y, said("absent", "absent", None))
    set_assertions(eg.x, said("present", None, "family"))
    (wrong, missed) = find_differences(eg, NONE)
    assert (wrong.kind, wrong.gold, wrong.predicted) == ("wrong value", "absent", "present")
    assert (missed.kind, missed.predicted, missed.start, missed.end) == ("missed", None, *NAPROXEN)


def test_summary_is_json_without_text() -> None:
    task = read_entities([example(GOLD, FOUND), example(GOLD, GOLD)])
    found = summarise(task, Settings(100))
    strict = found["strict"]
    assert (strict["all"]["right"], strict["all"]["spurious"], strict["all"]["missed"]) == (4, 3, 2)
    assert strict["all"]["f"]["value"] == pytest.approx(8 / 13)
    assert strict["all"]["f"]["low"] <= 8 / 13 <= strict["all"]["f"]["high"] == 1.0
    assert strict["labels"]["Drug"]["p"]["value"] == pytest.approx(2 / 3)
    assert "aspirin" not in str(found)
    assert "curve" not in found


def test_tasks_of_two_pipelines() -> None:
    first = {"entities": read_entities([example(GOLD, FOUND)] * 5), "only here": None}
    second = {"entities": read_entities([example(GOLD, GOLD)] * 5)}
    found = compare_tasks(first, second, Settings(200))  # type: ignore[arg-type]
    assert set(found) == {"entities"}
    assert found["entities"]["strict"]["second"] == 1.0
    assert found["entities"]["strict"]["difference"] == pytest.approx(1 - 2 / 7)
    assert found["entities"]["lenient"]["first"] == pytest.approx(4 / 7)


class Weighs:
    """A component that has thresholds, of relations if it has a schema."""

    def __init__(self, **more: object) -> None:
        self.cfg = {"threshold": 0.5, "thresholds": {"WITH": 0.8}, **more}


Language.factory("test_weighs", func=lambda nlp, name: Weighs(schema=None, other=1))
Language.factory("test_weighs_mentions", func=lambda nlp, name: Weighs())


def test_thresholds_are_opened_and_restored() -> None:
    nlp = spacy.blank("en")
    component = nlp.add_pipe("test_weighs")
    before = dict(component.cfg)  # type: ignore[attr-defined]
    with pytest.raises(KeyError), open_thresholds(nlp, 0.1) as thresholds:
        opened = {"threshold": 0.1, "thresholds": {}, "schema": None, "other": 1}
        assert component.cfg == opened  # type: ignore[attr-defined]
        assert thresholds == {"threshold": 0.5, "thresholds": {"WITH": 0.8}}
        raise KeyError
    assert component.cfg == before  # type: ignore[attr-defined]
    with open_thresholds(spacy.blank("en")) as thresholds:
        assert thresholds == {}


def test_thresholds_of_mentions_stay() -> None:
    """Mentions below theirs are not in the Doc that is scored, and can't be taken out of it."""
    nlp = spacy.blank("en")
    component = nlp.add_pipe("test_weighs_mentions")
    with open_thresholds(nlp) as thresholds:
        assert thresholds == {}
        assert component.cfg == {"threshold": 0.5, "thresholds": {"WITH": 0.8}}  # type: ignore[attr-defined]


def test_relations_below_their_threshold_are_dropped() -> None:
    doc = make_doc(GOLD)
    rows = [(0, 2, "TREATS", 0.5), (0, 1, "WITH", 0.7), (1, 2, "TREATS", 0.3), (1, 0, "WITH", 0.8)]
    doc.spans["clinical"].attrs["relations"] = [list(row) for row in rows]
    limits = {"threshold": 0.5, "thresholds": {"WITH": 0.8}}
    assert keep_made([doc], limits) == [rows]
    assert read_rows(doc) == [rows[0], rows[3]]
    assert keep_made([doc], {}) == [[rows[0], rows[3]]]
    assert keep_made([by_blanks("bare")], limits) == [[]]
