"""Allergies that were taken back: "penicillin allergy removed", "delabelled", "outgrew"."""

import re

_FAR = 90  # characters before and after the words of an allergy
_TAKEN_BACK = (
    r"(?:removed|de-?label(?:l?ed)|ruled\s+out|excluded|disprove[dn]|refuted|retracted|deleted|"
    r"outgrown|entered\s+in\s+error|in\s+error|erroneous|no\s+longer\s+(?:present|active|valid|"
    r"listed)|struck\s+from)\b"
)
_AFTER = re.compile(
    r"(?:\0*;\s*(?:this|it)\s)?[\s\0(,:-]*(?:(?:allergy|allergies|labels?|listing|entry|flag|history|record|status|was|were|"
    r"has|have|had|been|is|are|now|since|then|formally|officially|subsequently|later|recently|and|"
    rf"which|that|after\s+(?:skin\s+|oral\s+)?(?:testing|challenge))[\s\0,:-]+)*{_TAKEN_BACK}"
    r"|\s*(?:过敏)?(?:史|标签)?(?:已|被)*(?:排除|删除|移除)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?<!not )(?<!never )(?<!be )\b(?:removed|de-?label(?:l?ed)|ruled\s+out|excluded|disproved|"
    r"refuted|retracted|deleted|outgrew|outgrown|cleared|no\s+longer\s+(?:has|had|carries))\s+"
    r"(?:(?:a|an|the|her|his|their|of|for|from|any|listed|documented|reported|childhood|presumed|"
    r"suspected|previous|prior|former|alleged|label)\s+)*[\s\0]*$",
    re.IGNORECASE,
)


def is_taken_back(masked: str, sentence: tuple[int, int], start: int, end: int) -> bool:
    """Say whether an allergy was taken back.

    masked (str): The document, see `doc_text.mask`.
    sentence (tuple[int, int]): The characters of its sentence.
    start, end (int): Those of its word ("allergy to"), or of a mention that is one.
    RETURNS (bool): Whether the words right before it or right behind it say so.
    """
    if _BEFORE.search(masked, max(sentence[0], start - _FAR), start):
        return True
    return _AFTER.match(masked, end, min(sentence[1], end + _FAR)) is not None
