"""Whether a drug is only to be stopped, held, switched or started: "will be stopped", "if bleeding
occurs, stop A", "stop A if the INR rises", but not "had to be stopped" or "told to stop"."""

import re

_PLAN = (
    r"plans?|planning|planned|wants?|intends?|intending|going|hopes?|hoping|wish(?:es)?|like|likes|"
    r"needs?|considers?|considering|prefers?|about|ready|willing|unwilling|unable|refus\w+|"
    r"declin\w+|reluctant|hesitant|try|trying|when|whether|not"
)
_FAR = 200  # characters before or after a cue
_AIM = r"will|would|should|may|might|could|can|must|shall|'ll"
_ADVERBS = (
    r"(?:(?:not|then|also|likely|probably|possibly|safely|now|soon|later|have\s+to|need\s+to)\s+)*"
)
_BEFORE = re.compile(
    rf"(?:\b|(?='))(?:{_AIM})\s+{_ADVERBS}(?:be\s+|have\s+been\s+)?{_ADVERBS}$"
    rf"|(?<!\bhad )(?<!needed )(?<!able )\bto\s+{_ADVERBS}be\s+{_ADVERBS}$"
    rf"|\b(?:{_PLAN})\s+to\s+{_ADVERBS}$"
    r"|(?:将|拟|计划|考虑|可以?|准备|建议|需要?|应)\s*$",
    re.IGNORECASE,
)
_GOES_ON = r"(?:,|\band\b|\bthen\b)\s*(?!(?:if|unless|only|the|her|his|all|any)\b)[^\W\d]"
_AFTER = re.compile(
    rf"(?:(?!{_GOES_ON})(?:[^.;]|(?<=\d)\.(?=\d)))*?"
    r"(?<!\bsee )(?<!\bas )(?<!\bask )(?<!\bcheck )"
    r"\b(?:if|unless|in\s+case|in\s+the\s+event|when|whenever|"
    r"once(?!\s+(?:a|per|daily|every|weekly)))\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[.;](?!\d)|[。；]")
_CONDITION = re.compile(
    r"\b(?:if|unless|in\s+case|in\s+the\s+event)\b|如果?|若|倘若|一旦|必要时|万一", re.IGNORECASE
)
_SHOULD = re.compile(r"\W*should\b", re.IGNORECASE)
_TOLD = frozenset({"stop", "stop taking", "hold", "discontinue"})
_STATED = re.compile(r"\b(?:is|are|be|being)\s+$", re.IGNORECASE)


_PROCEDURE_IF = re.compile(
    r"\s*(?:again\s+|then\s+|only\s+)*"
    r"(?:if|unless|in\s+case|(?:to|will|should|may)\s+(?:still\s+)?be)\b",
    re.IGNORECASE,
)
_DRUG_IF = re.compile(r"[\s\0]*only\s+(?:if|in\s+case)\b", re.IGNORECASE)


def is_conditional(text: str, sentence: tuple[int, int], end: int, *, drug: bool) -> bool:
    """Say whether a mention is only planned by the words right after it: "grommet if it recurs",
    "grommet to be booked", "A only if there is pain".

    text (str): The document, mentions masked.
    sentence (tuple[int, int]): The characters of the mention's sentence.
    end (int): Where the mention ends.
    drug (bool): Whether it is a drug, else a procedure.
    RETURNS (bool): Whether it is.
    """
    cue = _DRUG_IF if drug else _PROCEDURE_IF
    return cue.match(text, end, min(sentence[1], end + _FAR)) is not None


_DOSE_OF = re.compile(
    r"\b(?:an?|one|1)\s+(?:single\s+|one-time\s+)?dose\s+of\s+$|\bsingle\s+dose\s+of\s+$",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"(?:(?!\b(?:daily|every|each|per|be)\b)[^.;])*?\b(?:given|administered)\b", re.I
)


def is_over(text: str, sentence: tuple[int, int], start: int, end: int) -> bool:
    """Say whether a drug was given once: "one dose of A was given".

    text (str): The document.
    sentence (tuple[int, int]): The characters of the drug's sentence.
    start, end (int): The drug's.
    RETURNS (bool): Whether it was.
    """
    near = _DOSE_OF.search(text, max(sentence[0], start - _FAR), start)
    right = min(sentence[1], end + _FAR)
    return near is not None and _GIVEN.match(text, end, right) is not None


def is_pending(text: str, sentence: tuple[int, int], cue: tuple[int, int], *, ends: bool) -> bool:
    """Say whether what a cue tells is only planned or conditional.

    text (str): The document, mentions masked.
    sentence (tuple[int, int]): The characters of the cue's sentence.
    cue (tuple[int, int]): The cue's characters.
    ends (bool): Whether the cue tells of an end, whose condition may come after it: "Start A as
        needed if there is pain" is a start.
    RETURNS (bool): Whether it is.
    """
    (left, right), (start, end) = sentence, cue
    begin = max(left, start - _FAR)
    if _BEFORE.search(text, begin, start):
        return True
    clause = max((match.end() for match in _BREAK.finditer(text, begin, start)), default=begin)
    if _CONDITION.search(text, clause, start):
        return True
    if clause == left and _SHOULD.match(text, left, start):
        return True
    told = " ".join(text[start:end].casefold().split()) in _TOLD
    conditional = ends and (told or _STATED.search(text, begin, start) is not None)
    return conditional and _AFTER.match(text, end, min(right, end + _FAR)) is not None
