"""When, in Chinese: "2009年9月3日", "2009.9.3", "9月3日", "去年3月", "术后3天", "3天前",
"三年前", "半年前", "近两周", "戒烟3个月", "上个月".

Words are those of `data/time_words.tsv` under `zh`; digits may have double width.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cache

from ..quantities.chinese_numerals import FULL_DATE, MONTH_DAY, NUMERAL, read_digits
from .time_spans import TimeSpan, day_of, latest_month, parse_span, shift, week_of
from .time_words import DAYS, any_of, meanings

_FEW = rf"{NUMERAL}{{1,3}}"
_NEW = rf"(?<!第)(?<!{NUMERAL})"  # where a number begins that isn't an ordinal
_FIGURES = "|".join(rf"(?:19|20)\d\d{s}\d{{1,2}}{s}\d{{1,2}}" for s in (r"\.", "/", "-"))
_YEAR_FIRST = rf"(?<![\d.])(?:{_FIGURES})(?!\d|[./-]\d)"  # all who write so mean month, then day
_COUNTED = rf"(?:入院|住院)后?第{NUMERAL}{{1,3}}[天日]|术后第?{NUMERAL}{{1,3}}[天日](?![前内])"
ADMITTED = re.compile(r"[^。；;，,\n出]{0,8}(?:入院|入我院|入我科|住院)")
OPERATED = re.compile(r"[^。；;，,\n]{0,30}术(?![前后中])")
_FAR = 14  # characters before a length in which it is told what it is counted from
_GOES_ON = re.compile(r"[余多]?了?(?:$|[\s，。；、,;.)）]|伴|入院|就诊|来诊|来院)")
_NAMES_A_YEAR = frozenset("于在自从至到每第")  # "于85年"
_ABOUT = re.compile(r"(?:已有|已经|已|约|大约|长达|达|有|余)$")
_NOT_SO = re.compile(r"建议|[嘱拟需应可宜若如待暂未勿]|否认|避免|考虑|必要|准备|计划")
_HALF = {"a": (6, "mo"), "mo": (15, "d"), "d": (0, "d")}  # of a unit, in whole smaller ones


def full_date(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """Read "2009年9月3日", "2009年9月", "二零零九年": it needs no other day.

    words (str): The expression.
    day (date): That of the note.
    role (str): What it is told of.
    marks (Mapping[str, date]): Days that have names.
    RETURNS (TimeSpan | None): What it names; None where there is no such day.
    """
    parts = [read_digits(part) for part in re.findall(rf"{NUMERAL}+", words)]
    if None in parts:
        return None
    year, *rest = parts
    return parse_span("-".join([f"{year:04}", *(f"{part:02}" for part in rest)]))


def month_day(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """Read "9月3日": the last one before the note, the next one after "至". As `full_date`."""
    month, number = (read_digits(part) for part in re.findall(rf"{NUMERAL}+", words))
    if month is None or number is None:
        return None
    coming = role in ("until", "by")
    for year in (day.year, day.year + (1 if coming else -1)):
        found = date(year, month, number)
        if (found >= day) if coming else (found <= day):
            return day_of(found)
    return None


def month(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """Read "6月中旬", "3月份": the last one before the note. As `full_date`."""
    number = read_digits(words[: words.index("月")].strip())
    return None if number is None else latest_month(number, day)


def month_of_year(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """Read "去年3月", "前年5月6日". As `full_date`."""
    year = shift(day, int(meanings("zh", "span")[words[:2]].split()[0]), "a").first.year
    parts = [read_digits(part) for part in re.findall(rf"{NUMERAL}+", words[2:])]
    if None in parts:
        return None
    return parse_span("-".join([f"{year:04}", *(f"{part:02}" for part in parts)]))


def counted(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """Read "入院第2天", "术后3天": the day of the admission is the first, that of an operation
    none. As `full_date`."""
    number = re.search(rf"{NUMERAL}+", words)
    read = read_digits(number[0]) if number else None
    operated = words.startswith("术")
    start = marks.get("operation" if operated else "admission")
    if read is None or start is None:
        return None
    return shift(start, read if operated else read - 1, "d")


def ago(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """Read "3天前", "三年前", "半年前". As `full_date`."""
    counted = count(words)
    return shift(day, -counted[0], counted[1]) if counted else None


def recent(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """Read "上周", "去年", "本月". As `full_date`."""
    number, unit = meanings("zh", "span")[words].split()
    if unit == "wk":
        return week_of(day + timedelta(days=7 * int(number)))
    return shift(day, int(number), unit)


def days_of(words: str) -> int:
    """RETURNS (int): About how many days "近两周" is."""
    number, unit = count(words) or (0, "d")
    return number * DAYS[unit]


def count(words: str) -> tuple[int, str] | None:
    """Read number and unit.

    words (str): Such as "近三年", "10余天前", "半年".
    RETURNS (tuple[int, str] | None): Both, half a unit in smaller ones; None where it is no number.
    """
    match = re.search(rf"({NUMERAL}+|半)[余多]?({any_of('zh', 'unit')})(半?)", words)
    if match is None:
        return None
    unit = meanings("zh", "unit")[match[2]]
    if match[1] == "半" or match[3]:
        half, smaller = _HALF.get(unit, (0, ""))
        if not half:
            return None
        number = 0 if match[1] == "半" else read_digits(match[1])
        whole = {"a": 12, "mo": 30}[unit]
        return None if number is None else (number * whole + half, smaller)
    number = read_digits(match[1])
    return None if number is None else (number, unit)


def goes_on(text: str, start: int, end: int, lasting: Collection[int] = frozenset()) -> bool:
    """Tell whether something has been so for a length of time up to the note's day.

    text (str): The note.
    start, end (int): The length: "3个月".
    lasting (Collection[int]): Where problems end.
    RETURNS (bool): Whether a problem ends right before it, or a word of `begun` stands before it in
        its clause ("戒烟", "停药", "确诊糖尿病"), and nothing behind it says otherwise.
    """
    if not _GOES_ON.match(text, end) or text[max(0, start - 1) : start] in _NAMES_A_YEAR:
        return False
    before = text[max(0, start - _FAR) : start]
    about = _ABOUT.search(before)
    if start - (len(about[0]) if about else 0) in lasting:
        return True
    begun = _begun().search(before)
    return begun is not None and not _NOT_SO.search(begun["before"] + begun["word"])


@cache
def _begun() -> re.Pattern[str]:
    words = any_of("zh", "begun")
    return re.compile(rf"(?P<before>[^，。；,;]*)(?P<word>{words})(?!者)[^，。；、,;\d]{{0,8}}$")


def role_of(text: str, start: int, end: int) -> str:
    """Tell what the signs around an expression make of it.

    text (str): The note.
    start, end (int): The expression.
    RETURNS (str): A role of `time_expressions`, "" where they say nothing.
    """
    for word, role in meanings("zh", "role").items():
        if text.endswith(word, 0, start):
            return role
    for word, role in meanings("zh", "behind").items():
        if text.startswith(word, end):
            return role
    return ""


def patterns() -> dict[str, str]:
    """RETURNS (dict[str, str]): A pattern for each kind of expression."""
    unit = rf"(?:{any_of('zh', 'unit')})"
    lasting, lasted = any_of("zh", "lasting"), any_of("zh", "lasted")
    length = rf"(?:{NUMERAL}{{1,4}}[余多]?{unit}半?|半{unit})"
    return {
        "zh": rf"{FULL_DATE}|{_YEAR_FIRST}",
        "zhcounted": _COUNTED,
        "zhyear": rf"(?:今年|去年|前年|明年)\s*{_FEW}\s*月(?:\s*{_FEW}\s*[日号])?",
        "zhday": MONTH_DAY,
        "zhmonth": rf"(?<!{NUMERAL})(?<!年){_FEW}\s*月(?:[上中下]旬|[初底末份])",
        "zhago": rf"{_NEW}{length}(?:{any_of('zh', 'ago')})",
        "zhlong": rf"(?:{lasting}){length}|{_NEW}{length}(?:{lasted})",
        "zhsince": rf"{_NEW}{length}",
        "zhlast": _bounded("span"),
        "zhnamed": _bounded("day"),
    }


def _bounded(kind: str) -> str:
    """A pattern of the words of a kind that neither begin nor end inside another word."""
    inside = "".join(
        rf"(?<!{word[:place]}(?={word[place:]}))"
        for word in meanings("zh", "other")
        for place in range(1, len(word))
    )
    return rf"(?={any_of('zh', kind)}){inside}(?:{any_of('zh', kind)}){inside}"


def named(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """Read "昨天". As `full_date`."""
    return shift(day, int(meanings("zh", "day")[words]), "d")
