"""Words before a phrase that deny it: "no rash with A", "was not stopped"."""

import re

# No line of its own: those begin with a capital, a number or a bullet; nor over a ticked box.
_GAP = r"(?:[^\w\n☑☒✓✔]|\n(?=[^\S\n]*(?-i:[a-z])))"
IS_DENIED = re.compile(
    r"\b(?:no(?!\s+longer\s+an?\b)"
    r"|not|cannot|never|none|denie[sd]|denying|without|negative for|non|nor"
    r"|(?:is|was|did|do|does|can|could|should|must)n't|can't)"
    r"(?:\W+(?:known|believed|thought|felt|reported|found) to)?"
    rf"(?:{_GAP}+(?!(?:but|however|although|yes)\b|x\s*[\])}}])\w+){{0,3}}{_GAP}*$",
    re.IGNORECASE,
)
