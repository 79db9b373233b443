"""Whether a drug is only to be stopped, held, switched or started: "will be stopped", "if bleeding
occurs, stop A", "stop A if the INR rises", but not "had to be stopped" or "told to stop"."""

import re

from ..condition_clauses import leads_clause

_PLAN = (
    r"plans?|planning|planned|wants?|intends?|intending|going|hopes?|hoping|wish(?:es)?|like|likes|"
    r"needs?|considers?|considering|prefers?|about|ready|willing|unwilling|unable|refus\w+|"
    r"declin\w+|reluctant|hesitant|try|trying|when|whether|not"
)
_FAR = 200  # characters before or after a cue
_NEAR = 80  # characters of the helpers right before it
_AIM = r"will|would|should|may|might|could|can|must|shall|'ll"
_ADVERBS = (
    r"(?:(?:not|then|also|likely|probably|possibly|safely|now|soon|later|have\s+to|need\s+to)\s+)*"
)
_BEFORE = re.compile(
    rf"(?:\b|(?='))(?:{_AIM})\s+{_ADVERBS}(?:be\s+|have\s+been\s+)?{_ADVERBS}$"
    rf"|(?<!\bhad )(?<!needed )(?<!able )\bto\s+{_ADVERBS}be\s+{_ADVERBS}$"
    rf"|\b(?:{_PLAN})\s+to\s+{_ADVERBS}$"
    r"|(?:将|可以?|考虑|准备|建议|需要?|应)\s*$|(?:拟|计划)[^，。；、\0]{0,8}$"
    r"|\b(?:valor\w+|plant[eé]\w+|consider\w*|recom[ie]\w+|prop[ou]n\w+|sug[ei]\w+|pendientes?\s+de|"
    r"previst[oa]s?|intent\w+|dese\w+|quiere|debe|debería|podría|puede|podrá|conviene)\s+"
    r"(?:(?:el|la|los|las|de|que|su|se|no)\s+)*$",
    re.IGNORECASE,
)
# German: the verb that plans stands far before the one at the end of the clause, or behind it.
_PLANS = re.compile(
    r"\b(?:soll(?:te|ten|en)?|kann|können|könnten?|muss|müss(?:en|ten?)|darf|würden?|möcht\w+|"
    r"wollen|wollt\w+|empfehlen|empfiehlt|empfohlen|bitten?|raten|planen|geplant|erwägen)\b[^.;:]*$"
    r"|\b(?:wird|werden)\b[^.;:,]*\b(?:in|nach)\s+(?:ca\.\s*|etwa\s+)?"
    r"(?:\d+|eine[mr]|zwei|drei|vier|sechs|acht|zwölf)\s+(?:Tag|Woche|Monat|Jahr)\w*\s+$",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"(?:(?!\s(?:und|y|and)\s)[^.;,:])*?\b(?:geplant|vorgesehen|empfohlen|angestrebt|erwogen|"
    r"erwägen|diskutiert|vorgeschlagen|previst[oa]s?|pendientes?|recomendad[oa]s?|programad[oa]s?|"
    r"planificad[oa]s?)\b",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?:\d+|a|one|two|three|four|six|eine[mr]|zwei|drei|vier|sechs|una?|dos|tres|cuatro|seis)"
)
_LATER = re.compile(
    rf"(?:[^.;]|(?<=\d)\.(?=\d))*?\b(?:in|after|nach|dentro\s+de|tras|en)\s+{_NUMBER}\s+"
    r"(?:days?|weeks?|months?|tag\w*|woche\w*|monat\w*|d[ií]as?|semanas?|mes(?:es)?)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:refus\w+|declin\w+|lehn(?:t|te|en|ten)\b(?=[^.;]*\bab\b)|rechaz\w+|se\s+neg(?:ó|aba)|"
    r"se\s+niega|verweiger\w+|(?:wünsch\w+|möcht\w+|will|wollt\w+)\b(?=[^.;]*\bnicht\b)|"
    r"no\s+(?:desea|quiere|acepta))\b|拒绝",
    re.IGNORECASE,
)
_A_WHILE = (
    r"(?:temporarily|vorübergehend|passager|temporär|temporal(?:mente)?|transitori\w+|"
    r"provisional(?:mente)?)\b"
)
_WHILE_BEFORE = re.compile(rf"\b{_A_WHILE}\s+$|暂时?$", re.IGNORECASE)
_WHILE_AFTER = re.compile(rf"(?:(?!\s(?:und|y|and)\s)[^.;,])*?\b{_A_WHILE}", re.IGNORECASE)
_GOES_ON = r"(?:,|\band\b|\bthen\b)\s*(?!(?:if|unless|only|the|her|his|all|any)\b)[^\W\d]"
_AFTER = re.compile(
    rf"(?:(?!{_GOES_ON})(?:[^.;]|(?<=\d)\.(?=\d)))*?"
    r"(?<!\bsee )(?<!\bas )(?<!\bask )(?<!\bcheck )"
    r"\b(?:if|unless|in\s+case|in\s+the\s+event|when|whenever|"
    r"for\s+(?:an?\s+)?(?:sbp|dbp|map|bp|hr|rr|pulse|heart\s+rate|systolic|sedation)|"
    r"once(?!\s+(?:a|per|daily|every|weekly))|falls|wenn|sofern|sobald|si|en\s+caso\s+de)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[.;](?!\d)|[。；]")
_CONDITION = re.compile(
    r"\b(?:if|unless|in\s+case|in\s+the\s+event|(?:provided|providing|assuming)\s+that|"
    r"(?:so|as)\s+long\s+as|"
    r"falls|wenn|sofern|sobald|si|en\s+caso\s+de)\b"
    r"|如果?|若|倘若|一旦|必要时|万一",
    re.IGNORECASE,
)
_SHOULD = re.compile(r"\W*should\b", re.IGNORECASE)
_TOLD = frozenset(
    (
        "stop",
        "stop taking",
        "hold",
        "discontinue",
        "absetzen",
        "stoppen",
        "beenden",
        "ausschleichen",
    )
).union(
    ("pausieren", "unterbrechen", "aussetzen", "suspender", "retirar", "discontinuar"),
    ("interrumpir", "pausar", "quitar"),
)
_BEGUN_BY = frozenset(("start", "begin", "add", "restart", "resume"))
_ONCE = re.compile(  # and an order behind its comma
    r"\s*(?:once|when|as\s+soon\s+as)\b[^,;.]*,\s*(?:(?:then|please|we)\s+)*\Z", re.IGNORECASE
)
_STARTS_IF = re.compile(  # not "as needed if", which is how a drug is taken
    rf"(?:(?!{_GOES_ON}|\b(?:prn|p\.r\.n|as|when)\b)(?:[^.;]|(?<=\d)\.(?=\d)))*?"
    r"\b(?:if|in\s+case|as\s+soon\s+as)\b(?!\s+(?:needed|necessary|required|tolerated|able))",
    re.IGNORECASE,
)
_STATED = re.compile(r"\b(?:is|are|be|being)\s+$", re.IGNORECASE)


_PROCEDURE_IF = re.compile(
    r"\s*(?:again\s+|then\s+|only\s+)*"
    r"(?:if|unless|in\s+case|(?:to|will|should|may)\s+(?:still\s+)?be)\b",
    re.IGNORECASE,
)
# With the drug's dose before it, not with a verb of its own.
_DRUG_IF = re.compile(
    r"(?:(?!\b(?:stop|hold|held|discontinu|increas|decreas|reduc|taper|was|were|is|are|has|had|should"
    r"|and|but|then|which)\w*)(?:[^.;:,\n]|[.,](?=\d))){0,80}?(?:,\s*)?\bonly\s+(?:if|when|in\s+case)\b",
    re.IGNORECASE,
)

# A drug that begins its clause: "midazolam 5 mg if unable to swallow", not "takes A if it hurts".
_ITS_DOSE = re.compile(
    r"(?:\s*+\d[\d.,/-]*+|\s*+(?:mg|mcg|g|ml|units?|%|iv|im|sc|po|sl|pr|nebs?|stat|dose|infusion|"
    r"patch|tabs?)\b){0,6}\s+if\b"
    r"(?!\s+(?:needed|necessary|required|tolerated|able|possible|so|not\s+(?:done|already)|any\b))",
    re.IGNORECASE,
)
_BEGINS_CLAUSE = re.compile(
    r"(?:^|[.;:,]\s|\bthen\s|\n)\s*(?:[-*•]\s*)?(?:(?:syringe\s+driver|infusion|premed\w*|rescue|"
    r"stat|iv|im|sc|oral|low[- ]dose|neb\w*|with|of|a|an)\s+){0,4}$",
    re.IGNORECASE,
)


def is_conditional(text: str, sentence: tuple[int, int], end: int, *, drug: bool) -> bool:
    """Say whether a mention is only planned by the words right after it: "grommet if it recurs",
    "grommet to be booked", "A only if there is pain".

    text (str): The document, mentions masked.
    sentence (tuple[int, int]): The characters of the mention's sentence.
    end (int): Where the mention ends.
    drug (bool): Whether it is a drug, else a procedure.
    RETURNS (bool): Whether it is.
    """
    far = min(sentence[1], end + _FAR)
    if drug and text.find("nly", end, far) < 0 and text.find("NLY", end, far) < 0:
        return False  # as most are, told without the pattern
    return (_DRUG_IF if drug else _PROCEDURE_IF).match(text, end, far) is not None


def is_given_if(text: str, sentence: tuple[int, int], start: int, end: int) -> bool:
    """RETURNS (bool): Whether a drug is planned on a condition by what stands right around it: it
    begins its clause, and "if" follows its dose."""
    far = min(sentence[1], end + _FAR)
    if text.find("if", end, far) < 0 and text.find("IF", end, far) < 0:
        return False
    if _ITS_DOSE.match(text, end, far) is None:
        return False
    left = max(sentence[0], start - 60)
    return _BEGINS_CLAUSE.search(text[left:start]) is not None


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
    begin, far = max(left, start - _FAR), min(right, end + _FAR)
    if _BEFORE.search(text, max(begin, start - _NEAR), start) or _PLANS.search(text, begin, start):
        return True
    clause = max((match.end() for match in _BREAK.finditer(text, begin, start)), default=begin)
    if _depends(text, clause, start) or _PLANNED.match(text, end, far):
        return True
    if clause == left and _SHOULD.match(text, left, start):
        return True
    words = " ".join(text[start:end].casefold().split())
    told, begun = words in _TOLD, words in _BEGUN_BY
    if (told or begun) and _ONCE.match(text[clause:start]):
        return True
    if begun and _STARTS_IF.match(text, end, far):
        return True
    if told and (_LATER.match(text, clause, start) or _LATER.match(text, end, far)):
        return True
    conditional = ends and (told or _STATED.search(text, begin, start) is not None)
    return conditional and _AFTER.match(text, end, far) is not None


def _depends(text: str, left: int, right: int) -> bool:
    """Whether what stands behind a clause depends on a condition in it, which reaches over a comma
    only where it begins its clause: "if it bleeds, stop A", not "dialyse if K is high, stop A"."""
    for match in _CONDITION.finditer(text, left, right):
        over = "," in text[match.end() : right] and match[0][0].isascii()
        if not over or leads_clause(text, left, match.start()):
            return True
    return False


def is_refused(text: str, sentence: tuple[int, int], cue: tuple[int, int]) -> bool:
    """RETURNS (bool): Whether somebody doesn't want what a cue tells: "rechaza el cambio"."""
    left, right = max(sentence[0], cue[0] - _FAR), min(sentence[1], cue[1] + _FAR)
    return _REFUSED.search(text, left, right) is not None


def is_temporary(text: str, sentence: tuple[int, int], cue: tuple[int, int]) -> bool:
    """RETURNS (bool): Whether an end is only for a while: "vorübergehend abgesetzt"."""
    if _WHILE_BEFORE.search(text, max(sentence[0], cue[0] - _FAR), cue[0]):
        return True
    return _WHILE_AFTER.match(text, cue[1], min(sentence[1], cue[1] + _FAR)) is not None
