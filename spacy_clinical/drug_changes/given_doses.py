"""Doses that were given once: "received A 1 g in the ED", "A 4 mg given at 14:30", "A 30 mg x1",
not "A is given daily", "give A x1", "was given a prescription for A"."""

import re

_FAR = 200  # characters behind a drug that are read
_NEAR = 40  # characters before its words
_GOES_ON = re.compile(
    r"\b(?:daily|nightly|weekly|monthly|hourly|every|each|per (?:day|week|hour)|a (?:day|week)|"
    r"od|qd|bd|bid|tid|tds|qid|qds|[bt]iw|q\.?\s?\d+\w*|q[dwh]s?|qhs|qam|qpm|qod|prn|as needed|"
    r"at (?:bedtime|night)|mornings?|since|ongoing|still|to date|prescri\w+|refill\w*|renewed|"
    r"at discharge|to take|(?:with|before|after|per) meals?|"
    r"(?:continu|resum|maintain)\w*(?!\s+(?:on|with)\s*\Z)|"
    r"for(?: the)?(?: \w+){0,3} (?:days|weeks|months|years)|"
    r"täglich|tgl|wöchentlich|monatlich|stündlich|jeden|jede|alle|seit|weiter\w*|fortgeführt|"
    r"(?:für|über) (?:\d+|\w+) (?:tage|wochen|monate)|"
    r"diari\w+|semanal\w*|cada|al día|durante|desde|se mantiene|se continúa)\b"
    r"|/\s?(?:day|d|week|wk)\b|每|连续|继续|维持|\d\s*(?:天|日|周|月|疗程)|bid|tid",
    re.IGNORECASE,
)
# Words of orders, and of what is done as a rule, right before those of a dose or of its drug.
_ORDERS = re.compile(
    r"\b(?:give|take|use|start|begin|try|add|administer|order|repeat|may|can|will|to|please|is|are|be|"
    r"being|wird|werden|geben|bitte|administrar|dar)\s+(?:(?:now|also|then|him|her|them|a|an|the|"
    r"another|one|oral|iv)\s+)*\Z",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\s*(?:[\d\0]|(?:iv|im|po|sc|sl|pr|ivp)\b|i\.)", re.IGNORECASE)
# Behind "x1": no part of a dose, nor of a time.
_NO_COUNT = re.compile(
    r"[/-]|\.\d|\s?(?:days?|weeks?|months?|years?|d|refills?|tab\w*|pills?|puffs?|caps?\w*|"
    r"mg|g|ml)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"x ?\d|x (?:one|two|three)", re.IGNORECASE)
# Behind "once": what ends it, not "once the pain allows".
_ENDS = re.compile(
    r"\s*(?:[.,;:)\n]|\Z|(?:pre-?op\w*|post-?op\w*|given|only|for|in|at|on|with|without|by|before|prior|today|yesterday|overnight|this|"
    r"then|and)\b)",
    re.IGNORECASE,
)
BARE = "given"
_BOLUS = re.compile(r"bolus(?:es|ed)?|iv push|(?:stat|loading) dose", re.IGNORECASE)
_AND_ON = re.compile(r"[^.;]{0,30}?\b(?:drip|infusion|gtt|continu\w*|maintenance)\b", re.IGNORECASE)
_ONCE = re.compile(r"once|(?:one|a single|single|two|three|\d) doses?", re.IGNORECASE)


def is_ordered(text: str, left: int, start: int) -> bool:
    """RETURNS (bool): Whether the words before a place order what follows, or tell of a rule: "give
    A x1", "A is given"."""
    return _ORDERS.search(text[max(left, start - _NEAR) : start]) is not None


def is_a_dose(text: str, cue: tuple[int, int], drug: tuple[int, int]) -> bool:
    """Say whether words tell of a dose.

    text (str): The document, mentions masked.
    cue (tuple[int, int]): The characters of the words.
    drug (tuple[int, int]): Those of the first drug behind them, or the last before.
    RETURNS (bool): Whether they do: "given" alone before a drug only where an amount or a way
        follows that ("given A 4 mg IV", not "given her A"), "x1" and "once" only where no time or
        form does.
    """
    words = text[cue[0] : cue[1]].casefold()
    if words == BARE and drug[0] >= cue[1]:
        return _AMOUNT.match(text, drug[1]) is not None
    if _BOLUS.fullmatch(words):
        return _AND_ON.match(text, cue[1]) is None
    if _ONCE.fullmatch(words):
        return _ENDS.match(text, cue[1]) is not None
    if _COUNT.fullmatch(words):
        return _NO_COUNT.match(text, cue[1]) is None
    return True


def is_day_by_day(text: str, start: int, end: int) -> bool:
    """RETURNS (bool): Whether a drug is taken day by day, or goes on, by the words behind it, up to
    the next drug at most."""
    return _GOES_ON.search(text[start : min(end, start + _FAR)]) is not None
