"""What a run of words that is a name may mean: concepts by entity label, with scores."""

from typing import NamedTuple

import numpy

from ...knowledge.index_arrays import never_negative
from ...knowledge.knowledge_base import SAME, SAME_WORDS, KnowledgeBase
from ...knowledge.name_forms import EMPTY, fold, hash_name, name_key
from .ion_signs import symbol_of
from .term_rules import CAPITALS, CONTEXT, LEAVE_OUT, NEVER, VALUE, TermRules, Unless
from .word_table import TRANSPARENT

ALTERED = 0.94  # score of a name one of whose words was taken for another
SIDED = 0.98  # score of a name over one or more words that it hasn't got, such as "left"
ACRONYM, PLAIN = 6, 4  # letters of an abbreviation, at most; of one in small letters, at least
FAINT = 3  # letters of one in small letters that counts only where the words around it speak for it
SHORT = 4  # letters in capitals that abbreviate something, at most
SHORT_FORM = 0.9  # of its score a short form has that the document gives another long form for
PARTING = EMPTY - TRANSPARENT  # words that a name goes over only if it has them
ENCLOSING = "()"
ION = 6  # letters, digits and signs of an ion, at most
TELLING = 5  # letters of a word that two long forms share, at least


class Sense(NamedTuple):
    """What a term may mean.

    label (str): Entity label.
    score (float): Of its best concept.
    links (tuple[tuple[str, float], ...]): Ids of concepts with scores, the best first.
    """

    label: str
    score: float
    links: tuple[tuple[str, float], ...]


class Reading(NamedTuple):
    """What a term means.

    senses (tuple[Sense, ...]): By label, the best first; none if it is no term here.
    unsure (bool): Whether it counts only where the words around it speak for it.
    unless (tuple[Unless, ...]): Which words around it speak against it.
    given (frozenset[str]): Words around it of which there must be one, none if there needn't.
    loose (bool): Whether it has more words than the name, or has them in another order over "and".
    valued (bool): Whether it counts only where the value of a test follows.
    """

    senses: tuple[Sense, ...] = ()
    unsure: bool = False
    unless: tuple[Unless, ...] = ()
    given: frozenset[str] = frozenset()
    loose: bool = False
    valued: bool = False


class Hit(NamedTuple):
    """Where a run of words was found among the names, and how it is written.

    place (int): Where its names begin in the index.
    soft (bool): Whether it counts only if it is the same word for word.
    altered (int): How many of its words were taken for others.
    sided (bool): Whether it goes over words that the name hasn't got.
    shouted (bool): Whether the words around it are in capitals too.
    long (str): The words of another long form that the document gives for it, one of which a
        concept's names must have; "" for none.
    """

    place: int
    soft: bool
    altered: int
    sided: bool
    shouted: bool
    long: str


class TermReader:
    """Reads what terms mean.

    kb (KnowledgeBase): The concepts.
    rules (TermRules): Labels, stop words and least lengths.
    label (str | None): Of concepts whose types have none; None leaves them out.
    """

    def __init__(self, kb: KnowledgeBase, rules: TermRules, label: str | None):
        self._kb, self._rules, self._label = kb, rules, label
        self._labels = [rules.label_of(type) for type in kb.meta["types"]]

    def read(self, text: str, hit: Hit) -> Reading:
        """Read a term.

        text (str): As the note has it.
        hit (Hit): Where it was found.
        RETURNS (Reading): What it means.
        """
        symbol = symbol_of(text)
        reading = Reading()
        if not symbol:
            reading = self._read(text, hit)
            if hit.shouted and not reading.senses and len(text) <= SHORT:
                # "HR 88" of a text in capitals
                reading = self._read(text, hit._replace(shouted=False))
                reading = reading._replace(valued=True)
        if reading.senses or len(text) > ION:
            return reading
        found = self._find_ions(symbol or text, hit.place, bare=not symbol)
        return Reading(self._group(found), valued=not symbol)

    def _find_ions(self, symbol: str, place: int, *, bare: bool) -> dict[int, float]:
        """The concepts that have a symbol, or a name with its charge: that is what it must have
        where the note has none."""
        found = {}
        for name in self._kb.terms.names(place):
            written = self._kb.read_name(name)
            if symbol in (symbol_of(written), "" if bare else written):
                (concept,) = never_negative([int(self._kb.arrays["name_concepts"][name])])
                found[concept] = SAME
        return found

    def _read(self, text: str, hit: Hit) -> Reading:
        """Read a term that is no symbol with a charge."""
        place, soft, altered, sided, shouted, long = hit
        folded = fold(text)
        rule = self._rules.stops.get(folded)
        letters = text.removesuffix("s")
        capital = not shouted and letters.isupper() and (len(letters) > 1 or text.isupper())
        # Short words count as names that are written so: "Hb", "n/v" of "N/V".
        exact = not capital and (is_cased(text) or "/" in text)
        if rule == NEVER or (rule == CAPITALS and not capital):
            return Reading()
        typos = 0 if altered and "-" not in text and self._is_joined(folded, place) else altered
        if not self._is_long_enough(folded, capital or exact, typos):
            return Reading()
        other = min(SIDED if sided else SAME_WORDS, ALTERED**altered)
        found = self._score(text, folded, place, other, capital, soft=soft)
        as_named = SAME in found.values() or self._is_joined(folded, place)
        unless = self._rules.unless.get(folded, ()) if as_named and not long else ()
        given = frozenset() if long else self._rules.given.get(folded, frozenset())
        if long:
            found = {c: SHORT_FORM * score for c, score in found.items() if self._shares(c, long)}
        loose = sided or (soft and not as_named)
        unsure = rule == CONTEXT or self._is_doubtful(text, folded, place)
        return Reading(self._group(found), unsure, unless, given, loose, rule == VALUE)

    def _is_faint(self, text: str, folded: str) -> bool:
        """Whether a text may be an abbreviation in small letters of which many are other words."""
        short = len(folded) == FAINT and text.isalpha() and text.islower()
        return short and folded not in self._rules.words

    def _is_doubtful(self, text: str, folded: str, place: int) -> bool:
        """Whether a text is an abbreviation that may as well be another word: "plt", "Na"."""
        if len(folded) < FAINT:
            return is_cased(text) and folded in self._rules.words
        names = map(self._kb.read_name, self._kb.terms.names(place))
        return self._is_faint(text, folded) and all(map(is_acronym, names))

    def _is_joined(self, folded: str, place: int) -> bool:
        """Whether a text with a digit is a name but for spaces: "Hb A1c" of "HbA1c"."""
        if not any(map(str.isdecimal, folded)):
            return False
        names = map(self._kb.read_name, self._kb.terms.names(place))
        return any(fold(name).replace(" ", "") == folded.replace(" ", "") for name in names)

    def _is_long_enough(self, folded: str, capital: bool, altered: int) -> bool:
        letters = len(folded) - folded.count(" ")
        least = self._rules.lengths
        if letters < (least.capitals if capital else least.letters) or not any(
            map(str.isalpha, folded)
        ):
            return False
        return not altered or letters >= least.typo_term

    def _score(
        self, text: str, folded: str, place: int, other: float, capital: bool, *, soft: bool
    ) -> dict[int, float]:
        """The concepts of the names that a text may be, with scores; that of a name which isn't the
        text letter by letter is given."""
        same = self._same(folded)
        scores: dict[int, float] = {}
        for name in self._kb.terms.names(place):
            if not self._fits_case(text, folded, name, capital):
                continue
            if soft and not self._goes_over(text, folded, name, same=name in same):
                continue
            score = SAME if name in same else other
            (concept,) = never_negative([int(self._kb.arrays["name_concepts"][name])])
            scores[concept] = max(score, scores.get(concept, 0.0))
        return scores

    def _goes_over(self, text: str, folded: str, number: int, *, same: bool) -> bool:
        """Whether a name is a text with a comma, an "and" or a line end in it: it is the same words
        in the same order, or one such as "and" is among them; or it has the comma too."""
        words = folded.split()
        if any(mark in text and mark not in self._kb.read_name(number) for mark in ENCLOSING):
            return False
        if PARTING.isdisjoint(words):
            return same and ("," not in text or "," in self._kb.read_name(number))
        return same or sorted(fold(self._kb.read_name(number)).split()) == sorted(words)

    def _shares(self, concept: int, long: str) -> bool:
        """Whether one of a concept's names has a telling word of a long form."""
        entity = self._kb.read(concept)
        words = {
            w for name in (entity.canonical_name, *entity.aliases) for w in name_key(name).split()
        }
        return any(len(word) >= TELLING and word in words for word in long.split())

    def _same(self, folded: str) -> set[int]:
        hashes, owners = self._kb.arrays["fold_hashes"], self._kb.arrays["fold_owners"]
        wanted = numpy.uint64(hash_name(folded))
        start, end = (numpy.searchsorted(hashes, wanted, side) for side in ("left", "right"))
        return set(owners[start:end].tolist())

    def _fits_case(self, text: str, folded: str, number: int, capital: bool) -> bool:
        """Whether a short text is written as a name is: an abbreviation, or a word."""
        if len(folded) > ACRONYM or (" " in folded and len(folded) > FAINT):
            return True
        name = self._kb.read_name(number)
        if text == name:
            return True
        if len(folded.replace(" ", "")) < FAINT and not text.isupper():
            return "/" in text and text.upper() == name
        if len(name) > ACRONYM + 1:
            return True  # the text abbreviates it, and says so
        if is_acronym(name):
            known = len(folded) >= PLAIN and folded not in self._rules.words
            return capital or known or self._is_faint(text, folded)
        return not (capital and len(folded) <= SHORT)

    def _group(self, scores: dict[int, float]) -> tuple[Sense, ...]:
        groups: dict[str, list[tuple[str, float]]] = {}
        for concept, score in sorted(scores.items(), key=lambda row: (-row[1], row[0])):
            label = self._label_of(concept)
            if label:
                groups.setdefault(label, []).append((self._kb.id_of(concept), score))
        return tuple(Sense(label, rows[0][1], tuple(rows)) for label, rows in groups.items())

    def _label_of(self, concept: int) -> str | None:
        starts, ids = self._kb.arrays["type_starts"], self._kb.arrays["type_ids"]
        types = never_negative(ids[starts[concept] : starts[concept + 1]].tolist())
        named = [label for label in (self._labels[i] for i in types) if label]
        if not named:
            return self._label
        return next((label for label in named if label != LEAVE_OUT), None)


def is_cased(text: str) -> bool:
    """RETURNS (bool): Whether a text is a word that begins in a capital: "Hb", "Cr"."""
    return text.isalpha() and text[0].isupper() and not text.isupper()


def is_acronym(name: str) -> bool:
    """RETURNS (bool): Whether a name is one short word of which most letters are capitals."""
    letters = sum(map(str.isalpha, name))
    capitals = sum(map(str.isupper, name))
    return len(name) <= ACRONYM + 1 and " " not in name and capitals > 1 and 2 * capitals > letters
