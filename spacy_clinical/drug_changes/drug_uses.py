"""Drugs that were taken, are only spoken of as yet to come, or are tolerated: "was on A", "before
starting A", "allergic to B, tolerates A". What words such as "was on" may mean, the rest of their
sentence tells."""

import re

_FAR = 200  # characters before or after the words of a use
_LINES = 300  # characters above a line in which the heading of a list of allergies stands
_GOES_ON = re.compile(
    r"(?<!not )(?<!nicht )\b(?:continu(?:ed|es|ing)|resum(?:ed|es|ing)|restart\w*|reinstat\w+|"
    r"increas\w+|raised|uptitrated|reduced|decreas\w+|doubled|halved|still|remain(?:s|ed)|"
    r"and\s+(?:is|takes)|now\s+(?:on\s+|at\s+|takes\s+)?(?:\d|\0)|until\s+(?:now|today)|to\s+date|"
    r"weiter\w*|fortgeführt|fortgesetzt|beibehalten|belassen|erhöht|reduziert|"
    r"continúa|continuó|mantiene|mantuvo|mantenido|sigue|aument\w+|redu[cj]\w+|"
    r"rean(?:uda|udó)|reinici\w+|hasta\s+(?:ahora|hoy))\b|继续|维持|加量|减量|至今|现仍",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:to\s+be|check|obtain|get|order|repeat|screen|needs?|requires?|will|should|must|please|ensure|"
    r"sollten?|soll|muss|müssen|bitte|kontrollieren|prüfen|bestimmen|veranlassen|empfohlen|"
    r"solicitar|valorar|realizar|pedir|repetir|comprobar|debe|deberá|se\s+recomienda)\b"
    r"|前[\s,，]*(?:应|需|请|先|查|完善|复查|评估|建议|必须|检查)",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:was|were|had|did|been|fell|rose|got|went|felt|took|preceded|developed|occurred|"
    r"improved|worsened|showed|checked|measured|tested|obtained|discussed|reviewed|"
    r"war|waren|hatten?|lag|lagen|betrug|wurden?|bestand|bestanden|bekam|"
    r"era|eran|fue|fueron|había|habían|tenía|estaba|presentaba|presentó|tuvo|\w{2,20}aba)\b"
    r"|[\u3400-\u9fff]",
    re.IGNORECASE,
)
_BARE = frozenset(("before", "vor", "antes de", "antes del"))
_UNIT_ZH = frozenset("天日周月年时餐饭术院睡晨午晚目")  # "3天前", "餐前", "目前" are other words
_IN_PAST = re.compile(
    r"[^.;:]{0,80}?\b(?:in\s+the\s+past|before|previously|earlier|in\s+\d{4}|früher|"
    r"in\s+der\s+vergangenheit|antes|previamente|en\s+el\s+pasado)\b",
    re.IGNORECASE,
)
_BADLY = re.compile(
    r"[^.;:,]{0,60}?\b(?:poorly|badly|nicht|schlecht|kaum|mal)\b|不|[^.;:,]{0,60}?差",
    re.IGNORECASE,
)
_BADLY_BEFORE = re.compile(
    r"(?:\b(?:poorly|badly|nicht|schlecht|kaum|mal|no)|不)\s*$", re.IGNORECASE
)
_ALLERGIC = re.compile(
    r"allerg|\breact(?:ions?|ed)\s+to\b|unverträglichkeit|überempfindlich|hypersensitiv|intoleran|alérgi|alergi|过敏",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?:^|\n)[^\n:]{0,30}(?:allerg|alergi|unverträglich|过敏)[^\n:]{0,40}[:：][^\n]*"
    r"(?:\n(?:[^\n]{1,80}\n){0,6}[^\n]*)?$",
    re.IGNORECASE,
)
_OF_LIST = re.compile(r"\0[\s)]*(?:[:：(]|[–—-]+>?)\s*$")


def goes_on(text: str, start: int, end: int) -> bool:
    """RETURNS (bool): Whether what stands behind a drug that was taken tells that it is, still:
    "was on A, which was continued"."""
    return _GOES_ON.search(text, start, min(end, start + _FAR)) is not None


def is_yet_to_come(text: str, sentence: tuple[int, int], cue: tuple[int, int]) -> bool | None:
    """Say whether a drug is planned by what is to be done before it: "check A before starting B",
    not "A was 9 before B".

    text (str): The document, mentions masked.
    sentence (tuple[int, int]): The characters of the cue's sentence.
    cue (tuple[int, int]): Those of "before starting".
    RETURNS (bool | None): Whether it is; None where it can't be told, as of "A before B".
    """
    left, right = max(sentence[0], cue[0] - _FAR), min(sentence[1], cue[1] + _FAR)
    if _TO_COME.search(text, left, right):
        return True
    if _TOLD.search(text, left, right):
        return False
    return None if text[cue[0] : cue[1]].casefold() in _BARE else True


def is_other_before(text: str, start: int) -> bool:
    """RETURNS (bool): Whether "前" is part of another word, such as "3天前"."""
    return text[start] == "前" and (start == 0 or text[start - 1] in _UNIT_ZH)


def is_no_allergy(text: str, sentence: tuple[int, int], cue: tuple[int, int]) -> bool:
    """Say whether a drug is called tolerated where allergies are told: "PCN: tolerates", "allergic
    to A, tolerates B".

    text (str): The document, mentions masked.
    sentence (tuple[int, int]): The characters of the cue's sentence.
    cue (tuple[int, int]): Those of "tolerates".
    RETURNS (bool): Whether it is.
    """
    start, end = cue
    if is_in_list(text, start):
        return True
    left, right = max(sentence[0], start - _FAR), min(sentence[1], end + _FAR)
    if _ALLERGIC.search(text, left, right):
        return True
    return _HEADING.search(text[max(0, start - _LINES) : start]) is not None


def is_in_list(text: str, start: int) -> bool:
    """RETURNS (bool): Whether a mark parts what is said from the drug before it: "A: tolerates"."""
    return _OF_LIST.search(text, max(0, start - 8), start) is not None


def is_badly(text: str, sentence: tuple[int, int], cue: tuple[int, int]) -> bool:
    """RETURNS (bool): Whether a drug isn't tolerated: "verträgt A nicht"."""
    if _BADLY_BEFORE.search(text, max(sentence[0], cue[0] - 20), cue[0]):
        return True
    return _BADLY.match(text, cue[1], sentence[1]) is not None


def is_of_past(text: str, sentence: tuple[int, int], end: int) -> bool:
    """RETURNS (bool): Whether what is said was so before: "has tolerated A in the past"."""
    return _IN_PAST.match(text, end, sentence[1]) is not None
