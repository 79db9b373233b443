"""ConText: how far each cue of a sentence reaches.

After NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009): a cue reaches forward or back
to the sentence's end or to a word that ends its scope. Beyond them, a forward cue also ends the
scope of an earlier one of another category if a mention or a comma stands between the two ("no
effusion, possible pneumonia"), unless a link does ("no fever or history of asthma"); and the items
of a list on one line ("1) no effusion 2) emphysema") keep to themselves.
All is linear in the sentence but for binary searches.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from .bracketed_cues import Brackets
from .condition_scopes import governed_until, leads
from .cue_tables import ANSWER, BACKWARD, BOTH, CLAUSE, CURRENT, EITHER, END, FORWARD, LINK
from .cues import WORD, Cue, Cues
from .own_clauses import CATEGORIES, DENIED, closed_lists, own_clauses, own_items, own_subject
from .word_reach import WordReach

FAMILY, POSSIBLE = "family", "possible"
_NEAR = 40  # characters that are looked at between a cue and a mention
Extent = tuple[int, int]
_COMMA = re.compile(r"[,，、]")


class Sentence:
    """A sentence with what stands in it, and where its cues reach.

    text (str): The document.
    extent (Extent): The sentence's characters.
    mentions (Sequence[Extent]): Those of its mentions, sorted.
    found (Cues): The cues.

    starts (list[int]): Where the mentions begin.
    asserting (list[Cue]): The cues that say something of mentions.
    """

    def __init__(self, text: str, extent: Extent, mentions: Sequence[Extent], found: Cues):
        self.text, self.extent, self.mentions, self.found = text, extent, mentions, found
        self.cues = found.cues
        self.starts = [start for start, _ in mentions]
        self._ends = [end for _, end in mentions]
        self._ends.sort()
        self._known_borders: dict[tuple[str, str], list[int]] = {}
        if any(cue.rule.direction == EITHER for cue in self.cues):
            self.cues = [
                self._turned(cue) if cue.rule.direction == EITHER else cue for cue in self.cues
            ]
        self.asserting = [cue for cue in self.cues if cue.rule.category not in (END, LINK)]

    def _turned(self, cue: Cue) -> Cue:
        """A cue that looks back where a mention stands in its reach there, and on otherwise; one in
        a mention looks at the rest of that."""
        k = bisect_right(self.starts, cue.start) - 1
        if k >= 0 and self.mentions[k][1] >= cue.end:
            back = self.starts[k] < cue.start
        else:
            low, high = self.backward(cue)
            k = bisect_right(self._ends, high)
            back = k > bisect_right(self._ends, low) and not self._leads_on(self._ends[k - 1], cue)
        return cue._replace(rule=cue.rule._replace(direction=BACKWARD if back else FORWARD))

    def _leads_on(self, end: int, cue: Cue) -> bool:
        """Whether a cue touches the mention behind it, and not the one before it, which ends at a
        character: "gout, resolved rash"."""
        following = _next(self.starts, cue.end, self.extent[1])
        touches = following < self.extent[1] and not self._between(cue.end, following).strip(":：")
        return touches and bool(self._between(end, cue.start))

    def _between(self, start: int, end: int) -> str:
        return self.text[start : min(end, start + _NEAR)].strip()

    def between(self, start: int, end: int) -> int:
        """RETURNS (int): How many mentions stand between two characters."""
        return max(0, bisect_right(self._ends, end) - bisect_left(self.starts, start))

    def returns(self, start: int, end: int) -> bool:
        """RETURNS (bool): Whether words between two characters turn from a relative to the
        patient."""
        return _next(self._borders(FAMILY, FORWARD), start, end + 1) <= end

    def forward(self, cue: Cue) -> tuple[int, int]:
        """Tell which mentions a cue reaches behind it.

        cue (Cue): A cue of the sentence.
        RETURNS (tuple[int, int]): Mentions that begin at the first character or later, and before
            the second.
        """
        begin = self._first_item(cue.end) if cue.later else cue.end
        category, high = cue.rule.category, self.extent[1]
        if cue.inner is not None and cue.rule.looks not in (FORWARD, BOTH):
            return cue.inner
        if cue.rule.is_condition:
            high = self._condition_end(cue)
        else:
            high = min(_next(self._borders(category, FORWARD), cue.end, high), self._stopped(cue))
        own = self._item(cue.start, cue.end, high), self._brackets.until(cue, high)
        return begin, min(high, *own, self._word_reach.on(cue))

    def _condition_end(self, cue: Cue) -> int:
        """Where ends what depends on a condition: where words do that end all scopes; where it
        follows what depends on it, behind a comma where any words do."""
        high = self.extent[1]
        comma = _next(self._commas, cue.end, high)
        if leads(self.text, self.extent[0], cue.start):
            doubt = _next(self._doubts, comma, high)
            until = governed_until(self.text, cue.end, high, self._commas)
            return min(_next(self._clause_begins, cue.end, high), doubt, until)
        soft = _next(self._borders(cue.rule.category, FORWARD), comma, high)
        return min(_next(self._clause_begins, cue.end, high), soft, max(comma, self._stopped(cue)))

    def backward(self, cue: Cue) -> tuple[int, int]:
        """Tell which mentions a cue reaches before it.

        cue (Cue): A cue of the sentence.
        RETURNS (tuple[int, int]): Mentions that end behind the first character, and at the second
            or before it.
        """
        ends = self._borders(cue.rule.category, BACKWARD)
        if cue.rule.direction == ANSWER:
            low = self._answered(ends, cue.start)
        else:
            k = bisect_right(ends, cue.start)
            low = ends[k - 1] if k else self.extent[0]
        k = bisect_left(self.found.items, (cue.start, 0))
        low = max(low, self.found.items[k - 1][1] if k else low)
        if self._clause_ends and cue.rule.direction != ANSWER:
            low = max(low, self._clause_start(cue))
        if cue.rule.category == DENIED:
            low = max(low, own_subject(self.text, self._commas, self._ends, cue.start))
        return max(low, self._word_reach.back(cue)), cue.start

    def _answered(self, ends: Sequence[int], start: int) -> int:
        """Where that begins which an answer may be to: behind the last word that ends scopes, or,
        where no mention stands in the answer's clause, the clause before: "A was considered on CT;
        tests were negative and it was dropped"."""
        k = bisect_right(self._ends, start)
        clauses = self._clauses
        i = bisect_left(clauses, self._ends[k - 1]) if k else len(clauses)
        if i < bisect_right(clauses, start):
            return clauses[i - 1] if i else self.extent[0]
        k = bisect_right(ends, start)
        while k and not WORD.search(self.text, ends[k - 1], start):
            k -= 1
        return ends[k - 1] if k else self.extent[0]

    @cached_property
    def _clauses(self) -> list[int]:
        """Where words end that end all scopes."""
        return [cue.end for cue in self.cues if cue.rule.category == END and not cue.rule.ends]

    @cached_property
    def _clause_begins(self) -> list[int]:
        """Where words begin that end all scopes."""
        ending = (c for c in self.cues if c.rule.category == END and not c.rule.ends)
        return [c.start for c in ending if c.start not in self._listed and c.rule.direction == ""]

    def _first_item(self, place: int) -> int:
        """Where the first item of a list that begins somewhere ends."""
        comma = _next(self._commas, place, self.extent[1])
        return min(comma, self._first_mention_end(place))

    def _first_mention_end(self, place: int) -> int:
        k = bisect_left(self.starts, place)
        return self._later_ends[k] if k < len(self.mentions) else self.extent[1]

    @cached_property
    def _later_ends(self) -> list[int]:
        """Of each mention, the first end of it and those behind."""
        found, low = [], self.extent[1]
        for _, end in reversed(self.mentions):
            low = min(low, end)
            found.append(low)
        return found[::-1]

    def _borders(self, category: str, direction: str) -> list[int]:
        """Where cues begin that end the forward scopes of a category, or end that end those
        backward."""
        known = self._known_borders
        if (category, direction) not in known:
            ending = [
                cue
                for cue in self.cues
                if cue.rule.category == END
                and cue.rule.direction in ("", direction)
                and (not cue.rule.ends or category in cue.rule.ends)
                and cue.start not in self._listed
            ]
            if direction == FORWARD:
                own = self._own_clauses if category in CATEGORIES else []
                if category == DENIED and self._commas:
                    own = own + own_items(self.text, self.extent[1], self._commas)
                found = [cue.start for cue in ending]
                known[category, direction] = sorted(found + own) if own else found
            else:
                known[category, direction] = sorted(cue.end for cue in ending)
        return known[category, direction]

    @cached_property
    def _own_clauses(self) -> list[int]:
        return own_clauses(self.text, self.mentions, self._commas) if self._commas else []

    @cached_property
    def _clause_ends(self) -> list[Cue]:
        return [cue for cue in self.cues if cue.rule.direction == CLAUSE]

    def _clause_start(self, cue: Cue) -> int:
        """Where the clause begins of the last mention before a cue."""
        k = bisect_right(self._ends, cue.start) - 1
        at = self.mentions[k][0] if k >= 0 else self.extent[0]
        category = cue.rule.category
        ending = {c.start for c in self._clause_ends if not c.rule.ends or category in c.rule.ends}
        commas = [c for c in self._closed_lists if c < at and c in ending]
        return commas[-1] if commas else self.extent[0]

    @cached_property
    def _closed_lists(self) -> list[int]:
        return closed_lists(self.text, self.extent[0], self.mentions, self._commas)

    @cached_property
    def _listed(self) -> set[int]:
        """Where semicolons part a list whose last item a link ties to the others: "a; b; or c"."""
        found: set[int] = set()
        run: list[int] = []
        for cue in self.cues:
            if cue.rule.category == LINK:
                found.update(run if self.text[cue.start] == ";" else ())
            elif self.text[cue.start : cue.end] == ";":
                run.append(cue.start)
            else:
                run = []  # more is said than items
        return found

    def _item(self, start: int, end: int, high: int) -> int:
        """Where the list item ends in which a cue stands, if one of a list on the line does."""
        items = self.found.items
        if not items or start < items[0][0]:
            return high
        k = bisect_left(items, (end, 0))
        return items[k][0] if k < len(items) else high

    def _stopped(self, cue: Cue) -> int:
        """Where a later forward cue of another category ends the scope of a cue."""
        if cue.rule.category == FAMILY or not self._stoppers:
            return self.extent[1]
        comma = _next(self._commas, cue.end, self.extent[1])
        place = min(comma, self._first_mention_end(cue.end))
        k = bisect_left(self._stoppers, place, key=lambda c: c.start)
        if k < len(self._stoppers) and self._stoppers[k].rule.category == cue.rule.category:
            k = self._others[k]
        return self._stoppers[k].start if k < len(self._stoppers) else self.extent[1]

    @cached_property
    def _stoppers(self) -> list[Cue]:
        """Forward cues that no link ties to what stands before."""
        return [
            cue
            for cue, link in zip(self.cues, [None, *self.cues], strict=False)
            if cue.rule.category not in (END, CURRENT)
            and cue.rule.looks in (FORWARD, BOTH)
            and not (
                link is not None
                and link.rule.category == LINK
                and link.end <= cue.start
                and not WORD.search(self.text, link.end, cue.start)
            )
        ]

    @cached_property
    def _doubts(self) -> list[int]:
        return [cue.start for cue in self._stoppers if cue.rule.category == POSSIBLE]

    @cached_property
    def _others(self) -> list[int]:
        """Of each stopper, the next one of another category."""
        stoppers, found = self._stoppers, [len(self._stoppers)] * len(self._stoppers)
        for k in range(len(stoppers) - 2, -1, -1):
            same = stoppers[k].rule.category == stoppers[k + 1].rule.category
            found[k] = found[k + 1] if same else k + 1
        return found

    @cached_property
    def _commas(self) -> list[int]:
        return [match.start() for match in _COMMA.finditer(self.text, *self.extent)]

    @cached_property
    def _brackets(self) -> Brackets:
        return Brackets(self.text, self.extent)

    @cached_property
    def _word_reach(self) -> WordReach:
        return WordReach(self.text, self.extent, self._commas)


def _next(places: Sequence[int], place: int, otherwise: int) -> int:
    k = bisect_left(places, place)
    return places[k] if k < len(places) else otherwise
