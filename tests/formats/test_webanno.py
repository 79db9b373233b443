"""WebAnno TSV 3: stacked, long and parted annotations, relations, slots, chains, escapes, UTF-16.

Forms as in INCEpTION's user guide and its tsv3-suite, in other words.
"""

from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write
from spacy_clinical.records import Attribute, Entity, Record, Relation

from .samples import mentions, put, read_counted, relations, said

NER = "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value"
CUSTOM = "#T_SP=webanno.custom.Finding|status|value"
ARC = "#T_RL=webanno.custom.Relation|label|BT_webanno.custom.Finding"
HEAD = "#FORMAT=WebAnno TSV 3.3"


def rows(*lines: str) -> list[str]:
    return [line.replace(" ", "\t") + "\t" for line in lines]


def test_stacked_long_and_parted_annotations(tmp_path: Path) -> None:
    body = rows(
        "1-1 0-4 Pain *[1]|C1[2] SIGN[1]|PART[2]",
        "1-2 5-9 left *[1] SIGN[1]",
        "1-3 10-15 below _ _",
        "1-3.1 10-12 be * BIT",
    )
    (record,) = read(put(tmp_path / "a.tsv", HEAD, NER, "", "", "#Text=Pain left below", *body))
    assert guess_format(tmp_path / "a.tsv") == "webanno"
    assert mentions(record) == [("Pain", "PART"), ("Pain left", "SIGN"), ("be", "BIT")]
    assert [entity.concept for entity in record.entities] == ["C1", "", ""]


def test_relations_by_unit_and_by_number(tmp_path: Path) -> None:
    body = rows(
        "1-1 0-4 Rash seen A _ _",
        "1-2 5-10 after * DRUG[1]|B[2] causes|* 1-1[0_1]|1-2[2_1]",
        "1-3 11-14 May _ _ _ _",
    )
    body[1] = body[1].replace("*\tDRUG[1]|B[2]", "*[1]|*[2]\tDRUG[1]|B[2]")
    (record,) = read(
        put(tmp_path / "a.tsv", HEAD, CUSTOM, ARC, "", "", "#Text=Rash after May", *body)
    )
    labels = {entity.id: entity.label for entity in record.entities}
    assert [(labels[r.head], r.label, labels[r.tail]) for r in record.relations] == [
        ("A", "causes", "DRUG"),
        ("B", "Relation", "DRUG"),
    ]
    assert said(record) == [("Rash", "status", "seen")]


def test_sentences_escapes_and_utf16(tmp_path: Path) -> None:
    first = [
        "#Text=Dry \\tcough",
        "#Text=😊 \\\\",
        *rows("1-1 0-3 Dry * A\\_1\\|", "1-2 11-13 😊 * B"),
    ]
    second = ["", "#Sentence.id=s2", "#Text=More", *rows("2-1 18-22 More * C")]
    (record,) = read(put(tmp_path / "a.tsv", HEAD, CUSTOM, "", "", *first, *second))
    assert record.text == "Dry \tcough\n😊 \\\n  More"
    assert mentions(record) == [("Dry", "A_1|"), ("😊", "B"), ("More", "C")]


def test_slots_and_chains(tmp_path: Path) -> None:
    """A slot's role is the relation's label; a link of a chain is related to the next one."""
    link = "ROLE_webanno.custom.Dose:args_webanno.custom.Link"
    slot = f"#T_SP=webanno.custom.Dose|{link}|webanno.custom.Finding"
    chain = "#T_CH=webanno.custom.Coref|referenceRelation|referenceType"
    body = rows(
        "1-1 0-3 5mg _ _ of;per 1-2;1-3[1] _ _",
        "1-2 4-6 It * DRUG _ _ same->1-2 pr[1]",
        "1-3 7-10 day *[1] TIME[1] _ _ *->1-1 nam[1]",
        "1-4 11-12 . *[1] TIME[1] _ _ _ _",
    )
    text = "#Text=5mg It day ."
    (record,) = read(put(tmp_path / "a.tsv", HEAD, CUSTOM, slot, chain, "", "", text, *body))
    assert sorted(relations(record)) == [
        ("5mg", "of", "It"),
        ("5mg", "per", "day ."),
        ("day", "Coref", "It"),
    ]
    assert ("5mg", "Dose") in mentions(record)
    assert ("day", "nam") in mentions(record)


def test_linguistic_layers_and_empty_annotations_are_counted(tmp_path: Path) -> None:
    pos = "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue"
    plain = "#T_SP=webanno.custom.Mark|"
    body = rows("1-1 0-4 Well JJ _", "1-1.1 4-4  _ *")
    (record,), left_out = read_counted(
        put(tmp_path / "a.tsv", HEAD, pos, plain, "", "", "#Text=Well", *body)
    )
    assert record.entities == ()
    assert left_out == {"annotations of the layer POS": 1, "annotations of no length": 1}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["#FORMAT=WebAnno TSV 2"], "line 1: found another version"),
        ([HEAD, NER, "", "", "#Text=a", "1-1\t0-1\ta\t_"], "line 6: found a line of 4 columns"),
        (
            [HEAD, "", "", "#Text=a b", "1-1\t0-1\ta", "", "#Text=c", "2-1\t1-2\tc"],
            "a sentence at 1",
        ),
    ],
)
def test_what_is_no_webanno_tsv_3(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        list(read(put(tmp_path / "a.tsv", *lines)))


def test_what_is_written(tmp_path: Path) -> None:
    record = Record(
        "n",
        "No gout.\nWell",
        (Entity("a", "DX", ((3, 7),), "D|1"), Entity("b", "B", ((9, 13),))),
        (Relation("a", "b", "then"),),
        (Attribute("a", "assertion", "absent"),),
    )
    write([record], tmp_path / "out", "webanno")
    assert (tmp_path / "out" / "n.tsv").read_text().splitlines() == [
        HEAD,
        f"{NER}|assertion",
        "#T_RL=webanno.custom.Relation|label|BT_de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity",
        "",
        "",
        "#Text=No gout.",
        "1-1\t0-2\tNo\t_\t_\t_\t_\t_\t",
        "1-2\t3-7\tgout\tD\\|1[1]\tDX[1]\tabsent[1]\t_\t_\t",
        "1-3\t7-8\t.\t_\t_\t_\t_\t_\t",
        "",
        "#Text=Well",
        "2-1\t9-13\tWell\t*[2]\tB[2]\t*[2]\tthen\t1-2[1_2]\t",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1-2 5-9 gout _ _", r"\[SC011\].*line 6: entity '1-2' at 5-9"),
        ("1-2 4-8 rash _ _", r"\[SC011\].*line 6: entity '1-2' at 4-8"),
        ("1-2 5-9 rash _ SIGN _ X", r"\[SC010\].*line 6: found a line of 8 columns"),
    ],
)
def test_tokens_that_differ_and_columns_that_no_layer_has(
    tmp_path: Path, line: str, message: str
) -> None:
    body = rows("1-1 0-4 This _ _", line)
    with pytest.raises(FormatError, match=message):
        list(read(put(tmp_path / "a.tsv", HEAD, NER, "", "#Text=This rash", *body)))


@pytest.mark.parametrize(
    "lines",
    [
        [
            " # webanno.custom.Finding | value",
            "#id=1",
            "#text=No rash",
            "1-1\tNo\tO",
            "1-2\trash\tB",
        ],
        ["#id=1", "#text=No rash", "1-1\tNo\tno\tDT\tO", "1-2\trash\trash\tNN\tB-SIGN"],
    ],
)
def test_older_versions_are_named_and_not_taken_for_conll(tmp_path: Path, lines: list[str]) -> None:
    path = put(tmp_path / "a.tsv", *lines)
    assert guess_format(path) == "webanno"
    with pytest.raises(FormatError, match="another version"):
        list(read(path))
