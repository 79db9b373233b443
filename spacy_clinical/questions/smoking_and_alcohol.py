"""Smoking and alcohol, for which the graph has no place: by the notes' sentences and a table."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ..graph.time_expressions import AT, FOR, SINCE, FoundTime, find_times
from ..graph.time_spans import parse_span
from ..tsv import read_rows
from .answer import NO, Quote, Row
from .asked_chart import Asked
from .question_words import DATA

NEVER, FORMER, CURRENT, FAMILY = "never", "former", "current", "family"
_FAR = 200  # characters before what is said of a habit
_CLAUSE = r"(?:(?!\b(?:but|and|who|although)\b)[^.;,。；，])"  # a letter of the same clause
_RELATIVE = re.compile(
    r"\b(?:father|mother|brother|sister|son|daughter|wife|husband|partner|uncle|aunt|grand\w+|"
    r"parents?|spouse|mom|dad|cousins?|boyfriend|girlfriend|fianc\w+|room-?mates?|friends?|"
    r"neighbou?rs?|co-?workers?|colleagues?|household|family\s+members?)\b"
    r"|\bfamily\b(?!\s+(?:history|hx|physician|doctor|practi\w+|medic\w+|planning|therap\w+|"
    r"meetings?|support\w*)\b)[^.;,:，；。]*$"  # who does what follows: "her family smokes"
    r"|父亲|母亲|妻子|丈夫|家人|家属",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if|should|would|risk of|unless)\b|如果|(?:避免|禁止|勿|忌)[^。；;，,]{0,4}$",
    re.IGNORECASE,
)
_OVER = re.compile(
    rf"\b(?:no longer|not any ?more|stopped|quit|gave up)\b{_CLAUSE}{{0,30}}$|不再$", re.IGNORECASE
)
_ANY_MORE = re.compile(rf"{_CLAUSE}{{0,30}}?\bany ?more\b", re.IGNORECASE)
_NOT_EVER = re.compile(
    rf"\b(?:never|neither|nor|denies|denied|denying)\b{_CLAUSE}{{0,30}}$"
    r"|(?:否认|从不|从未|无|不|未|没有)[^。；;，,]{0,8}$",
    re.IGNORECASE,
)
_NOT = re.compile(rf"(?:\b(?:not|no|without|cannot)|n't)\b{_CLAUSE}{{0,30}}$", re.IGNORECASE)
_NOT_OVER = re.compile(
    rf"\b(?:not|never|advis\w+|counsel\w+|encourag\w+|wants?|plans?|must|urged)\b{_CLAUSE}{{0,30}}$"
    r"|(?<!able )(?<!managed )\bto\s+$|n't\s+$|(?:建议|劝|嘱|未|不|想|需|应)[^。；;，,]{0,4}$",
    re.IGNORECASE,
)
_ASKED = r"\s*史?(?:[、和及]?(?:饮酒|吸烟|抽烟|喝酒)史?)?\s*"  # "smoking and alcohol history: none"
_ANSWERED_NO = re.compile(
    rf"{_ASKED}(?:[:：?？]\s*(?:no(?! longer)|none|never|nil|denie[sd]|negative|否认|没有|无|否)"
    r"|(?:否认|没有|无|否)|[(（]\s*[-\uff0d—]\s*[)）])(?=[\s.,;:。，；、)）]|$)",
    re.IGNORECASE,
)
_ANSWERED_OPEN = re.compile(
    rf"{_ASKED}(?:[:：]?\s*(?:不详|未知|不清)|[:?？]\s*(?:unknown|not\b|$)|[?？])", re.IGNORECASE
)
_OVER_NOW = r"[^。；;]{0,25}?(?:已戒|现戒|后戒|(?<!未)戒除|戒了)"
_GIVEN_UP = {  # behind: "smoked for 20 years, gave it up five years ago"
    "smoking": re.compile(rf"{_OVER_NOW}(?!酒)"),
    "alcohol": re.compile(rf"{_OVER_NOW}(?!烟)"),
}
_GIVEN_UP_FOR = re.compile(
    r"(?:\b(?:sober|abstinent|dry|not (?:smoked|drunk)|n't (?:smoked|drunk)|quit|smoke-free)"
    r"(?: for)?)\s*$",
    re.IGNORECASE,
)
_NO_ALCOHOL_BEFORE = re.compile(
    r"\b(?:eats?(?: well)? and|soft|energy|sugary|hot|cold|sports?|fizzy|carbonated|protein|"
    r"thickened|diet|sweet(?:ened)?)\s+$",
    re.IGNORECASE,
)
_ALCOHOL = r"(?:alcohol|wine|beers?|spirits|whiske?y|vodka|liquor|rum|gin)\b"
_ELSE_AFTER = {  # what else is drunk, or smoked
    "alcohol": re.compile(
        rf"(?<=drinks)(?:(?!\b{_ALCOHOL})[^.;]){{0,40}}?\b(?:(?:water|coffee|tea|milk|juice|fluids?|"
        r"sodas?|cola|coke|lemonade|smoothies?|shakes?|broth|soup|liquids?|well|normally|"
        rf"adequately|poorly)\b|(?:enough|plenty)\b(?!\s+(?:of\s+)?(?:\w+\s+)?{_ALCOHOL}))",
        re.IGNORECASE,
    ),
    "smoking": re.compile(
        r"\s+(?:\w+\s+)?(?:fish|meats?|ham|salmon|marijuana|cannabis|weed|hashish)\b", re.IGNORECASE
    ),
}


class Habit(NamedTuple):
    """A row of `data/habits.tsv`."""

    habit: str
    status: str
    words: re.Pattern[str]


def smoking(asked: Asked) -> list[Row]:
    """Whether the patient smokes: the newest note that tells."""
    return _habit(asked, "smoking")


def alcohol(asked: Asked) -> list[Row]:
    """Whether the patient drinks: the newest note that tells."""
    return _habit(asked, "alcohol")


def smoking_stopped(asked: Asked) -> list[Row]:
    """When the patient gave up smoking."""
    return _given_up(asked, "smoking")


def alcohol_stopped(asked: Asked) -> list[Row]:
    """When the patient gave up drinking."""
    return _given_up(asked, "alcohol")


def _habit(asked: Asked, habit: str) -> list[Row]:
    for status, quote in told_of_habit(asked, habit):
        return [Row(status, (quote,))]
    return []


def _given_up(asked: Asked, habit: str) -> list[Row]:
    """The day that the oldest of the newest notes in a row tells, by which it was given up."""
    days: list[Row] = []
    for status, quote in told_of_habit(asked, habit):
        if status != FORMER:
            break
        day = parse_span(quote.date)
        times = find_times(quote.text, day.first if day else None)
        told = [one for one in times if one.role in (AT, SINCE) or _is_so_long(quote.text, one)]
        days += [Row(one.span.iso, (quote,)) for one in told[:1]]
    return days[-1:]


def _is_so_long(text: str, one: FoundTime) -> bool:
    """Whether a time tells for how long it has been given up: "sober for three months"."""
    return one.role == FOR and _GIVEN_UP_FOR.search(text[: one.start]) is not None


def told_of_habit(asked: Asked, habit: str) -> Iterator[tuple[str, Quote]]:
    """YIELDS (tuple[str, Quote]): What notes say of the patient's habit, the newest first."""
    own = [one for one in asked.chart.documents if one.id in asked.texts.texts]
    for document in reversed(own):
        asked.texts.check(document.id)
        text = asked.texts.texts[document.id]
        for start, end in asked.texts.sentences(document.id):
            status = _status(habit, text[start:end])
            if status == FAMILY:
                asked.left_out[FAMILY] += 1
            elif status:
                yield status, Quote(document.id, start, end, document.date, text[start:end])


def _status(habit: str, sentence: str) -> str:
    """What a sentence says of a habit, "" for nothing."""
    for row in _rows():
        for match in row.words.finditer(sentence) if row.habit == habit else ():
            before = sentence[max(0, match.start() - _FAR) : match.start()]
            after = match.end()
            if _IF.search(before):
                return ""
            if _RELATIVE.search(before):
                return FAMILY
            status = _denied(row, before, sentence, after)
            if status:
                return status
    return ""


def _denied(row: Habit, before: str, sentence: str, after: int) -> str:
    """A row's status, or what words around make of it: "" where they tell of something else."""
    if row.status == FORMER:
        return "" if _NOT_OVER.search(before) else FORMER
    if row.status == NEVER:
        return NEVER
    if answered := _ANSWERED_NO.match(sentence, after):
        return NO if answered[0].isascii() and "never" not in answered[0].casefold() else NEVER
    if _ELSE_AFTER[row.habit].match(sentence, after) or _ANSWERED_OPEN.match(sentence, after):
        return ""
    if row.habit == "alcohol" and _NO_ALCOHOL_BEFORE.search(before):
        return ""
    over = _OVER.search(before) or _GIVEN_UP[row.habit].match(sentence, after)
    if over or (_NOT.search(before) and _ANY_MORE.match(sentence, after)):
        return FORMER
    if _NOT_EVER.search(before):
        return NEVER
    return NO if _NOT.search(before) else CURRENT


@cache
def _rows() -> tuple[Habit, ...]:
    cells = read_rows(DATA / "habits.tsv")
    return tuple(Habit(h, s, re.compile(words, re.IGNORECASE)) for _, h, s, words in cells)
