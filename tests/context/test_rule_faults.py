"""Faults of rule tables: each kind found with its line, none in the packaged tables."""

from pathlib import Path

import pytest

from spacy_clinical.cli import app
from spacy_clinical.context.rule_faults import find_rule_faults

from ..commands import run

TABLE = """# a table with a fault of each kind
no	absent	forward
denies	absnt	forward
without	absent	ahead
no	absent	forward
but	end			possibl
q<number>h	historical	forward
{not|never} only	pseudo
never only	absent	forward
not	absent	forward
not	family	forward
"""
FAULTS = [
    (3, "unknown category"),
    (4, "unreadable"),
    (5, "duplicate"),
    (6, "unknown category"),
    (7, "never matches"),
    (9, "shadowed"),
]


def test_each_kind_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ward.tsv"
    path.write_text(TABLE, encoding="utf-8")
    found = find_rule_faults([str(path)])
    assert [(fault.where, fault.kind) for fault in found] == [
        (f"{path}, line {line}", kind) for line, kind in FAULTS
    ]
    assert "known: absent" in found[0].message


def test_rows_that_a_later_table_takes_the_place_of(tmp_path: Path) -> None:
    first, last = tmp_path / "a.tsv", tmp_path / "b.tsv"
    first.write_text("{no|nil}\tabsent\tforward\n", encoding="utf-8")
    last.write_text("NIL\tpossible\tforward\n", encoding="utf-8")
    (fault,) = find_rule_faults([str(first), str(last)])
    assert fault.kind == "overwritten" and fault.where.endswith("a.tsv, line 1")


@pytest.mark.parametrize("name", ["en", "zh", "de", "es"])
def test_packaged_tables_have_none(name: str) -> None:
    assert find_rule_faults([name]) == []


def test_a_number_beside_a_character_is_a_word_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "zh.tsv"
    path.write_text("第<number>次\thistorical\tforward\n", encoding="utf-8")
    assert find_rule_faults([str(path)]) == []


def test_command(tmp_path: Path) -> None:
    path = tmp_path / "ward.tsv"
    path.write_text(TABLE, encoding="utf-8")
    ran = run(app, "lint-context", path)
    assert ran.exit_code == 1 and "line 7" in ran.output and "never matches" in ran.output
    assert run(app, "lint-context", "zh").exit_code == 0
    assert run(app, "lint-context", tmp_path / "none.tsv").exit_code == 1
