"""The words of reports that a rule can tell: categories, sizes, changes, priors, follow-up, places.

`build.py` writes them as patterns of spaCy's `entity_ruler`. The words are in words.tsv. What they
match is only read: no category is worked out of a size, and no size of another.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from spacy_clinical.tsv import read_rows

Token = dict[str, Any]
Pattern = list[Token]
NUMBER = {"TEXT": {"REGEX": r"^\d+(\.\d+)?$"}}
YEAR = {"TEXT": {"REGEX": r"^(19|20)\d\d$"}}
TWO = {"TEXT": {"REGEX": r"^\d{1,2}$"}}
SLASH, DASH, COMMA = {"ORTH": "/"}, {"ORTH": "-"}, {"ORTH": ","}
PIECE = re.compile(r"[a-z]+|\d+|[^\w\s]")


def read_words(path: Path) -> dict[str, list[str]]:
    """The words of each kind."""
    words: dict[str, list[str]] = defaultdict(list)
    for kind, listed in read_rows(path):
        words[kind] += [word.strip() for word in listed.split(",")]
    return dict(words)


WORDS = read_words(Path(__file__).with_name("words.tsv"))


def words(values: list[str], often: str = "") -> Token:
    """A token that is one of some words."""
    return {"LOWER": {"IN": values}} | ({"OP": often} if often else {})


def kinds(*names: str, often: str = "") -> Token:
    """A token that is a word of some kinds of words.tsv."""
    return words([word for name in names for word in WORDS[name]], often)


def named(kind: str) -> list[Pattern]:
    """The longer names of a kind, token by token."""
    return [[{"LOWER": piece} for piece in PIECE.findall(name)] for name in WORDS[kind]]


def category() -> list[Pattern]:
    """BI-RADS 4A, BIRADS 2, Lung-RADS category 2, Lung-RADS 4A S."""
    heads = [
        head
        for kind in ("bi", "lung")
        for head in (
            [{"LOWER": kind}, DASH | {"OP": "?"}, {"LOWER": "rads"}],
            [{"LOWER": kind + "rads"}],
        )
    ]
    between = [words(["category", "assessment", "score"], "*"), {"ORTH": ":", "OP": "?"}]
    grade = {"TEXT": {"REGEX": "^[0-6]$"}}
    tight = [grade | {"SPACY": False}, words(["a", "b", "c", "x", "s"])]
    ends = [[grade], tight, [*tight, DASH | {"OP": "?"}, {"ORTH": "S"}]]
    return [[*head, *between, *end] for head in heads for end in ends]


def measurement() -> list[Pattern]:
    """9 mm, 3.1 x 2.4 cm."""
    unit, by = words(["mm", "cm", "ml"]), words(["x", "by"])
    to = words(["to", "-"])
    sizes = [[NUMBER], [NUMBER, to, NUMBER], [NUMBER, by, NUMBER], [NUMBER, by, NUMBER, by, NUMBER]]
    return [[*size, unit] for size in sizes]


def day() -> list[Pattern]:
    """3 March 2023, March 2023, March 3, 2023, 3/2/2023, 2023-03-02, 2020, 12 June."""
    month = kinds("month")
    return [
        [TWO | {"OP": "?"}, month, YEAR],
        [TWO, month],
        [month, TWO, COMMA | {"OP": "?"}, YEAR],
        [TWO, SLASH, TWO, SLASH, NUMBER],
        [NUMBER, DASH, TWO, DASH, NUMBER],
        [TWO, {"ORTH": "."}, TWO, {"ORTH": "."}, NUMBER],
        [YEAR],
        [YEAR, words(["and", "to", "-"]), YEAR],
        [TWO | {"SPACY": False}, {"ORTH": ":"}, TWO],
        [words(["this"]), words(["morning"])],
        [words(["yesterday", "today"])],
    ]


def comparison() -> list[Pattern]:
    """CT of 3 March 2023, prior MRI brain from May 2021, CT chest 3/2/2023, 2020 radiographs."""
    earlier, place = (
        kinds("earlier", often="?"),
        [*part_of_body(), words(["and"], "?"), *part_of_body()],
    )
    of = words(["of", "from", "dated", "on", "performed", "done"], "*")
    exams = [[earlier, *exam] for exam in (examination(), [kinds("exam", "study", often="+")])]
    dated = [[*exam, *place, of, *date] for exam in exams for date in day()]
    return [*dated, [YEAR, kinds("exam_kind", often="*"), kinds("exam", often="+")]]


def examination() -> Pattern:
    """Low-dose chest CT, ventilation-perfusion scan, mammogram and ultrasound."""
    between = words([*WORDS["exam_kind"], *WORDS["exam"], "-", "/", "and"], "*")
    return [kinds("exam_kind", "exam"), between, kinds("exam", "study", often="+")]


def part_of_body() -> Pattern:
    """Of the chest, or nothing of the kind."""
    return [
        words(["of"], "?"),
        words(["the"], "?"),
        kinds("side", often="?"),
        kinds("part", "exam_kind", often="*"),
    ]


def follow_up() -> list[Pattern]:
    """Repeat chest CT in 3 to 6 months; three-month follow-up MRI; ultrasound-guided biopsy."""
    short = [kinds("exam", often="+")]
    exams = [[*exam, *with_contrast(), *part_of_body()] for exam in (examination(), short)]
    number = {"LOWER": {"REGEX": r"^(\d+(\.\d+)?|" + "|".join(WORDS["number"]) + ")$"}}
    span = [number, words(["to", "-", "or"], "?"), number | {"OP": "?"}, kinds("unit")]
    within = words(["in", "within", "after", "at", "every"])
    apart = [[number, DASH | {"OP": "?"}, kinds("unit"), *exam] for exam in exams]
    recommended = [[*exam, within, *span] for exam in (*exams, *named("again"))]
    return [*recommended, *apart, *guided_biopsy()]


def with_contrast() -> Pattern:
    """With or without contrast, or nothing of the kind."""
    said = words(["with", "without", "and", "or", "iv", "intravenous"], "*")
    return [said, words(["contrast", "gadolinium"], "?")]


def guided_biopsy() -> list[Pattern]:
    """CT-guided biopsy, stereotactic core biopsy."""
    biopsy = words(["biopsy", "aspiration"])
    guided = [kinds("guide"), DASH | {"OP": "?"}, words(["guided"])]
    return [
        [*guided, kinds("needle", often="*"), biopsy],
        [words(["stereotactic"]), kinds("needle", often="*"), biopsy],
    ]


def change() -> list[Pattern]:
    """Unchanged, new, not significantly changed, same size."""
    degree = kinds("change_degree", often="*")
    return [
        [kinds("change")],
        [words(["no", "not", "without"]), degree, kinds("no_change")],
        [
            words(["interval"]),
            words(["growth", "development", "resolution", "increase", "decrease"]),
        ],
        [words(["same"]), words(["size"])],
        [words(["more", "less"]), words(["pronounced", "prominent", "marked", "conspicuous"])],
    ]


def anatomy() -> list[Pattern]:
    """Left lower lobe, hilar, lower pole of the left kidney, segments IV and V, T8."""
    before = kinds("side", "level", "region", often="*")
    place = [before, kinds("part", often="+")]
    of = [words(["of"]), words(["the"], "?")]
    ordinal = kinds("level")
    roman = {"TEXT": {"REGEX": r"^([IVX]+|\d)[ab]?$"}}
    clock = [{"TEXT": {"REGEX": r"^\w+$"}}, {"ORTH": "o"}, {"IS_PUNCT": True}, {"LOWER": "clock"}]
    vertebra = [{"TEXT": {"REGEX": "^[CTLS]$"}, "SPACY": False}, TWO]
    return [
        place,
        [kinds("side", "level", "region", often="+"), kinds("part_of")],
        [*place, *of, *place],
        [before, kinds("side", "region")],
        [before, ordinal, words(["and", "to"]), ordinal, kinds("part", often="+")],
        vertebra,
        [*vertebra, DASH, *vertebra],
        [words(["segment", "segments"]), roman],
        [words(["segments"]), roman, words(["and", "to", "/", "-"]), roman],
        clock,
        [*clock, words(["in"]), words(["the"], "?"), *place],
    ]


def device() -> list[Pattern]:
    """Chest tube, sternal wires, Port-A-Cath."""
    return [[kinds("device_kind", often="*"), kinds("device")], *named("device_name")]


def observation() -> list[Pattern]:
    """Deviations that no finding of the table is."""
    return [[kinds("seen_kind", often="*"), kinds("seen")], *named("seen_name")]


def patterns() -> list[dict[str, Any]]:
    """All of them, as `entity_ruler` takes them."""
    found = {
        "CATEGORY": category(),
        "MEASUREMENT": measurement(),
        "CHANGE": change(),
        "COMPARISON": comparison(),
        "FOLLOW_UP": follow_up(),
        "DEVICE": device(),
        "OBSERVATION": observation(),
        "ANATOMY": anatomy(),
    }
    return [{"label": name, "pattern": made} for name, rows in found.items() for made in rows]
