"""Chinese names and labels beside words that begin like names, marked by hand."""

import re

import pytest

from spacy_clinical.pipeline.deid.locale_rules import DeidRules
from spacy_clinical.pipeline.deid.text_words import Words


@pytest.mark.parametrize(
    "text",
    [
        "母亲高血压，父亲糖尿病，妻子高血脂，儿子白血病。",
        "患者黄疸，患者高热，患者温热，父亲石棉肺。",
        "患者于今入院，患者方因胸痛，患者曾因胸痛就诊。",
        "其父高血压，患者严重腹痛，患者康复，家属许可。",
        "工作单位：退休，籍贯：不详",
    ],
)
def test_a_disease_that_begins_with_a_surname_is_no_name(text: str) -> None:
    assert DeidRules(["zh"]).find(Words(text)) == []


@pytest.mark.parametrize(
    ("marked", "label"),
    [
        ("患者张伟，因胸闷入院。家属[王芳]陪同。", "NAME"),
        ("患儿3岁，其母[赵静]（签字）", "NAME"),
        ("病人[陳美玲]，女", "PATIENT"),
        ("患者[高敏]，女", "PATIENT"),
        ("患者[张力]，男", "PATIENT"),
        ("身分證字號[A223456789]，", "ID"),
        ("電話[02-27001234]，", "PHONE"),
        ("微信号：[zw_1979]，", "ID"),
        ("住院號：[20240513]，", "MRN"),
        ("籍贯：[山东济南]  职业：教师", "CITY"),
        ("工作单位：[上海汽车集团]，", "ORGANIZATION"),
    ],
)
def test_who_is_named_is_found(marked: str, label: str) -> None:
    text = re.sub(r"[\[\]]", "", marked)
    start = marked.index("[")
    end = marked.index("]") - 1
    found = [(f.start, f.end, f.label) for f in DeidRules(["zh"]).find(Words(text))]
    assert (start, end, label) in found
