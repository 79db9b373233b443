"""Questions over the invented patients: rows, quotes, silence, and nobody else's facts."""

from datetime import date
from pathlib import Path

import pytest

import spacy_clinical
from spacy_clinical.errors import AskError
from spacy_clinical.graph import build_graph
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.questions import ANSWERED, KINDS, NOT_IN_NOTES, NOT_UNDERSTOOD, Asker
from spacy_clinical.questions.question_scores import read_gold, score_questions
from spacy_clinical.questions.question_understanding import NONE
from spacy_clinical.questions.question_words import DATA, read_patterns
from spacy_clinical.records import Attribute, Entity, Record, Relation

from ..patients import FOLDER, read_patients


def values(asker: Asker, question: str, patient: str) -> list[str]:
    return [row.value for row in asker(question, patient).rows]


def test_all_questions(asker: Asker, texts: dict[str, str]) -> None:
    gold = [
        q for name in ("questions", "questions_heldout") for q in read_gold(FOLDER / f"{name}.tsv")
    ]
    scores = score_questions(gold, asker, texts)
    assert scores.questions == 200
    assert scores.unsafe == []
    assert scores.quotes == scores.quotes_equal > 200
    assert scores.right / scores.questions >= 0.97, scores.wrong
    assert scores.noticed / scores.silent >= 0.95


def test_a_quote_is_the_notes_sentence(asker: Asker) -> None:
    (row,) = asker("Why was lisinopril stopped?", "p8").rows
    assert row.value == "cough"
    *_, quote = row.quotes
    assert (quote.document, quote.start) == ("p8-2", 0)
    assert quote.text.startswith("Lisinopril stopped because of cough;")
    assert quote.date == "2024-04-30"


def test_what_is_left_out_is_told(asker: Asker) -> None:
    answer = asker("Does she take warfarin?", "p1")
    assert answer.status == NOT_IN_NOTES and answer.left_out == {"family": 1}
    assert answer.text == "Not in these notes. (1 said of relatives)"
    denied = asker("Does she have heart failure?", "p1")
    assert denied.text.startswith("No:") and denied.left_out == {"denied": 1}


@pytest.mark.parametrize(
    "question",
    [
        "What is the meaning of life?",
        "Which medications for her hepatitis?",  # a word that nothing accounts for
        "Who will win?",
        "",
        "???",
    ],
)
def test_what_is_not_understood_names_what_is_near(asker: Asker, question: str) -> None:
    answer = asker(question, "p1")
    assert answer.status == NOT_UNDERSTOOD and answer.nearest and not answer.rows
    assert answer.confidence == 0


def test_the_day_of_the_question(asker: Asker) -> None:
    early, late = (
        asker("Is he taking clarithromycin?", "p2", as_of=date(2024, m, 15)) for m in (3, 5)
    )
    assert [row.value for row in early.rows] == ["yes"]
    assert [row.value for row in late.rows] == ["stopped"]


def test_classes_need_a_base(asker: Asker, texts: dict[str, str]) -> None:
    alone = Asker(build_graph(read_patients()), texts)
    assert values(asker, "Is she on a benzodiazepine?", "p6") == ["yes"]
    assert values(alone, "Is she on a benzodiazepine?", "p6") == []
    assert values(alone, "Is she on lorazepam?", "p6") == ["yes"]


def test_without_notes_places_are_cited(kb: KnowledgeBase) -> None:
    asker = Asker(build_graph(read_patients()), kb=kb)
    (row,) = asker("What dose of digoxin does he take?", "p4").rows
    assert row.quotes and all(quote.text == "" and quote.end > quote.start for quote in row.quotes)
    assert asker("Does he smoke?", "p4").status == NOT_IN_NOTES


@pytest.mark.parametrize(
    ("question", "patient"),
    [
        ("Is her hypertension severe?", "p1"),
        ("Is metformin safe for her?", "p1"),
        ("Should she take metformin?", "p1"),
        ("Does she take metformin for hypertension?", "p1"),
        ("Does metformin cause lactic acidosis?", "p1"),
        ("Does she only take metformin?", "p1"),
        ("Does she take metformin at night?", "p1"),
        ("Is methotrexate given intravenously?", "p8"),
        ("Is his gout cured?", "p4"),
    ],
)
def test_a_plain_yes_says_no_more_than_the_notes(asker: Asker, question: str, patient: str) -> None:
    answer = asker(question, patient)
    assert answer.status == NOT_UNDERSTOOD and not answer.rows


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Can you tell me whether she takes metformin?", ["yes"]),
        ("Does she still take metformin daily?", ["yes"]),
        ("Is her ibuprofen dangerous?", ["stopped"]),
    ],
)
def test_what_is_polite_or_denied_is_answered(
    asker: Asker, question: str, wanted: list[str]
) -> None:
    assert values(asker, question, "p1") == wanted


def test_patients_are_told_apart(asker: Asker) -> None:
    assert asker("Does she smoke?").text == "The notes are of 8 patients. Name one."
    with pytest.raises(AskError, match=r"SC961.*p9.* 8 ") as raised:
        asker("Does she smoke?", "p9")
    assert "p1" not in str(raised.value)  # nobody else's name


def test_other_notes_than_the_graphs(kb: KnowledgeBase) -> None:
    asker = Asker(build_graph(read_patients()), {"p4-1": "short"}, kb=kb)
    with pytest.raises(AskError, match=r"SC963.*p4-1"):
        asker("Which drugs were stopped?", "p4")


def test_the_public_function(kb: KnowledgeBase, texts: dict[str, str]) -> None:
    graph = build_graph(read_patients())
    answer = spacy_clinical.ask(graph, "What is the INR?", patient="p2", notes=texts, kb=kb)
    assert answer.status == ANSWERED
    assert answer.to_dict()["rows"][0]["quotes"][0]["document"] == "p2-3"


CHINESE = "患者2020年起患高血压,服用氨氯地平5mg。否认糖尿病。父亲有冠心病。吸烟20年。对青霉素过敏。"


def test_was_it_ruled_out() -> None:
    text = "Pulmonary embolism was ruled out. Known asthma."
    extents = {"p": (0, 18), "a": (40, 46)}
    entities = tuple(Entity(id, "CONDITION", (extent,)) for id, extent in extents.items())
    record = Record("n", text, entities, (), (Attribute("p", "assertion", "absent"),))
    asker = Asker(build_graph([record]), {"n": text})
    assert asker("Was pulmonary embolism ruled out?").text.startswith("Yes: it is denied or excl")
    assert asker("Does he have pulmonary embolism?").text.startswith("No: it is denied, excluded")
    assert asker("Has asthma been excluded?").text == "No: it is said to be there."
    assert asker("Was pulmonary embolism ruled out by surgery?").status == NOT_UNDERSTOOD


def chinese() -> Record:
    def entity(id: str, label: str, words: str) -> Entity:
        start = CHINESE.index(words)
        return Entity(id, label, ((start, start + len(words)),))

    entities = (
        entity("c", "CONDITION", "高血压"), entity("m", "MEDICATION", "氨氯地平"),
        entity("g", "STRENGTH", "5mg"), entity("n", "CONDITION", "糖尿病"),
        entity("f", "CONDITION", "冠心病"), entity("a", "MEDICATION", "青霉素"),
    )  # fmt: skip
    said = (("n", "absent"), ("f", "family"), ("a", "historical"))
    return Record(
        "zh", CHINESE, entities, (Relation("m", "g", "HAS_STRENGTH"), Relation("m", "c", "TREATS")),
        tuple(Attribute(id, "assertion", value) for id, value in said), meta={"date": "2024-05-01"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("她服用哪些药?", "氨氯地平"),
        ("氨氯地平的剂量是多少?", "氨氯地平 5mg"),
        ("有糖尿病吗?", "没有: 已否认、排除或拒绝。 (1 条已否认或排除)"),
        ("糖尿病排除了吗?", "是: 已否认或排除。 (1 条已否认或排除)"),
        ("高血压排除了吗?", "否: 病历记载存在。"),
        ("排除了哪些疾病?", "糖尿病"),
        ("有冠心病吗?", "病历中没有记载。 (1 条属于亲属)"),
        ("氨氯地平治什么?", "高血压"),
        ("对青霉素过敏吗?", "有。"),
        ("吸烟吗?", "目前有"),
        ("家里人有什么病?", "亲属: 冠心病"),
        ("父亲的冠心病他自己也有吗?", "病历中没有记载。 (1 条属于亲属)"),
        ("高血压从什么时候开始?", "2020"),
        ("病历里提到过氨氯地平吗?", "2024-05-01 有"),
        ("以前得过什么病?", "病历中没有记载。 (1 条已否认或排除)"),
    ],
)
def test_chinese(question: str, text: str) -> None:
    asker = Asker(build_graph([chinese()]), {"zh": CHINESE})
    assert asker(question).text == text


@pytest.mark.parametrize("question", ["HbA1c是多少?", "她最近的hba1c结果?", "HbA1c怎么样"])
def test_latin_names_in_chinese_questions(question: str) -> None:
    text = "HbA1c 8.2%。"
    entities = (Entity("t", "TEST", ((0, 5),)), Entity("v", "LAB_VALUE", ((6, 10),)))
    record = Record("zh", text, entities, (Relation("v", "t", "RESULT_OF"),))
    assert "8.2%" in Asker(build_graph([record]), {"zh": text})(question).text


def test_every_kind_of_the_tables_is_answered() -> None:
    for language in ("en", "zh"):
        kinds = {pattern.kind for pattern in read_patterns(DATA / f"questions_{language}.tsv")}
        kinds -= {NONE}
        assert kinds <= set(KINDS)
        lines = (DATA / f"examples_{language}.tsv").read_text(encoding="utf-8").splitlines()[2:]
        assert {line.split("\t")[0] for line in lines} <= set(KINDS)


def test_a_chinese_question_that_is_not_understood() -> None:
    """What is suggested is Chinese, and is understood."""
    asker = Asker(build_graph([chinese()]), {"zh": CHINESE})
    answer = asker("氨氯地平天气好不好?")
    assert answer.status == NOT_UNDERSTOOD and answer.nearest
    for question in answer.nearest:
        assert asker(question.replace("这个药", "氨氯地平")).status != NOT_UNDERSTOOD


def test_a_broken_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_text("kind\tneeds\twords\ndose\tpill\thow\n", encoding="utf-8")
    with pytest.raises(AskError, match=r"SC960.*line 2"):
        read_patterns(tmp_path / "q.tsv")


@pytest.mark.parametrize(
    "question", ["高血压是否严重?", "氨氯地平用于糖尿病吗?", "应该服用氨氯地平吗?"]
)
def test_a_plain_chinese_yes_says_no_more_than_the_notes(question: str) -> None:
    answer = Asker(build_graph([chinese()]), {"zh": CHINESE})(question)
    assert answer.status == NOT_UNDERSTOOD and not answer.rows


def test_what_relatives_have_is_said_to_be_theirs(asker: Asker) -> None:
    answer = asker("Which diseases run in the family?", "p1")
    assert answer.text.startswith("Of relatives: ")
    answer = asker("Does she have breast cancer too, like her sister?", "p1")
    assert answer.status == NOT_IN_NOTES and answer.left_out["family"] == 1


def measured(*values: str) -> Record:
    text = "Zinkate " + ", zinkate ".join(values)
    entities, relations, place = [], [], 0
    for number, value in enumerate(values):
        start = text.index(value, place)
        entities.append(Entity(f"t{number}", "TEST", ((start - 8, start - 1),)))
        entities.append(Entity(f"v{number}", "LAB_VALUE", ((start, start + len(value)),)))
        relations.append(Relation(f"v{number}", f"t{number}", "RESULT_OF"))
        place = start + len(value)
    return Record("n", text, tuple(entities), tuple(relations), meta={"date": "2024-05-01"})


def test_values_that_nobody_has_annotated() -> None:
    record = measured("4.5")
    bare = Record("n", record.text, record.entities[:1], ())
    asker = Asker(build_graph([bare]))
    for question in ("What was the last zinkate?", "Was zinkate measured?"):
        answer = asker(question)
        assert answer.status == NOT_IN_NOTES
        assert answer.text == "Values of tests aren't annotated in these notes."
    assert asker("Does she have zinkate deficiency?").text != answer.text
    assert values(Asker(build_graph([record])), "What was the last zinkate?", "")


def test_the_last_value_is_it_whether_it_has_a_unit() -> None:
    asker = Asker(build_graph([measured("4.5 mmol/L", "6.1 mmol/L", "5.2")]))
    assert values(asker, "What was the last zinkate?", "") == ["zinkate 5.2 2024-05-01"]
    assert values(asker, "What was the highest zinkate?", "") == ["zinkate 6.1 mmol/L 2024-05-01"]
    asker = Asker(build_graph([measured("4.5 mmol/L", "6.1 mmol/L", "80 mg/dL")]))
    assert values(asker, "What was the last zinkate?", "") == ["zinkate 6.1 mmol/L 2024-05-01"]
