"""Hospitals, organisations, streets, cities, states and countries, by lists and by their words."""

import re
from collections.abc import Iterator

from .locale_tables import Lexicon, Phrases
from .overlapping_finds import Found
from .text_words import Words

_STRONG = re.compile(
    r"(?:\b(?:liv\w+|resid\w+|moved|born|travel\w*|flew|visit\w*|came|grew up|drove|raised"
    r"|immigrated|emigrated|native|trip|stay\w*|vacation\w*|flight|relocated)"
    r"(?: back| over)? (?:in|to|from|at|of|outside)|\bnear) \Z"
)
_WORKS = re.compile(
    r"\b(?:works?|worked|working|employed|employee|employer is)(?: for| at| by| of) \Z"
)
_SEEN = re.compile(
    r"\b(?:seen|admitted|treated|referred|evaluated|visits?|visited|attended|transferred|discharged"
    r"|presented|hospitali[sz]ed|followed|hospitali[sz]ation|admission|consultation|surgery"
    r"|checked in)"
    r"(?: up| back| here| again| recently)? (?:at|to|from|in) (?:the |our )?\Z"
)
_AT = re.compile(r"\b(?:at|from|to|by|via) (?:the )?\Z")
_NUMBER = re.compile(r"(?<![\w/.-])\d{1,5}[A-Za-z]?(?:-\d{1,5})? (?:[NSEW]\.? )?\Z")
_ZIP = re.compile(r",? +\d{5}(?!\w| ?(?:mg|ml|units|steps))")
_FLAT = re.compile(
    r",? (?:apt|apartment|suite|ste|unit|flat|room|rm|bldg|floor|#)\.? ?#?[\w-]{1,6}", re.IGNORECASE
)
_ROAD = re.compile(
    r"\b(?:Route|Rte\.?|Rt\.?|Highway|Hwy\.?|Interstate|I-|US-|County Road) ?\d{1,4}\b"
    r"|\bP\.? ?O\.? Box \d+"
)
_ACRONYM = re.compile(r"[A-Z]{3,6}\Z")
_SURE_STREETS = ("street", "avenue", "road", "lane", "terrace", "boulevard", "blvd", "parkway")
_SMALL = ("hospital", "clinic", "infirmary", "hospice")
_WINDOW = 30
MOST = 8  # words of a place beside the one that tells it


class PlaceFinder:
    """Finds places and organisations.

    lexicon (Lexicon): The tables.
    """

    def __init__(self, lexicon: Lexicon):
        self._lexicon = lexicon
        kinds = ("hospital", "organization", "street")
        self._ends = Phrases(
            (word, kind) for kind in kinds for word in lexicon.role(f"{kind} word")
        )

    def find(self, words: Words) -> list[Found]:
        """Find places.

        words (Words): The text.
        RETURNS (list[Found]): In no order; they may overlap.
        """
        found = [Found(*m.span(), "LOCATION", 0.7, "rule:road") for m in _ROAD.finditer(words.text)]
        for i, word in enumerate(words.list):
            if word.is_capital:
                found += self._at(words, i)
        return found

    def _at(self, words: Words, i: int) -> Iterator[Found]:
        listed = self._lexicon.places.at(words, i)
        if listed:
            yield from self._listed(words, i, listed[1], *listed[0].split("/"))
        ending = self._ends.at(words, i)
        if ending:
            yield from self._run(words, i, *ending)
        if "hospital prefix" in self._lexicon.roles.get(words[i].lower, ()):
            yield from self._saint(words, i)
        if not listed:
            yield from self._unlisted(words, i)

    def _listed(
        self, words: Words, i: int, end: int, label: str, certainty: str
    ) -> Iterator[Found]:
        if self._is_eponym(words, i, end):
            return
        start, stop = words[i].start, words[end - 1].end
        state = self._state_after(words, end) if label == "CITY" else None
        if state:
            yield Found(words[state].start, words[state].end, "STATE", 0.7, "rule:state")
        rest = self._rest(words, end)
        if label == "HOSPITAL" or (label == "CITY" and rest > words.stop(end - 1)):
            yield Found(start, rest, "HOSPITAL", 0.85, "rule:hospital-list")
        elif certainty != "ambiguous":
            yield Found(start, stop, label, 0.8, f"rule:{label.lower()}-list")
        elif state or self._in_place(words, i):
            yield Found(start, stop, label, 0.7, f"rule:{label.lower()}-list")

    def _is_eponym(self, words: Words, i: int, end: int) -> bool:
        behind = words[end].lower if end < len(words) else ""
        return behind in self._lexicon.heads and words.joined(end - 1)

    def _in_place(self, words: Words, i: int) -> bool:
        return (
            i > 0
            and words.gap(i - 1) == " "
            and "place context" in self._lexicon.roles.get(words[i - 1].lower, ())
        )

    def _state_after(self, words: Words, end: int) -> int | None:
        if end < len(words) and words.gap(end - 1) in (", ", " "):
            return end if words[end].text in self._lexicon.abbreviations else None
        return None

    def _state_with_zip(self, words: Words, end: int) -> int | None:
        """The state of "Quorvexton, OH 44870"."""
        state = self._state_after(words, end) if words.gap(end - 1) == ", " else None
        return state if state and _ZIP.match(words.text, words[state].end) else None

    def _rest(self, words: Words, end: int) -> int:
        """The end of words such as "Medical Center" behind a hospital's name."""
        while end < len(words) and words.joined(end - 1):
            ending = self._ends.at(words, end)
            if not ending or ending[0] != "hospital":
                break
            if not (words[end].is_capital or words[end].lower in _SMALL or ending[1] > end + 1):
                break
            end = ending[1]
        return words.stop(end - 1)

    def _run(self, words: Words, i: int, kind: str, end: int) -> Iterator[Found]:
        """Capitalised words before a word such as "Hospital", "Inc" or "Street"."""
        first = i
        while first > max(0, i - MOST) and self._continues(words, first - 1, kind):
            first -= 1
        begin, stop = words[first].start, words.stop(end - 1)
        if not any(self._is_own(words, k) for k in range(first, i)):
            before = words.text[max(0, begin - _WINDOW) : begin].lower()
            written = words[i].is_capital and words[end - 1].is_capital
            if kind != "hospital" or not written or not _AT.search(before) or end - first < 2:
                return
        if kind == "street":
            yield from self._street(words, begin, stop, words[i].lower)
        elif kind == "hospital":
            yield Found(begin, self._rest(words, end), "HOSPITAL", 0.8, "rule:hospital")
        else:
            yield Found(begin, stop, "ORGANIZATION", 0.75, "rule:organization")

    def _continues(self, words: Words, k: int, kind: str) -> bool:
        word = words[k]
        if not words.joined(k) or words.gap(k)[0] == ".":
            return word.lower in ("st", "mt") and words.joined(k)
        linking = word.lower in ("of", "the", "and", "for") and kind != "street" and k > 0
        if linking and self._is_own(words, k - 1) and words.joined(k - 1):
            return True
        return word.is_capital and (self._is_own(words, k) or kind != "street")

    def _is_own(self, words: Words, k: int) -> bool:
        """Whether a word can be what a place is called by, and isn't a title."""
        lower = words[k].lower
        told = self._lexicon.roles.get(lower, frozenset())
        if "title" in told or "clinician title" in told:
            return False
        listed = self._lexicon.is_name(lower) or "hospital prefix" in told
        return words[k].is_capital and (
            listed or (lower not in self._lexicon.ordinary and len(lower) > 2 and not told)
        )

    def _street(self, words: Words, begin: int, stop: int, ending: str) -> Iterator[Found]:
        number = _NUMBER.search(words.text[max(0, begin - 12) : begin])
        flat = _FLAT.match(words.text, stop)
        stop = flat.end() if flat else stop
        if number:
            start = begin - len(number.group())
            yield Found(start, stop, "STREET", 0.9, "rule:street")
        elif ending in _SURE_STREETS:
            yield Found(begin, stop, "STREET", 0.6, "rule:street")

    def _saint(self, words: Words, i: int) -> Iterator[Found]:
        """ "St. Brendan's", "Mount Carmel", with the words of a hospital behind."""
        if i + 1 < len(words) and words.joined(i) and words[i + 1].is_capital:
            if self._is_eponym(words, i, i + 2) or not self._is_own(words, i + 1):
                return
            yield Found(words[i].start, self._rest(words, i + 2), "HOSPITAL", 0.7, "rule:saint")

    def _unlisted(self, words: Words, i: int) -> Iterator[Found]:
        """A word that no list has, after words such as "lives in", "works for" or "at"."""
        word = words[i]
        if word.lower in self._lexicon.ordinary or word.lower in self._lexicon.eponym_words:
            return
        before = words.text[max(0, word.start - _WINDOW) : word.start].lower()
        end = i + 1
        last = min(len(words), end + MOST)
        while end < last and words.gap(end - 1) == " " and self._is_own(words, end):
            end += 1
        extent = word.start, words[end - 1].end
        state = None if word.is_shouted else self._state_with_zip(words, end)
        if state:
            yield Found(words[state].start, words[state].end, "STATE", 0.7, "rule:state")
        if state or (_STRONG.search(before) and not word.is_shouted):
            yield Found(*extent, "CITY", 0.5, "rule:place-context")
        elif _SEEN.search(before) and not word.is_initial:
            yield Found(word.start, words.stop(end - 1), "HOSPITAL", 0.5, "rule:seen-at")
        elif _WORKS.search(before):
            yield Found(*extent, "ORGANIZATION", 0.6, "rule:employer")
        elif _ACRONYM.match(word.text) and _AT.search(before) and self._is_mixed(words, i):
            yield Found(word.start, word.end, "HOSPITAL", 0.45, "rule:acronym")

    def _is_mixed(self, words: Words, i: int) -> bool:
        """Whether a word ends there, and those beside it aren't shouted too."""
        beside = [words[k] for k in (i - 1, i + 1) if 0 <= k < len(words)]
        return words.gap(i)[:1] in " ,.;)" and not any(word.is_shouted for word in beside)
