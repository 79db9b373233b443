"""Which drug of a list, or of lines, a phrase beside a drug tells of."""

import re
from collections.abc import Iterator

from ..drug_changes.drug_harm import DRUG_SIGN
from ..drug_changes.drug_lists import TAKEN

_JOINTS = re.compile(
    r",|/|&|\+|\n|\band\b|\bor\b|\bnor\b|\bas well as\b|\([^()\n]*\)", re.IGNORECASE
)
_AMOUNT = re.compile(
    r"\d[\d.,/-]*\s*(?:mcg|mg|g|ml|iu|units?|tabs?|tablets?|%)?(?![a-z])"
    r"|\b(?:po|iv|im|sc|daily|od|bid|tid|qid|nightly|prn)\b|[-•*]",
    re.IGNORECASE,
)
_NO_ITEM = frozenset(
    [
        "a",
        "after",
        "as",
        "at",
        "because",
        "but",
        "day",
        "by",
        "for",
        "from",
        "given",
        "had",
        "has",
        "have",
        "he",
        "if",
        "in",
        "is",
        "it",
        "no",
        "not",
        "now",
        "off",
        "on",
        "pending",
        "per",
        "she",
        "so",
        "started",
        "takes",
        "taking",
        "that",
        "then",
        "therefore",
        "they",
        "this",
        "to",
        "treated",
        "was",
        "were",
        "when",
        "which",
        "while",
        "who",
        "with",
    ]
)
_ARTICLES = frozenset({"the", "any", "all", "both", "his", "her", "their", "known"})
LONGEST_ITEM = 3
LINE_END = re.compile(r"\n(?![^\S\n]*[a-z])")
_JOINED_LINE = re.compile(r"(?:[,/&+:]|\b(?:and|or|nor))[^\S\n]*$", re.IGNORECASE)
PASSIVE = re.compile(r"\b(?:was|were|is|are|been|be|being)\b", re.IGNORECASE)
# A drug whose phrase follows: "A was ", "A and B have been "; a drug that follows its phrase.
_OWNED = re.compile(rf"{DRUG_SIGN}[\s()]*(?:\w+\s+){{0,4}}$")
_CELL = re.compile(r"[|\t]")
_JOINED = re.compile(r"\)?\s*(?:\([^()\n]*\)\s*)?(?:[,/&+]|and\b|or\b)", re.IGNORECASE)
# "With A, feeding was stopped", "on A her B was stopped": what isn't the subject.
_WITH = re.compile(
    r"\b(?:with|under|on|during|after|despite)\s+(?:(?:the|a|an|his|her|their|iv|oral|home)\s+)*$",
    re.IGNORECASE,
)
_OTHERS = re.compile(rf"\s+(?:his|her|their|the)\s+{DRUG_SIGN}|,\s*[^\W_]", re.IGNORECASE)
_ENDED = (
    r"\b(?:stopped|held|discontinued|paused|ceased|withheld|weaned|tapered|finished|completed)\b"
)
_NEXT = re.compile(rf"[^,\n]*,\s*{DRUG_SIGN}+\s+(?:{PASSIVE.pattern}|{_ENDED})", re.IGNORECASE)
AHEAD = re.compile(
    rf"(?:[^\S\n]|:\s*)*(?:(?:the|his|her|their|taking|of|home)\s+)*{DRUG_SIGN}", re.IGNORECASE
)


def leads(before: str, match: re.Match[str]) -> bool:
    """Say whether a phrase reaches the drug behind it; "A was stopped, B" tells of A, as does "A
    (not taking)" of the line before B's.

    before (str): What stands before the drug, drugs as signs.
    match (re.Match): The phrase.
    RETURNS (bool): Whether it does.
    """
    rest, line = before[match.end() :], before.rfind("\n", 0, match.start()) + 1
    owned = _OWNED.search(before, 0, match.start()) and _JOINED.match(rest)
    over = DRUG_SIGN in before[line : match.start()] and any(_line_overs(rest))
    return _is_list(rest, joined=True) and not owned and not over


def joins(before: str, after: str, match: re.Match[str]) -> bool:
    """Say whether a phrase reaches the drug before it; "A, stopped B" tells of B, as does "on A her
    B was stopped", and what stands on B's line of B, unless the lines are joined.

    before (str): What stands before the drug.
    after (str): What stands behind the drug, drugs as signs.
    match (re.Match): The phrase.
    RETURNS (bool): Whether it does.
    """
    between = after[: match.start()]
    if _WITH.search(before) and _OTHERS.match(between):
        return False
    if TAKEN.search(before) and _NEXT.match(after):
        return False
    ahead = AHEAD.match(after, match.end()) and DRUG_SIGN not in match[0]
    owned = ahead and not PASSIVE.search(match[0])
    other_row = "\n" in between and _CELL.search(between)
    return _is_list(between, joined=False) and not (owned or other_row or _other_line(between))


def _other_line(between: str) -> bool:
    """Whether a phrase stands on another drug's line, which isn't joined to the lines before."""
    return any(DRUG_SIGN in between[end:] for end in _line_overs(between))


def _line_overs(text: str) -> Iterator[int]:
    """Where lines begin that tell of others than the line before, as nothing joins the two."""
    for end in LINE_END.finditer(text):
        if not _JOINED_LINE.search(text, 0, end.start()):
            yield end.end()


def _is_list(text: str, *, joined: bool) -> bool:
    """Whether a text holds items of a list only; the item beside the drug must be the drug."""
    parts = _JOINTS.split(text.replace(DRUG_SIGN, " "))
    items = [_AMOUNT.sub(" ", item).strip(" \t:–—-(").lower() for item in parts]
    own = items[-1] if joined else items[0]
    if set(own.split()) - _ARTICLES:
        return False
    return all(_is_item(item) for item in items)


def _is_item(item: str) -> bool:
    words = item.split()
    return len(words) <= LONGEST_ITEM and ":" not in item and _NO_ITEM.isdisjoint(words)
