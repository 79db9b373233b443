"""Questions in words that no table lists as a whole: names in other words, slips of the pen,
contractions, two clauses, times counted from an event."""

import pytest

from spacy_clinical.errors import AskError
from spacy_clinical.graph import build_graph
from spacy_clinical.questions import NOT_UNDERSTOOD, Asker
from spacy_clinical.questions.loose_names import LooseNames
from spacy_clinical.questions.question_parts import clauses
from spacy_clinical.questions.question_rewriting import plainer, plainer_chinese
from spacy_clinical.questions.word_patterns import group_pattern
from spacy_clinical.records import Attribute, Entity, Record


def values(asker: Asker, question: str, patient: str) -> list[str]:
    return sorted(row.value for row in asker(question, patient).rows)


@pytest.mark.parametrize(
    ("patient", "question", "wanted"),
    [
        # names in other words
        ("p4", "any pain in his chest?", ["yes"]),
        ("p5", "any trouble with the kidneys?", ["no"]),
        ("p6", "when was the epidural?", ["2024-08-06"]),
        ("p3", "is she asthmatic?", ["yes"]),
        ("p8", "is he on any blood pressure tablets?", ["yes"]),
        ("p1", "How is the kidney function going?", ["creatinine rising", "eGFR falling"]),
        # slips
        ("p1", "metfromin dose?", ["metformin 1000 mg twice daily"]),
        ("p4", "Does he take omeprazoel?", ["yes"]),
        # short and spoken
        ("p8", "why'd they d/c his lisinopril?", ["cough"]),
        ("p7", "what's she take pantoprazole for?", ["gastric ulcer"]),
        ("p1", "She takes metformin, doesn't she?", ["yes"]),
        # steps of a course
        ("p2", "When did they cut the warfarin down?", ["2024-03-25"]),
        ("p2", "when was simvastatin put on hold?", ["2024-03-12"]),
        ("p2", "When did he go back on simvastatin?", ["2024-03-25"]),
        ("p8", "When was the losartan put up?", ["2024-07-16"]),
        ("p6", "What did diazepam get swapped for?", ["lorazepam"]),
        ("p8", "What did losartan replace?", ["lisinopril"]),
        ("p7", "What replaced naproxen?", []),  # two sentences, none says so
        # whether it is over
        ("p4", "is he off the clopidogrel?", ["still taken"]),
        ("p1", "Has the ibuprofen been discontinued?", ["stopped"]),
        # habits
        ("p2", "When did he quit smoking?", ["2024-03-11"]),
        ("p6", "Since when has he been off alcohol?", ["2024-06"]),
        ("p6", "When did he give up drinking?", ["2024-06"]),
        ("p1", "When did she quit smoking?", []),
        # the last time, and not the first
        ("p4", "When did he last have gout?", ["2024-08-12"]),
        ("p8", "When did he last have gout?", ["2024-04-30"]),  # "no further gout flare" later
        # allergies
        ("p4", "Which opioid can't he tolerate?", ["codeine"]),
        ("p2", "allergies, and what reaction?", ["hives", "penicillin"]),
        # two clauses
        ("p8", "Why was lisinopril stopped, and what replaced it?", ["cough", "losartan"]),
        ("p1", "Is she still on ibuprofen, and what was it for?", ["knee pain", "stopped"]),
        ("p1", "Is she on metformin and how much?", ["metformin 1000 mg twice daily"]),
        # counted from an event
        ("p6", "ALT since the diclofenac was started?", ["ALT 88 U/L 2024-08-20"]),
        ("p6", "Lithium level after the diclofenac was started?", []),
        (
            "p8",
            "All CRP values before losartan was started?",
            ["CRP 11 mg/L 2024-04-30", "CRP 18 mg/L 2024-02-07"],
        ),
        # of a time
        ("p8", "what dose was methotrexate before July 2024?", ["methotrexate 15 mg weekly"]),
        ("p8", "What dose of methotrexate does he take?", ["methotrexate 20 mg weekly"]),
        ("p1", "and her BP in April?", ["blood pressure 158/92 mmHg 2024-04-22"]),
        # the present, and what is over
        ("p1", "What does she take for her knee pain?", []),
        ("p1", "What was she given for her knee pain?", ["ibuprofen"]),
        ("p1", "knee pain treatment?", ["ibuprofen stopped"]),
        ("p5", "does anyone in the family have kidney disease?", []),
    ],
)
def test_answers(asker: Asker, patient: str, question: str, wanted: list[str]) -> None:
    assert values(asker, question, patient) == wanted


@pytest.mark.parametrize(
    ("patient", "question"),
    [
        ("p2", "What is warfarin?"),  # no "yes"
        ("p1", "Who started the metformin?"),
        ("p1", "Where was the echo done?"),
        ("p8", "Why was the methotrexate put up?"),  # and not why it is given
        ("p6", "When was diclofenac started for his gout?"),
        ("p2", "Was he smoking in February?"),
        ("p2", "what's the INR target?"),
        ("p2", "When is the next INR due?"),
        ("p7", "when's her next gastroscopy?"),
        ("p1", "when did her A1c first go below 7.5?"),
        ("p1", "Does she have diabetic ketoacidosis?"),
        ("p5", "What was the trend in vessel wall thickness of the ferritin?"),
    ],
)
def test_what_is_not_understood(asker: Asker, patient: str, question: str) -> None:
    answer = asker(question, patient)
    assert answer.status == NOT_UNDERSTOOD and not answer.rows


def test_a_slip_is_told(asker: Asker) -> None:
    answer = asker("Does he take omeprazoel?", "p4")
    assert answer.text == 'Yes. ("omeprazole" was read.)'
    assert '"' not in asker("Does he take omeprazole?", "p4").text


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("warfarn", "warfarin"),
        ("warfaarin", "warfarin"),
        ("warafrin", "warfarin"),
        ("warfaren", "warfarin"),
        ("arteritis", ""),  # another disease than arthritis
        ("dysphasia", ""),
        ("arthritos", ""),  # another vowel: of drugs alone
    ],
)
def test_slips(word: str, meant: str) -> None:
    names = LooseNames()
    names.add("w", ["warfarin"], frozenset(["drug"]))
    names.add("a", ["arthritis"], frozenset(["problem"]))
    names.add("d", ["dysphagia"], frozenset(["problem"]))
    found = names.find(f"any {word}?")
    assert [one.meant for one in found] == [meant] * bool(meant)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("what’s his dose", "what is his dose"),
        ("Hx of MI?", "history of MI?"),
        ("He smokes, doesn't he?", "He smokes?"),
        ("pt's BP", "patient's BP"),
        ("shell-shock", "shell-shock"),
    ],
)
def test_plainer(question: str, plain: str) -> None:
    assert plainer(question) == plain


def test_plainer_chinese() -> None:
    assert plainer_chinese("最近胸痛不痛?") == "最近胸痛吗"
    assert plainer_chinese("有没有发热?") == "有没有发热?"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Does she take A and B?", ["Does she take A and B?"]),
        ("Her father has gout. Does she?", ["Her father has gout. Does she?"]),
        ("A started when, and what for?", ["A started when", "what for?"]),
        ("Is he on A? Since when", ["Is he on A", "Since when"]),
    ],
)
def test_clauses(question: str, parts: list[str]) -> None:
    assert clauses(question) == parts


def test_gaps_and_classes() -> None:
    pattern = group_pattern("put .. on=|<hold>")
    assert pattern.search("they put her back on it") and pattern.search("was paused")
    assert not pattern.search("put it right down there on")
    with pytest.raises(KeyError):
        group_pattern("<nothing>")


def test_an_unknown_class_is_named(asker: Asker, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("table") / "q.tsv"
    path.write_text("kind\tneeds\twords\ndose\tdrug\t<nothing>\n", encoding="utf-8")
    own = Asker(asker.lookup.graph, table=path)
    with pytest.raises(AskError, match=r"SC965.*line 2.*'nothing'"):
        own("How much metformin?", "p1")


CHINESE = (
    "格列本脲因低血糖于2023年停用。氨氯地平因水肿停用，改用缬沙坦。二甲双胍改为1.0g。已戒烟3个月。"
)


def chinese() -> Asker:
    labels = {
        "格列本脲": "MEDICATION", "低血糖": "CONDITION", "2023年": "DATE", "水肿": "SYMPTOM",
        "氨氯地平": "MEDICATION", "缬沙坦": "MEDICATION", "二甲双胍": "MEDICATION",
        "1.0g": "STRENGTH",
    }  # fmt: skip
    places = {words: CHINESE.index(words) for words in labels}
    entities = tuple(
        Entity(words, label, ((places[words], places[words] + len(words)),))
        for words, label in labels.items()
    )
    over = tuple(Attribute(words, "assertion", "historical") for words in ("格列本脲", "氨氯地平"))
    record = Record("z", CHINESE, entities, (), over, meta={"date": "2024-09-10"})
    return Asker(build_graph([record]), {"z": CHINESE})


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("格列本脲是哪一年停的？", ["2023"]),
        ("氨氯地平换成了什么药？", ["缬沙坦"]),
        ("什么药换成了缬沙坦？", ["氨氯地平"]),
        ("二甲双胍还在吃吗？", ["yes"]),
        ("二甲双胍和氨氯地平都在吃吗？", ["二甲双胍 yes", "氨氯地平 stopped"]),
        ("戒烟是什么时候？", ["2024-06"]),
        ("氨氯地平吃不吃？", ["stopped"]),
    ],
)
def test_chinese(question: str, wanted: list[str]) -> None:
    assert sorted(row.value for row in chinese()(question).rows) == wanted
