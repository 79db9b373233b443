"""Tables of findings, and the phrases in a text."""

from pathlib import Path

import pytest

from spacy_clinical.context.finding_phrases import (
    FindingFinder,
    FindingRule,
    Hit,
    format_finding_rules,
    labels_of,
    load_finding_rules,
    parse_finding_rules,
)
from spacy_clinical.errors import ContextError

TABLE = """# label	phrase	parent	words
@size	big|enlarged
None	<none>	Device
Heart	{large |}heart ... {@size}	Chest	3
!Heart	heart ... normal
Nodule	{nodule|nodules}
-	nodule marker
Device	pacer
"""


def find(text: str, table: str = TABLE) -> list[tuple[str, str]]:
    hits = FindingFinder(parse_finding_rules(table, "t")).find(text, [0])
    return [(hit.label, text[hit.start : hit.end]) for hit in hits]


def test_phrases() -> None:
    assert find("A nodule and NODULES.") == [("Nodule", "nodule"), ("Nodule", "NODULES")]
    assert find("A nodule marker.") == []
    assert find("Large heart, mildly enlarged; pacer.") == [
        ("Heart", "enlarged"), ("Device", "pacer")
    ]  # fmt: skip
    assert find("The heart is normal in size.") == [("!Heart", "normal")]


def test_two_parts_stay_in_reach_and_in_their_sentence() -> None:
    assert find("heart one two three big") == [("Heart", "big")]
    assert find("heart one two three four big") == []
    assert find("big heart") == []
    finder = FindingFinder(parse_finding_rules(TABLE, "t"))
    assert finder.find("The heart. It is big.", [0, 11]) == []


def test_the_first_part_may_be_the_mention() -> None:
    table = "Lung\t{nodule|nodules} <... in the {upper|lower} lobe\tNodule\t3\n"
    assert find("A nodule of 4 mm in the upper lobe.", table) == [("Lung", "nodule")]
    assert find("A nodule of about 4 mm or so in the upper lobe.", table) == []
    assert find("In the upper lobe a nodule.", table) == []
    assert parse_finding_rules(format_finding_rules(parse_finding_rules(table, "t")), "u")


@pytest.mark.parametrize(
    ("text", "label", "word"),
    [
        ("A spiculated nodule in the right upper lobe.", "Lung nodule", "nodule"),
        ("Nodules of 3 mm in both lower lobes.", "Lung nodule", "Nodules"),
        ("Left upper lobe solid nodule.", "Lung nodule", "nodule"),
        ("A mass in the left breast.", "Breast mass", "mass"),
        ("A stone in the lower pole of the right kidney.", "Kidney stone", "stone"),
        ("A hematoma in the left frontal lobe.", "Intracranial hemorrhage", "hematoma"),
        ("A cyst in segment 4 of the liver.", "Liver lesion", "cyst"),
        ("A nodule in the right lobe of the thyroid; the upper lobe is clear.", "", ""),
        ("Nodule in the axilla, nothing in the breast. Mass in the thigh.", "", ""),
        ("A hematoma of the thigh, unlike the one in the brain.", "", ""),
    ],
)
def test_places_in_other_words_of_the_sentence(text: str, label: str, word: str) -> None:
    """Only what the words say: the parents by the mention alone are no matter here."""
    table = Path(__file__).parents[2] / "assets" / "radiology" / "findings.tsv"
    rules = [r for r in load_finding_rules([str(table)]) if r.parent or "<..." in r.phrase]
    found = {(hit.label, text[hit.start : hit.end]) for hit in FindingFinder(rules).find(text, [0])}
    assert found == ({(label, word)} if label else set())


def test_labels_and_parents_in_order() -> None:
    assert labels_of(parse_finding_rules(TABLE, "t")) == (
        "None", "Chest", "Heart", "Nodule", "Device"
    )  # fmt: skip


@pytest.mark.parametrize("name", ["chexpert", "nih"])
def test_packaged_tables_have_fourteen_labels_and_come_back(name: str) -> None:
    rules = load_finding_rules([name])
    assert len(labels_of(rules)) == 14
    assert parse_finding_rules(format_finding_rules(rules), "again") == rules


@pytest.mark.parametrize(
    "line",
    ["Heart", "\tphrase", "Heart\t{a|b", "Heart\ta ... b ... c", "Heart\ta\tp\tmany", "@x\t",
     "Heart\ta\t\t1\t2", "Heart\t..."],
)  # fmt: skip
def test_lines_that_cannot_be_read(line: str, tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text(f"# header\n{line}\n", encoding="utf-8")
    with pytest.raises(ContextError, match=r"SC322.*own.tsv, line 2"):
        load_finding_rules([str(path)])


def test_a_hit_has_one_entry_a_label() -> None:
    rules = [FindingRule("A", "lung mass"), FindingRule("B", "lung mass"), FindingRule("A", "mass")]
    assert FindingFinder(rules).find("lung mass", [0]) == [Hit("A", 0, 9), Hit("B", 0, 9)]
