"""Names that say more than a text does: "ocular hypotension" isn't what "hypotension" means.

TF-IDF takes the words that a name has beside those of a text for unimportant where they are common,
but they are what makes its concept narrower. So each name that has such a word counts less. The
shares were chosen on training parts, with 0.75 as the threshold of `clinical_linker`.
"""

from collections.abc import Set

from .confusable_names import are_opposites
from .distinct_words import are_distinct
from .name_forms import name_key

HEADS = frozenset(
    map(name_key, ("disease", "syndrome"))
)  # "Canavan disease" says no more than "Canavan"
NARROWER = 0.7  # share of the score for a name that has all words of the text, and another one
OPPOSITE = 0.7  # ... for a name that tells of something else
OTHER = 0.8  # ... that has another word, where the text too has one that the name lacks
_SAME_LETTERS = 4


def share_of(text: Set[str], name: Set[str], known: Set[str] = frozenset()) -> float:
    """Find how much of its score a name keeps.

    text, name (Set[str]): Their words, as `name_key` has them.
    known (Set[str]): The text's words that names of the base have.
    RETURNS (float): 1 where each word of the name is one of the text's, or begins like one
        that the name lacks, and none is its opposite, or another word that looks like it.
    """
    more, lacking = name - text, text - name
    if are_opposites(text, name):
        return OPPOSITE
    if any(are_distinct(word, other, known) for word in lacking for other in more):
        return OPPOSITE
    if not lacking:
        return NARROWER if more - HEADS else 1.0
    unlike = [word for word in more - HEADS if not any(is_alike(word, other) for other in lacking)]
    return OTHER if unlike else 1.0


def is_alike(word: str, other: str) -> bool:
    """RETURNS (bool): Whether two words begin alike, as forms of one word do."""
    return word[:_SAME_LETTERS] == other[:_SAME_LETTERS]
