"""The words of reports that a rule can tell: categories, sizes, changes, priors, follow-up.

`build.py` writes them as patterns of spaCy's `entity_ruler`. What they match is only read: no
category is worked out of a size, and no size of another.
"""

from typing import Any

Pattern = list[dict[str, Any]]
NUMBER = {"TEXT": {"REGEX": r"^\d+(\.\d+)?$"}}
MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
]  # fmt: skip
EXAMS = [
    "ct", "mri", "mr", "pet", "radiograph", "radiographs", "x", "ray", "mammogram", "mammograms",
    "mammography", "ultrasound", "angiogram", "tomosynthesis", "imaging", "screening", "biopsy",
    "enterography", "scan", "views", "film",
]  # fmt: skip
KINDS = [
    "follow", "up", "-", "repeat", "low", "dose", "chest", "abdominal", "brain", "breast", "pelvic",
    "diagnostic", "annual", "short", "interval", "contrast", "enhanced", "dedicated", "renal",
    "screening", "head", "liver", "unilateral", "bilateral", "left", "right", "targeted",
    "pituitary", "pet", "spot", "compression", "ventilation", "perfusion", "view",
]  # fmt: skip
CHANGES = [
    "unchanged", "stable", "new", "larger", "smaller", "increased", "decreased", "grown",
    "resolved", "improved", "worsened", "enlarging",
    "shrunk", "shrinking", "increasing", "decreasing", "improving", "developing", "disappeared",
]  # fmt: skip
GUIDES = ["ultrasound", "ct", "image", "stereotactic"]


def words(values: list[str], often: str = "") -> dict[str, Any]:
    """A token that is one of some words."""
    return {"LOWER": {"IN": values}} | ({"OP": often} if often else {})


def category() -> list[Pattern]:
    """BI-RADS 4A, Lung-RADS category 2."""
    heads = [
        [{"LOWER": kind}, {"ORTH": "-", "OP": "?"}, {"LOWER": "rads"}] for kind in ("bi", "lung")
    ]
    between = [words(["category", "assessment", "score"], "?"), {"ORTH": ":", "OP": "?"}]
    grade = {"TEXT": {"REGEX": "^[0-6]$"}}
    tight = [grade | {"SPACY": False}, words(["a", "b", "c", "x", "s"])]
    return [[*head, *between, *end] for head in heads for end in ([grade], tight)]


def measurement() -> list[Pattern]:
    """9 mm, 3.1 x 2.4 cm."""
    unit, by = words(["mm", "cm", "ml"]), words(["x", "by"])
    to = words(["to", "-"])
    sizes = [[NUMBER], [NUMBER, to, NUMBER], [NUMBER, by, NUMBER], [NUMBER, by, NUMBER, by, NUMBER]]
    return [[*size, unit] for size in sizes]


def comparison() -> list[Pattern]:
    """CT of 3 March 2023."""
    exam = [words([*KINDS, "and"], "*"), words(EXAMS, "+"), words(["of", "from", "dated"])]
    day = {"TEXT": {"REGEX": r"^\d{1,2}$"}, "OP": "?"}
    return [[*exam, day, words(MONTHS, "?"), {"TEXT": {"REGEX": r"^(19|20)\d\d$"}}]]


def part_of_body() -> Pattern:
    """Of the chest, or nothing of the kind."""
    places = ["chest", "head", "brain", "abdomen", "liver", "breast", "spine", "pelvis", "thorax"]
    return [words(["of"], "?"), words(["the"], "?"), words(places, "?")]


def follow_up() -> list[Pattern]:
    """Repeat chest CT in 3 to 6 months; ultrasound-guided biopsy."""
    exam = [words(KINDS, "*"), words(EXAMS, "+"), *part_of_body()]
    unit = words(
        ["hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years"]
    )
    span = [NUMBER, words(["to", "-", "or"], "?"), NUMBER | {"OP": "?"}, unit]
    guided = [words(GUIDES), {"ORTH": "-"}, words(["guided"]), words(["core", "needle"], "*")]
    return [[*exam, words(["in", "within", "after", "at"]), *span], [*guided, words(["biopsy"])]]


def patterns() -> list[dict[str, Any]]:
    """All of them, as `entity_ruler` takes them."""
    found = {
        "CATEGORY": category(),
        "MEASUREMENT": measurement(),
        "CHANGE": [[words(CHANGES)]],
        "COMPARISON": comparison(),
        "FOLLOW_UP": follow_up(),
    }
    return [{"label": name, "pattern": made} for name, rows in found.items() for made in rows]
