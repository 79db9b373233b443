"""Tables of rules: what they may hold, and what is said of a line that is wrong."""

from pathlib import Path

import pytest

from spacy_clinical.context.cue_tables import (
    UNTOLD,
    ContextRule,
    format_rules,
    load_rules,
    parse_rules,
)
from spacy_clinical.context.cues import CueFinder
from spacy_clinical.context.rule_tables import DATA
from spacy_clinical.context.section_rules import (
    SectionRule,
    format_section_rules,
    load_section_rules,
    parse_section_rules,
)
from spacy_clinical.errors import ContextError

CATEGORIES = {"absent", "possible", "hypothetical", "historical", "family"}


def test_a_table() -> None:
    text = "# phrase\tcategory\n\ndenies\tabsent\tforward\n"
    text += "but\tend\t\t\tabsent possible\n?\tpossible\tboth\t3\n"
    assert parse_rules(text, "mine") == [
        ContextRule("denies", "absent", "forward"),
        ContextRule("but", "end", ends=("absent", "possible")),
        ContextRule("?", "possible", "both", 3),
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("denies", "1 cells"),
        ("denies\tabsent", "direction ''"),
        ("denies\tabsent\tsideways", "direction 'sideways'"),
        ("denies\tabsent\tforward\tfive", "'five'"),
        ("denies\tabsent\tforward\t5\tpossible", "scopes that 'absent' ends"),
        ("but\tend\tinside", "a direction of 'end'"),
        ("{is|was\tabsent\tforward", "the phrase '{is|was'"),
        ("denies\tnot there\tforward", "category 'not there'"),
        ("a\tabsent\tforward\t5\t\t1\tx", "7 cells"),
        ("a\tabsent\tforward\t5\t\tx", "number of table 'x'"),
        ("{a|b}" * 28 + "\tend", "forms of a phrase"),
        ("a ... b ... c\tabsent\taround", "the phrase 'a ... b ... c'"),
        ("a b\tabsent\taround", "the phrase 'a b'"),
        ("a ... b\tabsent\tinside", "'...' in the phrase"),
        ("@a", "1 cells"),
    ],
)
def test_a_wrong_line_is_named(line: str, found: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text(f"# mine\nno\tabsent\tforward\n{line}\n", encoding="utf-8")
    with pytest.raises(ContextError, match=r"^\[SC322\]") as raised:
        load_rules([str(path)])
    assert f"{path}, line 3" in str(raised.value)
    assert found in str(raised.value)


def test_a_part_takes_no_whole_phrases_place(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text("no ... to speak of\tabsent\tforward\nno ... as such\tpossible\tforward\n")
    newer = tmp_path / "newer.tsv"
    newer.write_text("no ... as such\thistorical\tforward\n")
    finder = CueFinder(load_rules(["en", str(path), str(newer)]))
    said = {
        text: [cue.rule.category for cue in finder.find(text, 0, len(text)).cues]
        for text in ("No effusion.", "No cough to speak of.", "No cough as such.")
    }
    assert said["No effusion."] == ["absent"]
    assert "absent" in said["No cough to speak of."]
    assert "historical" in said["No cough as such."] and "possible" not in said["No cough as such."]


def test_of_a_long_line_the_beginning_is_told() -> None:
    with pytest.raises(ContextError, match=r"^\[SC322\].*qqq\.\.\.") as raised:
        parse_rules("no\tnot " + "q" * 100_000 + "\tforward\n", "mine")
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize("line", ["plan", "plan\tp\tx\ty", "{a|b\tplan", "plan\ta plan"])
def test_a_wrong_heading_is_named(line: str) -> None:
    with pytest.raises(ContextError, match=r"^\[SC322\] mine, line 2: "):
        parse_section_rules(f"# mine\n{line}\n", "mine")


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ContextError, match="SC320"):
        load_rules([str(tmp_path / "none.tsv")])
    with pytest.raises(ContextError, match=r"SC323.*Known: de, en, es, radiology, zh"):
        load_rules(["xx"])
    (tmp_path / "latin.tsv").write_bytes("kein\tabsent\tforward\nfü\tend".encode("latin-1"))
    with pytest.raises(ContextError, match="SC321"):
        load_rules([str(tmp_path / "latin.tsv")])


def test_words_that_have_a_name() -> None:
    text = "@kin\tmother|aunt\n@kin2\t{@kin}s\nher {@kin|cat}\tfamily\tforward\n"
    assert parse_rules(text, "x")[0].phrase == "her {mother|aunt|cat}"


@pytest.mark.parametrize("name", ["en", "zh", "de", "es"])
def test_packaged_tables(name: str) -> None:
    """They are read as they are written, know our categories only, and repeat no line."""
    rules, headings = load_rules([name]), load_section_rules([name])
    asserted = {rule.category for rule in rules if rule.asserts} - UNTOLD
    assert asserted | {"present"} == {*CATEGORIES, "present"}
    assert "present" in asserted or name in ("de", "es")
    assert {rule.assertion for rule in headings} <= {"", *CATEGORIES}
    assert parse_rules(format_rules(rules), "x") == rules
    assert parse_section_rules(format_section_rules(headings), "x") == headings
    for kind in ("context", "sections"):
        lines = (DATA / f"{kind}_{name}.tsv").read_text(encoding="utf-8").splitlines()
        phrases = ["\t".join(line.split("\t")[:3]) for line in lines if line[:1] not in ("", "#")]
        assert len(phrases) == len(set(phrases))


def test_section_rule() -> None:
    (rule,) = parse_section_rules("family history\tfamily_history\tfamily\n", "x")
    assert rule == SectionRule("family history", "family_history", "family")
