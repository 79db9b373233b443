"""Questions in Chinese: simplified and traditional characters, a relative's diseases, symptoms."""

from functools import cache

import pytest

from spacy_clinical.graph import build_graph
from spacy_clinical.questions import Asker
from spacy_clinical.records import Attribute, Entity, Record, Relation

TEXT = (
    "高血压5年，服氨氯地平5mg qd。因哮喘来诊，咳嗽、气促3天，无胸痛。曾服卡托普利，已停用。"
    "对青霉素过敏。父亲患冠心病。母亲患糖尿病。HbA1c 5.6%。行支气管镜检查。"
)
SAID = {
    "高血压": ("CONDITION", ""),
    "氨氯地平": ("MEDICATION", ""),
    "5mg": ("STRENGTH", ""),
    "哮喘": ("CONDITION", ""),
    "咳嗽": ("SYMPTOM", ""),
    "气促": ("SYMPTOM", ""),
    "胸痛": ("SYMPTOM", "absent"),
    "卡托普利": ("MEDICATION", "historical"),
    "青霉素": ("MEDICATION", "historical"),
    "冠心病": ("CONDITION", "family"),
    "糖尿病": ("CONDITION", "family"),
    "HbA1c": ("TEST", ""),
    "5.6%": ("LAB_VALUE", ""),
    "支气管镜检查": ("PROCEDURE", ""),
}
RELATIONS = (
    Relation("氨氯地平", "高血压", "TREATS"),
    Relation("氨氯地平", "5mg", "HAS_STRENGTH"),
    Relation("5.6%", "HbA1c", "RESULT_OF"),
)


@cache
def asker() -> Asker:
    at = {words: TEXT.index(words) for words in SAID}
    entities = tuple(
        Entity(words, label, ((at[words], at[words] + len(words)),))
        for words, (label, _) in SAID.items()
    )
    said = ((words, value) for words, (_, value) in SAID.items() if value)
    attributes = tuple(Attribute(words, "assertion", value) for words, value in said)
    record = Record("1", TEXT, entities, RELATIONS, attributes, meta={"date": "2024-05-01"})
    return Asker(build_graph([record]), {"1": TEXT})


@pytest.mark.parametrize(
    ("question", "wanted", "unwanted"),
    [
        ("父亲有什么病？", "冠心病", "糖尿病"),
        ("她父親有什麼病？", "冠心病", "糖尿病"),
        ("母亲得过什么病？", "糖尿病", "冠心病"),
        ("家里人有哪些病？", "冠心病", "高血压"),
        ("有哪些症状？", "咳嗽", "胸痛"),
        ("患者有什麼症狀？", "气促", "胸痛"),
        ("她服用哪些藥？", "氨氯地平", "卡托普利"),
        ("有高血壓嗎？", "有", "没有"),
        ("有沒有胸痛？", "没有", "咳嗽"),
        ("氨氯地平的劑量是多少？", "5mg", "卡托普利"),
        ("對什麼藥過敏？", "青霉素", "氨氯地平"),
        ("氨氯地平治什麼？", "高血压", "哮喘"),
        ("停了哪些藥？", "卡托普利", "氨氯地平"),
        # held out
        ("媽媽有什麼病？", "糖尿病", "冠心病"),
        ("排除了哪些疾病？", "胸痛", "咳嗽"),
        ("主要症状是什么？", "咳嗽", "胸痛"),
        ("HbA1c是多少？", "5.6%", "5mg"),
        ("做過哪些檢查和手術？", "支气管镜检查", "高血压"),
        ("還在吃卡托普利嗎？", "停", "氨氯地平"),
        ("爸爸患有哪些疾病？", "冠心病", "糖尿病"),
    ],
)
def test_answers(question: str, wanted: str, unwanted: str) -> None:
    told = asker()(question).text
    assert wanted in told
    assert unwanted not in told.split("(")[0]
