"""Smoking and alcohol by sentences: what is denied, over, another's, or another thing."""

import pytest

from spacy_clinical.graph import build_graph
from spacy_clinical.questions import Asker
from spacy_clinical.records import Record


def said(question: str, *texts: str) -> list[str]:
    notes = [
        Record(f"n{day}", text, (), meta={"patient": "p", "date": f"2024-05-0{day}"})
        for day, text in enumerate(texts, 1)
    ]
    asker = Asker(build_graph(notes), {one.id: one.text for one in notes})
    return [row.value for row in asker(question, "p").rows]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("She smokes.", "current"),
        ("She no longer smokes.", "former"),
        ("She doesn't smoke anymore.", "former"),
        ("Managed to quit smoking in May.", "former"),
        ("She is no active smoker.", "no"),
        ("She neither drinks nor smokes.", "never"),
        ("She does not drink but smokes.", "current"),
        ("Was told to quit smoking.", ""),
        ("Has never quit smoking.", ""),
        ("Supportive family, smokes 20 cigarettes a day.", "current"),
        ("No family history of cancer, smokes 20 cigarettes a day.", "current"),
        ("Has a family physician and smokes.", "current"),
        ("Her family smokes.", ""),
        ("Two family members, both old, smoke 20 cigarettes a day.", ""),
        ("Family members smoke 20 cigarettes a day.", ""),
        ("Her family drinks and smokes.", ""),
        ("She smokes salmon for a living.", ""),
        ("Her flat is shared with a roommate who smokes.", ""),
        ("无饮酒、吸烟史。", "never"),
        ("不再吸烟。", "former"),
        ("嘱戒烟。", ""),
        ("吸烟饮酒史：无。", "never"),
        ("吸烟史：否认。", "never"),
        ("吸烟（-）。", "never"),
        ("无烟酒嗜好。", "never"),
        ("承认烟酒史。", ""),
        ("被动吸烟史。", ""),
        ("避免吸烟。", ""),
        ("吸烟史不详。", ""),
        ("吸烟20年，饮酒10年，已戒酒。", "current"),
        ("吸烟20年，已戒5年。", "former"),
        ("吸烟20年，未戒除。", "current"),
        ("吸烟史，无饮酒史。", "current"),
        ("Current smoker: no.", "no"),
        ("Active smoker: denies.", "no"),
        ("Smoking: never.", "never"),
        ("Tobacco use: daily.", "current"),
        ("Smoker: no longer.", ""),
    ],
)
def test_smoking(text: str, status: str) -> None:
    assert (
        said("吸烟吗?" if text[-1] == "。" else "Does she smoke?", text) == [status][: bool(status)]
    )


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("He drinks.", "current"),
        ("He drinks a lot of milk.", ""),
        ("He drinks juice, and beers on Fridays.", "current"),
        ("He drinks plenty of whisky.", "current"),
        ("He drinks enough vodka to black out.", "current"),
        ("He drinks plenty.", ""),
        ("He drinks plenty of water, wine never.", ""),
        ("He drinks well without wine.", ""),
        ("Eats and drinks.", ""),
        ("Three energy drinks each day.", ""),
        ("He no longer drinks.", "former"),
        ("He never smokes or drinks.", "never"),
        ("Alcohol use: none.", "no"),
        ("Drinks: no.", "no"),
    ],
)
def test_alcohol(text: str, status: str) -> None:
    assert said("Does he drink alcohol?", text) == [status][: bool(status)]


def test_the_newest_note_that_tells() -> None:
    assert said("Does she smoke?", "She smokes.", "She stopped smoking.", "Is well.") == ["former"]
