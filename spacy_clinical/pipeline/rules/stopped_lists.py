"""Lists of drugs of which all are over: "stopped A, B and C", "A, B and C were stopped".

The rules say it of the drug right beside their words only, as other mentions may stand there: "for
pain, A was stopped".
"""

import re
from collections.abc import Iterator, Sequence

from ...context.assertion_rules import Found
from ...docs.assertion_vocabulary import HISTORICAL
from ...quantities.drug_list_words import any_of, dose

_DOSE = dose()
_LINK = rf"(?:{any_of('link')}|as\s+well\s+as)\b|[/&+]"
_JOINT = re.compile(
    rf"{_DOSE}\s*(?:,\s*(?:{_LINK})?|{_LINK})\s*(?:(?:also|both|the|his|her|their|home)\s+)*",
    re.IGNORECASE,
)
_LINKED = re.compile(rf"\s(?:{_LINK})|[/&+]", re.IGNORECASE)
_BESIDE = re.compile(
    r"\s*:?\s*(?:(?:taking|both|all|of|the|his|her|their|home|have|has|had|were|was|been|"
    r"wurde|wurden|beide|die|das|den|el|la|los|las|fue|fueron|han|ha|sido|ambos)\s+)*",
    re.IGNORECASE,
)
# Nothing else is told of the last drug: not "stopped A, B continued".
_OVER = re.compile(
    rf"{_DOSE}\s*(?:[.;:)\]\n]|$|(?:because|due|for|on|in|at|after|before|since|per|by|given|"
    r"today|yesterday|last|as|when|while|with|until|this|two|three|\d+|wegen|bei|am|seit|vor|nach|por|desde|tras|hace|"
    r"ab|wurden?|fue|fueron)\b|,?\s*(?:and|but)\s+[a-z]+ed\b)",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:continu\w*|takes?|taking|took|start\w*|resum\w*|on|given|with|keeps?|uses?|using|under)\s+"
    r"(?:(?:the|his|her|their|home|both)\s+)*$",
    re.IGNORECASE,
)
_NEAR = 60  # characters between two drugs, or before one, at most
Extent = tuple[int, int]


def spread(text: str, drugs: Sequence[tuple[Extent, list[Found]]]) -> Iterator[tuple[int, Found]]:
    """Say of all drugs of a list what is said of the one beside the words.

    text (str): The note.
    drugs (Sequence[tuple[Extent, list[Found]]]): Its drugs, in order, each with what is said.
    YIELDS (tuple[int, Found]): The position of a drug of which nothing is said so far, and what is.
    """
    for i, ((start, end), said) in enumerate(drugs):
        cue = next((one.cue for one in said if one.value == HISTORICAL), None)
        if cue is None:
            continue
        if cue[1] <= start and _BESIDE.fullmatch(text, cue[1], start):
            others = _behind(text, drugs, i)
        elif end <= cue[0] and _BESIDE.fullmatch(text, end, cue[0]):
            others = _before(text, drugs, i)
        else:
            continue
        yield from ((other, Found(HISTORICAL, cue)) for other in others)


def _behind(text: str, drugs: Sequence[tuple[Extent, list[Found]]], i: int) -> list[int]:
    """The items of a list behind its first one, none where more is told of the last."""
    k = i
    while k + 1 < len(drugs) and _joined(text, drugs, k):
        k += 1
    end = drugs[k][0][1]
    return list(range(i + 1, k + 1)) if _OVER.match(text, end, end + _NEAR) else []


def _before(text: str, drugs: Sequence[tuple[Extent, list[Found]]], i: int) -> list[int]:
    """The items of a list before its last one, which a word links to them."""
    if not i or not _LINKED.search(text, drugs[i - 1][0][1], drugs[i][0][0]):
        return []
    k = i
    while k and _joined(text, drugs, k - 1, last=False):
        k -= 1
        if _TAKEN.search(text[max(0, drugs[k][0][0] - _NEAR) : drugs[k][0][0]]):
            return []
    return list(range(k, i))


def _joined(
    text: str, drugs: Sequence[tuple[Extent, list[Found]]], k: int, *, last: bool = True
) -> bool:
    """Whether a drug and the next one are items of a list, of which nothing else is said."""
    (_, end), (start, _) = drugs[k][0], drugs[k + 1][0]
    if drugs[k + 1 if last else k][1] or not 0 < start - end <= _NEAR:
        return False
    return _JOINT.fullmatch(text, end, start) is not None
