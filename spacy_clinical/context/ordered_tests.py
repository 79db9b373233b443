"""Tests and procedures that are only ordered or planned, and those that were done all the same:
"underwent a scheduled biopsy", "recheck potassium 4.1"."""

import re

from .cue_resolution import HYPOTHETICAL, POSSIBLE
from .cue_tables import ORDERED
from .cues import Cue

Extent = tuple[int, int]
_FAR = 80  # characters before or behind
_PLANS = re.compile(
    r"\b(?:scheduled?|planned|recommended|advised|suggested|offered|ordered|requested|booked|"
    r"proposed|deferred|postponed|geplant\w*|vorgesehen\w*|empfohlen\w*|angefordert\w*|"
    r"programad[oa]|pendiente|propuest[oa]|solicitad[oa]|recomendad[oa])\b|计划|拟|建议|择期",
    re.IGNORECASE,
)
_DONE_BEFORE = re.compile(
    r"(?:\b(?:underwent|undergone|received|had|s/p|status\s+post|after|following|on|in|since|nach|"
    r"bei|tras|después\s+de)\s+(?:(?:a|an|the|her|his|their|this|der|die|das|dem|eine[rm]?|el|la|"
    r"los|las|un|una|first|second|last)\s+)*|已行|已|经|予|昨日|昨天|前日|今晨|多次|曾)$",
    re.IGNORECASE,
)
_NOT_YET = r"(?<!\bbe )(?<!not )(?<!never )(?<!yet )(?<!werden )(?<!ser )"
_DONE_BEHIND = re.compile(
    r"(?:(?!\b(?:if|when|once|until|unless|before|to|will|should|falls|wenn|si)\b)[^.;\n]){0,60}?"
    rf"{_NOT_YET}(?:\b(?:show(?:s|ed|ing)|reveal(?:s|ed|ing)|demonstrat(?:es|ed|ing)|found|"
    r"confirm(?:s|ed|ing)|came\s+back|returned|performed|completed|done|carried\s+out|"
    r"(?:was|were|is|are|remain(?:s|ed))\s+(?:normal|stable|negative|positive|unremarkable|"
    r"unchanged|elevated|high|low|better|worse|fine|reassuring|\d)|"
    r"(?:stable|normal|negative|positive|unremarkable|unchanged|elevated|improved|low|high|wnl)|"
    r"erfolgte[n]?|durchgeführt|ergab|zeigte|stattgefunden|unauffällig|"
    r"se\s+(?:realizó|hizo|efectuó)|realizad[oa]|mostró|evidenció|reveló|demostró)\b"
    r"|示|已完成|正常|阴性|阳性|升高|降低|未见|较前)"
    r"|[^，。；,;:：\n]{0,16}(?:提示|大致|好转|下降|上升|稳定|恢复|吸收|转阴|无变化|结果为|仍)"
    r"|\s*[:：]\s*[\u3400-\u9fff]{1,12}\s{0,2}[<>≤≥]?\d"
    r"|\s*(?:(?:is|was|of|at|level|ist|war|es|fue)\s+)*[:=]?\s*[<>~]?\d(?!\d*\s*(?:/|days?|weeks?|months?))",
    re.IGNORECASE,
)


def read_orders(
    text: str, sentence: Extent, mention: Extent, held: list[Cue], *, test: bool
) -> list[Cue]:
    """Leave out what orders and plans say of a mention that they aren't of, or that was done.

    text (str): The note.
    sentence (tuple[int, int]): The characters of the mention's sentence.
    mention (tuple[int, int]): Its own.
    held (list[Cue]): The cues that hold of it.
    test (bool): Whether it is a test or a procedure.
    RETURNS (list[Cue]): Those that are left; orders beside nothing else but a doubt.
    """
    if not test:
        return [cue for cue in held if cue.rule.category != ORDERED]
    kept = [
        cue for cue in held if not (_plans(text, cue) and _is_done(text, sentence, mention, cue))
    ]
    ordered = [cue for cue in kept if cue.rule.category == ORDERED]
    silent = (ORDERED, POSSIBLE) if ordered else ()
    return [cue for cue in kept if cue.rule.category not in silent] or ordered[:1]


def _plans(text: str, cue: Cue) -> bool:
    category = cue.rule.category
    plan = category == HYPOTHETICAL and _PLANS.search(text, cue.start, cue.end) is not None
    return plan or category == ORDERED


def _is_done(text: str, sentence: Extent, mention: Extent, cue: Cue) -> bool:
    begin = min(cue.start, mention[0])
    if _DONE_BEFORE.search(text[max(sentence[0], begin - _FAR) : begin]):
        return True
    end = mention[1] if cue.inner is not None else max(cue.end, mention[1])
    return _DONE_BEHIND.match(text, end, min(sentence[1], end + _FAR)) is not None
