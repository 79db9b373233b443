"""What the condition of a sentence reaches: over a comma only where it leads its clause.

"If it bleeds, stop A" stops nothing yet; "Dialyse if K is high, stop A" does.
"""

import re

FAR = 200  # characters before a condition that are read
_TOLD = (
    r"told|tell|advis\w+|instruct\w+|ask\w*|explain\w*|warn\w*|know\w*|aware|counsel\w+|"
    r"return|call|contact|come|seek|notify|ring|phone|see|present"
)
_LED_BY = re.compile(
    r"(?:^|[,:;.(\n–-]|\b(?:and|but|then|that|so|or|also|however|please|und|y|o)\b"
    rf"|\b(?:{_TOLD})\b[^,:]{{0,60}})\s*$",
    re.IGNORECASE,
)


def leads_clause(text: str, left: int, start: int) -> bool:
    """Say whether a condition stands in front of what depends on it.

    text (str): The document.
    left (int): Where its clause or sentence begins.
    start (int): Where the condition's first word begins.
    RETURNS (bool): Whether nothing but words that lead to it stands before it: "told that if ...".
    """
    return _LED_BY.search(text[max(left, start - FAR) : start]) is not None
