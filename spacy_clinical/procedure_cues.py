"""Procedures that weren't done, by the words beside them: "colonoscopy recommended", "CABG was
cancelled", "awaiting a biopsy", "declined surgery"."""

import re

PLANNED, DECLINED, NOT_DONE = "planned", "declined", "not done"
_FAR = 80  # characters before and after a procedure
_PLAIN = (
    r"(?:(?:a|an|the|her|his|their|any|repeat|another|further|screening|surveillance|elective|"
    r"urgent|routine|follow-up|diagnostic|possible|proposed|planned|scheduled|for|to|of|with|on)"
    r"\s+)*"
)
_BETWEEN = (
    r"[\s,:(-]*(?:(?:which|that|has|have|had|is|was|were|are|been|being|again|then|also|still|now|"
    r"therefore|strongly|initially|originally|later|subsequently)\s+)*"
)
_REFUSED_BEFORE = re.compile(
    rf"(?:\b(?:declin(?:e|es|ed|ing)|refus(?:e|es|ed|ing)|rechaza|rechazó)\s+{_PLAIN}|拒绝(?:行|做)?\s*)$",
    re.I,
)
_REFUSED_AFTER = re.compile(
    rf"{_BETWEEN}(?:declined|refused)\b|\s+(?:wurde\s+)?(?:\w+\s+){{0,3}}abgelehnt\b|\s*(?:被)?拒绝",
    re.I,
)
_UNDONE_BEFORE = re.compile(
    r"(?:\b(?:cancell?(?:ed|ing)|cancels?|call(?:s|ed|ing)?\s+off|abort(?:s|ed|ing)?|"
    r"abandon(?:s|ed|ing)?|(?:decided|opted|advised)\s+against|never\s+(?:had|underwent)|"
    r"(?:did|does|do|could|would)\s+not\s+(?:undergo|have|want|proceed\s+with)|"
    r"not\s+(?:a\s+|an\s+)?(?:good\s+)?candidate\s+for|unfit\s+for|instead\s+of|rather\s+than)\s+"
    rf"{_PLAIN}|(?:取消|未行|未做)了?\s*)$",
    re.IGNORECASE,
)
_UNDONE_AFTER = re.compile(
    rf"{_BETWEEN}(?:cancell?ed|called\s+off|aborted|abandoned|contraindicated|withdrawn|"
    r"(?:not|never)\s+(?:yet\s+|been\s+)*(?:done|performed|carried\s+out|undertaken|pursued|"
    r"completed|considered))\b|\s*(?:已|被)*(?:取消|未做|未行)",
    re.IGNORECASE,
)
_PLANNED_BEFORE = re.compile(
    r"(?:\b(?:recommend(?:s|ed|ing)?|advis(?:e|es|ed|ing)|suggest(?:s|ed|ing)?|offer(?:s|ed|ing)?|"
    r"schedul(?:e|es|ed|ing)|plan(?:s|ned|ning)?|consider(?:s|ed|ing)?|order(?:s|ed|ing)?|"
    r"request(?:s|ed|ing)?|await(?:s|ed|ing)?|waiting|candidate|consent(?:s|ed)?|listed|booked|"
    r"refer(?:s|red)?|referral|due|overdue|needs?|requires?|will\s+(?:need|undergo|have|get)|"
    r"would\s+(?:need|benefit\s+from)|discuss(?:ed|ing)?|arrang(?:e|ed|ing)|postpon(?:e|ed|ing)|"
    r"defer(?:red|ring)?|delay(?:ed|ing)?|evaluat(?:ed|ion)|to\s+undergo|pending)\s+"
    rf"(?:(?:undergo|perform|proceed|have|get|do|consider)\s+)?{_PLAIN}"
    r"|\b(?:geplante[rns]?|vorgesehene[rns]?|empfohlene[rns]?|empfehlen|empfiehlt|planen|plant|bitte(?:\s+um)?|"
    r"vereinbaren|veranlassen|indikation\s+zur|vorstellung\s+zur|"
    r"pendiente\s+de|se\s+(?:solicita|solicitó|programa|programó|recomienda|aconseja|propone)|solicitar|"
    r"solicito|solicitamos|programar|valorar|a\s+la\s+espera\s+de|citad[oa]\s+para|lista\s+de\s+espera\s+para)\s+"
    r"(?:(?:um|zur|eine[rmn]?|die|der|das|den|el|la|los|las|un|una|realizar|nueva?)\s+)*"
    r"|(?:建议|拟|计划|准备|安排|考虑|预约|待)(?:行|做|完善)?\s*)$",
    re.IGNORECASE,
)
_PLANNED_AFTER = re.compile(
    rf"{_BETWEEN}(?:recommended|advised|suggested|offered|discussed|considered|requested|ordered|"
    r"scheduled|rescheduled|planned|booked|arranged|proposed|deferred|postponed|delayed|pending|"
    r"awaited|indicated|needed|required|due|overdue|on\s+hold|to\s+follow)\b"
    r"|\s+(?:(?:ist|sind|wird|wurde|noch|derzeit|für|den|am|\w+tag|está|queda|aún|todavía)\s+){0,4}"
    r"(?:geplant|vorgesehen|empfohlen|angefordert|vereinbart|terminiert|ausstehend|pendientes?|programad[oa]s?|"
    r"solicitad[oa]s?|recomendad[oa]s?)\b"
    r"|\s+(?:sollte|soll|muss|wird)\s+(?:\w+\s+){0,3}(?:erfolgen|durchgeführt\s+werden)\b"
    r"|\s*(?:推迟|暂缓|待定)",
    re.IGNORECASE,
)
# What tells that it was done all the same: "underwent a planned A", "A was ordered and showed B".
_DONE_BEFORE = re.compile(
    r"\b(?:underwent|undergone|received|s/p|status\s+post|after|following)\s+"
    r"(?:(?:a|an|the|her|his|their|first|second|elective)\s+)*(?:planned|scheduled|recommended|"
    r"ordered|requested|delayed|deferred|overdue|postponed)\s+$",
    re.IGNORECASE,
)
_DONE_AFTER = re.compile(
    r"[^.;\0]{0,60}?\b(?:show(?:s|ed|ing)|reveal(?:s|ed|ing)|demonstrat(?:es|ed|ing)|found|"
    r"confirm(?:s|ed|ing)|(?<!not )(?<!never )(?<!be )(?<!yet )"
    r"(?:performed|completed|done|carried\s+out)|erfolgte[n]?|(?:wurde|ist)[^.;\0]{0,30}?durchgeführt|ergab|"
    r"zeigte|se\s+(?:realizó|hizo)|fue\s+realizad[oa]|mostró|evidenció)\b",
    re.IGNORECASE,
)


def find_status(masked: str, sentence: tuple[int, int], start: int, end: int) -> str:
    """Say why a procedure wasn't done.

    masked (str): The document, see `doc_text.mask`.
    sentence (tuple[int, int]): The characters of the procedure's sentence.
    start, end (int): The procedure's.
    RETURNS (str): DECLINED, NOT_DONE, PLANNED, or "" where nothing says that it wasn't.
    """
    before = masked[max(sentence[0], start - _FAR) : start]
    after = masked[end : min(sentence[1], end + _FAR)]
    if _REFUSED_BEFORE.search(before) or _REFUSED_AFTER.match(after):
        return DECLINED
    if _UNDONE_BEFORE.search(before) or _UNDONE_AFTER.match(after):
        return NOT_DONE
    if _DONE_BEFORE.search(before) or _DONE_AFTER.match(after):
        return ""
    return PLANNED if _PLANNED_BEFORE.search(before) or _PLANNED_AFTER.match(after) else ""
