"""Values that are no result of the note's own: an aim ("goal HbA1c 7 %"), what an order waits for
("hold for heart rate < 50"), or from before ("previous creatinine 1.2", "was 1.2, now 1.5"), by the
words beside them.

Texts are masked, see `doc_text.mask`: no word of a mention is read as a cue.
"""

import re

_FAR, _FURTHER = 90, 300  # characters before and after a value; before one of a list
_GOAL = r"(?:goals?|targets?|aims?|aim(?:ing|ed)|desired|ideal(?:ly)?|optimal(?:ly)?)"
_WHOSE = r"(?:(?:the|her|his|their|our|its|treatment|therapeutic)\s+)*"
# "at goal", "above target", "goal not met": says how a value stands, and is none itself.
_STANDS = re.compile(
    r"\b(?:at|above|below|over|under|within|near|reach(?:es|ed|ing)?|met|meets|exceed(?:s|ed)?|"
    rf"achiev(?:es|ed)|off|past)\s+{_WHOSE}(?:goals?|targets?)\b(?!\s+(?:of|for)\b)"
    r"|\b(?:goals?|targets?)\s+(?:(?:is|was|has|been|not|yet|now)\s+)*"
    r"(?:met|reached|achieved|attained)\b",
    re.IGNORECASE,
)
# A letter of what is steered: "keep zinkate in the morning below 5", not "keep A, zinkate 5".
_ELSE = r"given|because|since|when|if|and|but|now|current(?:ly)?|today|is|was|has|had|which"
_CLAUSE = rf"(?:(?!\b(?:{_ELSE})\b)[^.;:,]|(?<=\d)\.(?=\d))"
_WORD = rf"(?!(?:{_ELSE})\b)[^\W\d]+"
# Between these words and a value that is aimed at there is nothing else: "below a level of".
_LIMIT = r"(?:to|below|under|above|over|between|less|lower|more|greater|higher)"
_PLACE = r"(?:at|in|within|around|near)"
_OF = rf"(?:{_LIMIT}|an?|the|of|at|than|or|equal|about|around|levels?|range|[<>≤≥=~])"
_REST = (
    rf"(?:(?:{_OF}|least|most|approximately|\d[\d.]*\s*(?:and|to|-))\s+)*"
    rf"(?:\0+\s*(?:{_OF}\s+)*)?$"
)
_NEAR = rf"(?:\b(?:{_LIMIT}|{_PLACE})\b|[<>≤≥=]{{1,2}})\s*{_REST}"
_TOWARDS = rf"(?:\b{_LIMIT}\b|[<>≤≥=]{{1,2}})\s*{_REST}"
_AIMED = re.compile(
    rf"\b{_GOAL}\b"
    rf"|\b(?:keep(?:ing)?|maintain(?:ing)?)\b(?:{_CLAUSE}*?{_NEAR}|\s+(?:{_WORD}\s+){{0,3}}\0+\s*$)"
    r"|\b(?:get(?:ting)?|bring(?:ing)?|lower(?:ing)?|rais(?:e|ing)|titrat(?:e|ing)|treat(?:ing)?)\b"
    rf"{_CLAUSE}*?{_TOWARDS}"
    r"|\b(?:should|must|ought\s+to|needs?\s+to|has\s+to)\s+(?:be|stay|remain|get|come)\s+"
    r"(?:(?:kept|held|maintained|brought|lowered|raised|titrated|controlled|well|\w+ly)\s+)*"
    rf"(?:$|{_NEAR})"
    r"|目标|控制在|控制到",
    re.IGNORECASE,
)
_ORDER = (
    r"\b(?:hold|call|page|notify|contact|alert|return|give|start|stop|transfuse|replete|repeat|"
    r"resume|restart|titrate|increase|decrease|reduce|lower|prn|parameters?)\b"
)
_ANY = r"(?:[^.;:,]|(?<=\d)\.(?=\d))"
_WAITS = re.compile(
    rf"{_ORDER}{_ANY}*?\b(?:for|when|until)\b{_ANY}*$|\b(?:if|unless|should)\b{_ANY}*$",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\s*(?:[<>≤≥]|(?:is\s+)?(?:below|under|above|over|less|lower|fewer|greater|higher|more)\b)",
    re.IGNORECASE,
)
_LIST = re.compile(r"\b(?:goals|targets)\b|目标", re.IGNORECASE)
_NOW = re.compile(
    r"\b(?:now|current(?:ly)?|today|at\s+present|actual(?:ly)?|but|however|remains?|remained|"
    r"measured|is\s+at|this\s+(?:morning|visit))\b|目前|现",
    re.IGNORECASE,
)
_IS_AIM = re.compile(
    r"[\s,]*\(?\s*(?:(?:is|was|as|being)\s+)?"
    rf"{_WHOSE}(?:a\s+)?(?:goal|target|aim)\b"
    r"(?!\s*(?:of|for|is|was|[<>≤≥:=]+)?\s*\0)"
    r"(?!\s+(?:(?:is|was|has|been|not|yet)\s+)*(?:met|reached|achieved|attained))",
    re.IGNORECASE,
)
_THING = r"(?:values?|levels?|results?|readings?|ones?|checks?|measurements?)"
_EARLIER = re.compile(
    r"(?:\b(?:prior|previous(?:ly)?|earlier|former(?:ly)?|baseline|last|old)\b(?:['’]s)?[\s:(,]*"
    rf"(?:\0+[\s:(,]*)?(?:{_THING}\s*)?(?:(?:was|were|of|is|at|had\s+been)\b|[=:(])?"
    r"|\bfrom|\bcompared\s+(?:to|with)|\b(?:vs|versus)\b\.?|[(;,]\s*(?:it\s+)?was)\s*$|(?:既往|之前|此前|原)\s*\0*\s*$",
    re.IGNORECASE,
)
_WAS = re.compile(r"\b(?:was|were|had\s+been)\s*$", re.IGNORECASE)
_THEN = re.compile(
    r"[\s(]*(?:(?:at|on|during|from|in|the|her|his|their|an?|as)\s+)*(?:"
    r"yesterday|(?:last|previous|prior|earlier|former|preceding)\s+"
    r"(?:visits?|admission|check|appointment|time|week|month|year|night|"
    r"clinic|notes?|labs?|hospitali[sz]ation|spring|summer|fall|autumn|winter)"
    r"|(?:(?:some|many|several|few|one|two|three|four|five|six|\d{1,3})\s+)?(?:days?|weeks?|months?|years?|while|visits)\s+"
    r"(?:ago|earlier|before|prior|back)"
    r"|previously|(?<=at )baseline|(?<=the )past|back\s+then|(?<=at )that\s+time|historically"
    r"|before\s+(?:admission|surgery|treatment|that)|pre-?op(?:eratively)?|outside\s+hospital)\b"
    r"(?!\s*[:(]?\s*(?:(?:it|was|at|of)\s+)*\0)",
    re.IGNORECASE,
)


def is_no_result(
    masked: str, sentence: tuple[int, int], begin: int, start: int, words: str
) -> bool:
    """Say whether a value is only aimed at, or what an order waits for.

    masked (str): The document.
    sentence (tuple[int, int]): The characters of the value's sentence.
    begin (int): Where that begins, or the value before it ends.
    start (int): Where the value begins.
    words (str): The value as it is written.
    RETURNS (bool): Whether it is.
    """
    return (
        _opens_aims(masked, sentence[0], start)
        or _is_awaited(masked, begin, start, words)
        or _is_aim(masked, begin, start, start + len(words), sentence[1])
    )


def _is_aim(masked: str, begin: int, start: int, end: int, right: int) -> bool:
    """Whether words on either side of a value call it an aim."""
    before = _STANDS.sub("", masked[max(begin, start - _FAR) : start])
    cues = list(_AIMED.finditer(before))
    if cues and not _NOW.search(before, cues[-1].end()):
        return True
    return _IS_AIM.match(masked, end, min(right, end + _FAR)) is not None


def _is_awaited(masked: str, begin: int, start: int, words: str) -> bool:
    """Whether an order waits for a value; that has a bound, or it may be why something was done."""
    before = masked[max(begin, start - _FAR) : start]
    return _BOUND.match(words) is not None and _WAITS.search(before) is not None


def _opens_aims(masked: str, begin: int, start: int) -> bool:
    """Whether a sentence names several aims before a place: "Targets: A 7, B 8"."""
    before = _STANDS.sub("", masked[max(begin, start - _FURTHER) : start])
    cue = _LIST.search(before)
    return cue is not None and not _NOW.search(before, cue.end())


def is_earlier(masked: str, begin: int, start: int, end: int, right: int) -> bool:
    """Say whether a note has a value from before.

    masked (str): The document.
    begin (int): Where the value's sentence begins, or the value before it ends.
    start, end (int): The value's characters.
    right (int): Where its sentence ends.
    RETURNS (bool): Whether it does.
    """
    before = masked[max(begin, start - _FAR) : start]
    after = masked[end : min(right, end + _FAR)]
    if _EARLIER.search(before) or _THEN.match(after):
        return True
    return _WAS.search(before) is not None and _NOW.search(after) is not None
