"""Tables of rules: what is read, and each thing that can be wrong with them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.decisions import EXAMPLES, lint, read_rules
from spacy_clinical.decisions.decision_rule_tables import COLUMNS
from spacy_clinical.decisions.interaction_tables import read_ddinter
from spacy_clinical.decisions.rule_cases import read_cases
from spacy_clinical.decisions.rule_language import Term, read_term, read_terms
from spacy_clinical.errors import KnowledgeError, RuleError

GOOD = {
    "id": "a", "kind": "interaction", "when": "drug(A)", "and": "drug(B)", "unless": "",
    "within_days": "", "severity": "warning", "message_en": "m", "message_zh": "", "source": "s",
    "url": "https://x.org", "reviewed": "2026-01-01",
}  # fmt: skip
SETS = "set\tmember\tsource\nA\tx\ts\nB\ty\ts\n"


def write(folder: Path, *rows: dict[str, str], sets: str = SETS) -> Path:
    lines = ["\t".join(COLUMNS), *("\t".join({**GOOD, **row}.values()) for row in rows)]
    (folder / "rules.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "sets.tsv").write_text(sets, encoding="utf-8")
    return folder


def test_examples_have_no_faults() -> None:
    assert lint(EXAMPLES) == []


FAULTS = [
    ([{"when": "drug(C)"}], "unknown set C"),
    ([{"kind": "guess"}], "kind 'guess'"),
    ([{"severity": "high"}], "severity 'high'"),
    ([{"when": "drug(A"}], "no term"),
    ([{"and": "result(B) < 3 bananas"}], "unit 'bananas'"),
    ([{"kind": "missing_monitoring", "unless": "tested(B)"}], "within_days ''"),
    ([{}, {"and": "drug(A)"}], "id a a second time"),
    ([{"source": ""}], "no source"),
    ([{"reviewed": "last year"}], "date 'last year'"),
    ([{"unless": "drug(B)"}], "never fires"),
    ([{}, {"id": "b", "severity": "info"}], "another severity"),
    ([{"kind": "dose_limit"}], "without daily"),
    ([{"url": "http://x.org"}], "isn't https"),
    ([{"and": "drug(A)"}], "set B, which no rule uses"),
    ([{"when": "drug(A) & drug(B)"}], "2 terms in 'when'"),
    ([{"message_en": ""}], "no message_en"),
]


@pytest.mark.parametrize(("rows", "found"), FAULTS, ids=[found for _, found in FAULTS])
def test_seeded_faults(rows: list[dict[str, str]], found: str, tmp_path: Path) -> None:
    assert any(found in fault.found for fault in lint(write(tmp_path, *rows)))


def test_all_faults_at_once_by_line(tmp_path: Path) -> None:
    rows = [row for rows, _ in FAULTS for row in rows]
    named = [{**row, "id": row.get("id") or f"r{n}"} for n, row in enumerate(rows)]
    lines = {fault.line for fault in lint(write(tmp_path, *named))}
    assert len(lines) >= 12
    assert lint(write(tmp_path, {})) == []


@pytest.mark.parametrize(
    ("row", "message"),
    [({"kind": "guess"}, r"SC965.*line 2"), ({"when": "drug(C)"}, r"SC967.*line 2.*'C'")],
)
def test_reading_stops_at_the_first(row: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=message):
        read_rules(write(tmp_path, row))


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="SC966"):
        read_rules(tmp_path)
    with pytest.raises(KnowledgeError, match="SC623"):
        write(tmp_path, {}, sets="set\tmember\tsource\nA\t@B\ts\nB\t@A\ts\n")
        read_rules(tmp_path).sets.spread("A")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("drug(NSAIDS)", "drug(NSAIDS)"),
        ("result(EGFR)<30 mL/min", "result(EGFR) < 30 mL/min"),
        ("daily(A) >= 2.5 g/d", "daily(A) >= 2.5 g/d"),
        ("age() > 60", "age() > 60"),
    ],
)
def test_terms(text: str, told: str) -> None:
    term = read_term(text)
    assert isinstance(term, Term) and str(term) == told


@pytest.mark.parametrize(
    "text",
    ["drug()", "age(A) > 3", "drug(A) > 3", "result(A)", "__import__('os')", "drug(a)", "", "x(A)"],
)
def test_what_is_no_term(text: str) -> None:
    assert isinstance(read_term(text), str)


@given(st.text(max_size=30))
@settings(max_examples=60)
def test_any_text_is_a_term_or_told(text: str) -> None:
    assert isinstance(read_terms(text, "&"), list | str)


def test_comparisons() -> None:
    for sign, holds in (("<", "yn"), ("<=", "yy"), (">", "nn"), (">=", "ny")):
        term = read_term(f"age() {sign} 60")
        assert isinstance(term, Term)
        assert "".join("ny"[term.holds(term.number - n)] for n in (1, 0)) == holds


def test_broken_cases(tmp_path: Path) -> None:
    (tmp_path / "cases.tsv").write_text("rule\tfires\tfacts\na\tperhaps\tx\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"SC965.*line 2"):
        read_cases(tmp_path / "cases.tsv")


DDINTER = "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\n"


def test_ddinter(tmp_path: Path) -> None:
    rows = (
        "DDInter1,Warfarin,DDInter2,Ibuprofen,Major\nDDInter2,Ibuprofen,DDInter1,Warfarin,Major\n"
    )
    (tmp_path / "a.csv").write_text(DDINTER + rows, encoding="utf-8")
    book = read_ddinter([tmp_path / "a.csv"])
    (rule,) = book.rules
    assert (rule.severity, rule.id) == ("critical", "ddinter_DDInter1_DDInter2")
    assert book.sets.spread("DDInter2") == ("Ibuprofen",)


@pytest.mark.parametrize(
    "text", ["a,b\n", DDINTER + "D1,x,D2,y,Huge\n", DDINTER + "D1,,D2,y,Major\n"]
)
def test_another_table(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match="SC969"):
        read_ddinter([tmp_path / "a.csv"])
