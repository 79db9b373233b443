"""Drift: tests against numbers from elsewhere, quiet weeks, planted changes, the command."""

import json
import random
import re
from copy import deepcopy
from pathlib import Path

import pytest
import srsly

from spacy_clinical.audit import AuditedNote, NoteFacts, Trail
from spacy_clinical.audit.drift import compare_counts, find_drift
from spacy_clinical.audit.drift_page import HEIGHT, render_drift
from spacy_clinical.audit.drift_reference import (
    Reference,
    make_reference,
    read_reference,
    sum_up,
    write_reference,
)
from spacy_clinical.audit.drift_statistics import (
    adjust,
    bins_effect,
    chi_square_tail,
    compare_bins,
    compare_rates,
    rate_effect,
)
from spacy_clinical.audit.drift_tables import drift_results
from spacy_clinical.audit.note_counts import Counts
from spacy_clinical.cli import app
from spacy_clinical.errors import AuditError

from ..commands import run
from .conftest import TEXTS
from .trails import KEY


@pytest.mark.parametrize(
    ("x", "freedom", "tail"),
    [
        (3.841459, 1, 0.05),
        (5.991465, 2, 0.05),
        (7.814728, 3, 0.05),
        (18.307038, 10, 0.05),
        (21.665994, 9, 0.01),
        (29.588298, 10, 0.001),
        (0.0, 4, 1.0),
    ],
)
def test_chi_square_as_tables_have_it(x: float, freedom: int, tail: float) -> None:
    assert chi_square_tail(x, freedom) == pytest.approx(tail, rel=1e-5)


def test_benjamini_and_hochberg_by_hand() -> None:
    """0.01 * 4 / 1, 0.02 * 4 / 2, 0.03 * 4 / 3, 0.5: each at most what stands behind it."""
    assert adjust([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.04, 0.04])
    assert adjust([0.001, 0.9]) == pytest.approx([0.002, 0.9])
    assert adjust([]) == []


def test_rates_by_hand() -> None:
    """100.5 of 10 against 50.5 of 10: 1.99; standard error sqrt(1/100.5 + 1/50.5) = 0.1725."""
    rate = compare_rates(100, 10, 50, 10, 1.0)
    assert rate.ratio == pytest.approx(1.9901, abs=1e-4)
    assert (rate.low, rate.high) == pytest.approx((1.4193, 2.7905), abs=1e-3)
    assert rate.p == pytest.approx(0.0000489, rel=0.6) and rate.p < 1e-4
    assert compare_rates(100, 10, 50, 10, 9.0).p > 0.1
    assert compare_rates(0, 10, 0, 10, 1.0).p == pytest.approx(1.0)
    assert compare_rates(5, 0, 5, 10, 1.0).p == 1.0


def test_bins_by_hand() -> None:
    """60 and 40 against 40 and 60: Pearson's chi-square is 8; PSI is 0.159 with half a count more,
    2 * 0.2 * ln 1.5 = 0.162 without."""
    shift = compare_bins([60, 40], [40, 60], 1.0)
    assert shift.p == pytest.approx(chi_square_tail(8.0, 1))
    assert shift.psi == pytest.approx(0.159, abs=0.001)
    assert compare_bins([60, 40], [40, 60], 8.0).p == pytest.approx(0.3173, abs=1e-3)
    assert compare_bins([0, 0], [40, 60], 1.0).p == 1.0
    assert compare_bins([3, 0, 2, 90], [2, 1, 0, 80], 1.0).p > 0.1  # few: joined


def test_effects_by_hand() -> None:
    """Notes of ten tokens with 0, 0, 4 and 4: the rate is 2 a note, the variance 16/3 of a note."""
    assert rate_effect([0, 0, 4, 4], [10.0] * 4) == pytest.approx(16 / 3 * 4 / 8)
    assert rate_effect([2, 2, 2, 2], [10.0] * 4) == 1.0
    assert rate_effect([], []) == 1.0
    # Each note has four of one kind: two bins, p = 1/2, spread (4 * 4) / 3 a note and bin.
    assert bins_effect([[4, 0], [0, 4], [4, 0], [0, 4]]) == pytest.approx(
        2 * (16 / 3 * 4 / 16 / 0.5)
    )
    assert bins_effect([[1, 0], [0, 1]]) >= 1.0


def note(dice: random.Random, *, recall: float = 1.0, lower: bool = False) -> NoteFacts:
    """An invented note in numbers, the mentions of which come in clusters."""
    tokens = dice.randint(60, 300)
    mood = dice.choice([0.3, 1.0, 2.0])
    mentions: dict[str, list[int]] = {}
    for label, rate in (("DRUG", 0.03), ("SIGN", 0.02), ("TEST", 0.01)):
        bins = [0] * 11
        for _ in range(tokens):
            if dice.random() < rate * mood * (recall if label == "DRUG" else 1.0):
                bins[min(9, int(10 * dice.betavariate(6, 1)))] += 1
        if any(bins):
            mentions[label] = bins
    n = sum(map(sum, mentions.values()))
    said = {"present": n, "absent": sum(dice.random() < 0.2 for _ in range(n))}
    characters = 5 * tokens
    shape = {"characters": characters, "capitals": 0 if lower else characters // 20}
    shape |= {"digits": characters // 40, "lines": 1 + tokens // 12}
    return NoteFacts(b"", tokens, mentions, {}, said, shape, 2 * tokens, dice.randint(0, 2))


def week(seed: int, n: int = 300, **drift: float | bool) -> Counts:
    dice, counts = random.Random(seed), Counts()
    for _ in range(n):
        counts.add(note(dice, **drift))  # type: ignore[arg-type]
    return counts


@pytest.fixture(scope="module")
def known() -> Reference:
    dice = random.Random(1)
    return sum_up("en_x 1.0", [note(dice) for _ in range(300)])


def test_clusters_are_seen(known: Reference) -> None:
    assert known.effects["mentions: DRUG"] > 2


def test_quiet_weeks_stay_steady(known: Reference) -> None:
    alarms = [s for s in range(20) if compare_counts("w", week(s + 10), known).status != "steady"]
    assert len(alarms) <= 1


def test_planted_changes_are_found(known: Reference) -> None:
    found = {m.name: m for m in compare_counts("w", week(5, recall=0.5), known).measures}
    assert found["mentions: DRUG"].status == "changed"
    assert found["mentions: DRUG"].ratio == pytest.approx(0.5, abs=0.12)
    assert found["mentions: SIGN"].status == found["note lengths"].status == "steady"
    lower = {m.name: m for m in compare_counts("w", week(6, lower=True), known).measures}
    assert [name for name, m in lower.items() if m.status != "steady"] == ["capitals"]
    assert compare_counts("w", week(7, n=20), known).status == "few notes"


def test_a_label_that_is_new_or_gone(known: Reference) -> None:
    counts = week(8)
    counts.scores["NEW"] = counts.scores.pop("TEST")
    found = {m.name: m.status for m in compare_counts("w", counts, known).measures}
    assert found["mentions: NEW"] == found["mentions: TEST"] == "changed"


def test_a_reference_comes_back(known: Reference, tmp_path: Path) -> None:
    write_reference(known, tmp_path / "r.json")
    again = read_reference(tmp_path / "r.json")
    assert again.counts == known.counts and again.system == "en_x 1.0"
    assert again.effects == pytest.approx(known.effects, abs=1e-4)
    for wrong in ("", "{}", '{"format": "spacy-clinical-reference-1"}', "[]"):
        (tmp_path / "r.json").write_text(wrong)
        with pytest.raises(AuditError, match="SC948"):
            read_reference(tmp_path / "r.json")


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("effects", "lines", float("nan")),
        ("effects", "lines", float("inf")),
        ("effects", "lines", -1.0),
        ("sums", "tokens", 10**400),
        ("scores", "DRUG", [10**400] * 11),
    ],
)
def test_numbers_that_no_notes_have_are_refused(
    known: Reference, tmp_path: Path, where: str, name: str, value: object
) -> None:
    written = deepcopy(known.to_dict())
    (written["effects"] if where == "effects" else written["counts"][where])[name] = value
    (tmp_path / "r.json").write_text(json.dumps(written))
    with pytest.raises(AuditError, match="SC948"):
        read_reference(tmp_path / "r.json")


def test_one_note_of_digits_among_thousands() -> None:
    """Its weight makes the interval wider than numbers are."""
    shape = {"capitals": 5, "lines": 3}
    plain = NoteFacts(b"", 200, {}, {}, {}, {"characters": 1000, **shape, "digits": 0})
    table = plain._replace(shape={"characters": 2_000_000, **shape, "digits": 2_000_000})
    reference = sum_up("x", [*[plain] * 9999, table])
    assert reference.effects["digits"] > 1e6
    period = compare_counts("w", sum_up("x", [plain] * 100).counts, reference)
    assert period.status == "steady"


def test_a_reference_of_few_notes_is_told_of(known: Reference, trail: Path) -> None:
    dice = random.Random(1)
    drift = find_drift(trail / "trail", sum_up("en_x 1.0", [note(dice) for _ in range(3)]))
    assert drift.periods[0].status == "few notes"
    assert "reference is of 3 notes" in render_drift(drift)
    assert any("reference is of 3 notes" in str(result) for result in drift_results(drift))


def test_a_reference_of_a_pipeline(rules) -> None:  # type: ignore[no-untyped-def]
    made = make_reference(rules, TEXTS)
    assert made.counts.notes == 3
    assert made.counts.mentions == {"Chemical": 4, "Disease": 2}
    assert "Quxwort" not in str(made.to_dict())


@pytest.fixture(scope="module")
def trail(known: Reference, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of the pipeline, the second with half the drugs, and one of another version."""
    folder = tmp_path_factory.mktemp("drift")
    write_reference(known, folder / "r.json")
    trail = Trail(folder / "trail", KEY)
    for seed, (version, recall) in enumerate((("1.0", 1.0), ("1.0", 0.5), ("0.9", 1.0))):
        dice = random.Random(40 + seed)
        with trail.run("annotate", {"name": "en_x", "version": version}) as run_:
            facts = [note(dice, recall=recall) for _ in range(300)]
            run_.notes(AuditedNote(str(i), "text", x) for i, x in enumerate(facts))
    return folder


def test_the_command(trail: Path, tmp_path: Path) -> None:
    page = tmp_path / "drift.html"
    asked = ["drift", trail / "trail", "--reference", trail / "r.json"]
    done = run(app, *asked, "--by", "run", "--page", page)
    assert done.exit_code == 2, done.output
    assert "mentions: DRUG" in done.output and "300 notes of another" in done.output
    rows = [line.split()[1:] for line in done.output.splitlines() if "   300   " in line]
    assert rows == [["300", "steady"], ["300", "changed"]]
    drawn = page.read_text()
    assert "mentions: DRUG" in drawn and "300 of en_x 0.9" in drawn
    places = [float(y) for y in re.findall(r'<circle [^>]* cy="([^"]*)" r="3"', drawn)]
    assert places and all(3 < y < HEIGHT - 3 for y in places)  # dots at the ends are whole
    weekly = run(app, *asked, "--all")
    assert "600" in weekly.output and "estimate of precision" in weekly.output
    assert "SC519" in run(app, *asked, "--by", "moon").output
    assert len(find_drift(trail / "trail", read_reference(trail / "r.json"), "day").periods) == 1


def test_nothing_to_compare(trail: Path, known: Reference, tmp_path: Path) -> None:
    other = Reference("en_y 1.0", known.counts, known.effects)
    with pytest.raises(AuditError, match=r"SC949.*en_x 1.0, en_x 0.9"):
        find_drift(trail / "trail", other)


def test_a_page_of_nothing_new(known: Reference, trail: Path) -> None:
    drift = find_drift(trail / "trail", known, "run")
    del drift.periods[1:]
    assert "What moved" not in render_drift(drift)


def test_the_reference_command(rules, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rules.to_disk(tmp_path / "model")
    srsly.write_jsonl(
        tmp_path / "n.jsonl", [{"id": str(i), "text": t} for i, t in enumerate(TEXTS)]
    )
    done = run(app, "reference", tmp_path / "model", tmp_path / "n.jsonl", tmp_path / "r.json")
    assert done.exit_code == 0, done.output
    assert read_reference(tmp_path / "r.json").counts.notes == 3
