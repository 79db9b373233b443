"""A criterion as conditions, or why it can't be one: every word of it must be understood.

"Uncontrolled hypertension" isn't hypertension, so a line of which any word is left over isn't
compiled. Neither is one with "and" beside "or", with a negation inside, a number of nothing, or a
test without a limit.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from ..decisions.rule_language import AGE as AGE_TERM
from ..decisions.rule_language import RESULT, Term
from ..quantities import FoundQuantity, Quantity, find_quantities
from ..questions.concept_names import ConceptNames, Named
from .conditions import AGE, ALL, ALLERGY, ANY, DRUG, PROCEDURE, TEST, Condition, Window
from .criteria import Criterion
from .criterion_words import (
    ADULT,
    ALLERGIC,
    DIAGNOSED,
    EVER,
    NOT,
    NOW,
    OF_DRUGS,
    OF_TESTS,
    find_window,
    find_words,
)

YEARS = "a"
_AGED = re.compile(r"\b(?:years? of age|years? old|age[ds]?|of age)\b")
_AFTER = {"or older": ">=", "and older": ">=", "or over": ">=", "or more": ">=", "or above": ">=",
          "or higher": ">=", "or younger": "<=", "or less": "<=", "or below": "<="}  # fmt: skip
_BEFORE = {"older than": ">", "younger than": "<"}
_SIGNS = _BEFORE | {"over": ">"}  # "over 5 years" alone is a time


class _NotUnderstoodError(Exception):
    """Why a criterion is no condition."""


@dataclass(frozen=True)
class Compiled:
    """A criterion and what became of it.

    criterion (Criterion): The criterion.
    conditions (tuple[Condition, ...]): What it asks, none where it wasn't understood.
    joint (str): ANY or ALL of them.
    negated (bool): Whether the contrary is asked.
    why (str): Why it wasn't understood, "" where it was.
    """

    criterion: Criterion
    conditions: tuple[Condition, ...] = ()
    joint: str = ALL
    negated: bool = False
    why: str = ""

    def __str__(self) -> str:
        told = f" {self.joint} ".join(map(str, self.conditions))
        return f"not ({told})" if self.negated else told


def compile_criteria(criteria: Iterable[Criterion], names: ConceptNames) -> list[Compiled]:
    """Turn criteria into conditions.

    criteria (Iterable[Criterion]): The criteria.
    names (ConceptNames): What concepts are called, see `names_of`.
    RETURNS (list[Compiled]): One each, in their order: none is dropped.
    """
    made: list[Compiled] = []
    for criterion in criteria:
        try:
            compiled = _Line(criterion, names).compiled()
        except _NotUnderstoodError as error:
            compiled = Compiled(criterion, why=str(error))
        made.append(compiled)
    return made


class _Line:
    def __init__(self, criterion: Criterion, names: ConceptNames) -> None:
        self.criterion = criterion
        self.text = text = criterion.text.rstrip(". ")
        self.window: Window | None = None
        self.taken: list[tuple[int, int]] = []
        window = find_window(text)
        if window:
            self.window = window[0]
            self.taken.append(window[1][:2])
        self.names = [one for one in names.find(text) if self._is_free(one.start, one.end)]
        self.numbers = [
            one
            for one in find_quantities(text, bare=True)
            if self._is_free(one.start, one.end) and not self._is_named(one)
        ]
        self.ages = self._find_ages()
        self.taken += [(one.start, one.end) for one in self.names]
        self.taken += [(one.start, one.end) for one in self.numbers]
        self.known, self.rest = find_words(text, self.taken)

    def _is_free(self, start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b in self.taken)

    def _is_named(self, number: FoundQuantity) -> bool:
        """Whether a number is part of a name, such as that of type 2 diabetes."""
        return any(one.start <= number.start and number.end <= one.end for one in self.names)

    def _find_ages(self) -> list[FoundQuantity]:
        """Numbers that are ages, and the words that say so."""
        low = self.text.lower()
        said = [match.span() for match in _AGED.finditer(low)]
        ages = []
        for one in self.numbers:
            before = next((x for x in _BEFORE if low[: one.start].rstrip().endswith(x)), "")
            in_years = one.quantity.unit in (YEARS, None)
            stated = bool(before) or any(self._is_age(one, *span) for span in said)
            if in_years and stated and not self._belongs(one):
                ages.append(one)
        self.taken += said if ages else []
        return ages

    def _is_age(self, number: FoundQuantity, start: int, end: int) -> bool:
        """Whether words of age are a number's: right behind it, or before it without a name
        between them. "Gout for > 5 years" is no age."""
        if start >= number.start:
            return self.text[number.end : start].strip().lower() in ("", *_AFTER)
        return not any(end <= one.start < number.start for one in self.names)

    def _belongs(self, number: FoundQuantity) -> bool:
        """Whether a number is a test's."""
        return any(TEST in one.kinds and one.start <= number.start for one in self.names)

    def compiled(self) -> Compiled:
        numbers = list(self.numbers)
        found: list[tuple[int, Condition]] = []
        signs = {id(one): self._sign(one) for one in numbers}
        roles = {span.role for span in self.known}
        for place, one in enumerate(self.names):
            later = self.names[place + 1].start if place + 1 < len(self.names) else len(self.text)
            kind = self._kind(one, roles)
            condition = Condition(kind, one.words, one.concepts)
            if kind == TEST:
                limits = [x for x in numbers if one.start <= x.start < later and x in self.numbers]
                if len(limits) != 1:
                    raise _NotUnderstoodError(f"'{one.words}' is compared with nothing")
                numbers.remove(limits[0])
                terms = _terms(RESULT, condition.set, limits[0].quantity, signs[id(limits[0])])
                condition = replace(condition, terms=terms, window=self.window)
            else:
                condition = replace(condition, ever=EVER in roles, window=self.window)
            found.append((one.start, condition))
        for age in self.ages:
            numbers.remove(age)
            terms = _terms(AGE_TERM, "", age.quantity, signs[id(age)])
            found.append((age.start, Condition(AGE, "", terms=terms)))
        self._check(found, numbers)
        conditions = tuple(condition for _, condition in sorted(found, key=lambda x: x[0]))
        joint = self._joint(sorted(start for start, _ in found))
        return Compiled(self.criterion, conditions, joint, self._negated(found, joint))

    def _kind(self, one: Named, roles: set[str]) -> str:
        if len(one.kinds) != 1:
            told = ", ".join(sorted(one.kinds)) or "no drug, problem, test or procedure"
            raise _NotUnderstoodError(f"'{one.words}' is {told}")
        (kind,) = one.kinds
        if ALLERGIC in roles and kind != DRUG:
            raise _NotUnderstoodError(f"an allergy to '{one.words}', which is no drug")
        return ALLERGY if ALLERGIC in roles else kind

    def _sign(self, one: FoundQuantity) -> str:
        """What stands around a number without a sign: "or older", "older than"."""
        low = self.text.lower()
        for words, sign in _AFTER.items():
            at = low.find(words, one.end)
            between = low[one.end : at].strip() if at >= 0 else "x"
            if at >= 0 and (not between or _AGED.fullmatch(between)):
                self._take(at, at + len(words))
                return sign
        for words, sign in _SIGNS.items():
            at = low.rfind(words, 0, one.start)
            if at >= 0 and not low[at + len(words) : one.start].strip():
                self._take(at, at + len(words))
                return sign
        return ""

    def _take(self, start: int, end: int) -> None:
        self.taken.append((start, end))
        self.known, self.rest = find_words(self.text, self.taken)

    def _check(self, found: Sequence[tuple[int, Condition]], numbers: list[FoundQuantity]) -> None:
        if self.rest:
            words = ", ".join(f"'{word}'" for word in dict.fromkeys(self.rest))
            raise _NotUnderstoodError(f"not understood: {words}")
        if not found:
            raise _NotUnderstoodError("no drug, problem, test, procedure or age of the graph's")
        if numbers:
            raise _NotUnderstoodError("a number that belongs to nothing")
        kinds = {condition.kind for _, condition in found}
        if self.window and len(found) > 1:
            raise _NotUnderstoodError("a time beside several things")
        if self.window and kinds & {AGE, ALLERGY}:
            raise _NotUnderstoodError("a time for something that has none")
        if self.window and DIAGNOSED in {span.role for span in self.known}:
            raise _NotUnderstoodError("a time of the diagnosis")
        self._check_words(kinds, min(start for start, _ in found), len(found) > 1)

    def _check_words(self, kinds: set[str], first: int, several: bool) -> None:
        """Words that would mean something else there than they are taken for."""
        roles = {span.role for span in self.known}
        late = {span.role for span in self.known if span.start > first}
        if NOT in late or sum(span.role == NOT for span in self.known) > 1:
            raise _NotUnderstoodError("a negation inside")
        if several and {EVER, ALLERGIC} & late:
            raise _NotUnderstoodError("a history or an allergy that may not be of all")
        if (several and {EVER, NOW} <= roles) or (ALLERGIC in roles and {NOW, OF_DRUGS} & roles):
            raise _NotUnderstoodError("what is now beside what was, or a use beside an allergy")
        if several and NOT in roles and NOW in late:
            raise _NotUnderstoodError("a negation that may not be of all")
        if EVER in roles and TEST in kinds:
            raise _NotUnderstoodError("a history of a result")
        if NOW in roles and PROCEDURE in kinds:
            raise _NotUnderstoodError("a procedure that goes on")
        if OF_DRUGS in roles and kinds - {DRUG, PROCEDURE, AGE}:
            raise _NotUnderstoodError("a treatment of something that is no drug")
        if ADULT in roles and AGE not in kinds:
            raise _NotUnderstoodError("adults without an age")
        if OF_TESTS in roles and TEST not in kinds:
            raise _NotUnderstoodError("a word of tests without a test")

    def _joint(self, starts: list[int]) -> str:
        inside = [x.role for x in self.known if x.role in (ANY, ALL)]
        if len(starts) > 1 and not inside:
            raise _NotUnderstoodError("several things without 'and' or 'or'")
        if len(set(inside)) > 1:
            raise _NotUnderstoodError("'and' beside 'or'")
        if inside and len(starts) < 2:
            raise _NotUnderstoodError(f"'{inside[0]}' with one thing only")
        if not all(self._is_list(*ends) for ends in pairwise(starts)):
            raise _NotUnderstoodError("things that 'and' or 'or' doesn't join")
        return inside[0] if inside else ALL

    def _is_list(self, start: int, end: int) -> bool:
        """Whether 'and', 'or' or a bare comma stands between two things: "gout with stroke or
        epilepsy" is no list."""
        roles = {span.role for span in self.known if start < span.start < end}
        return bool(roles & {ANY, ALL}) or (not roles and "," in self.text[start:end])

    def _negated(self, found: Sequence[tuple[int, Condition]], joint: str) -> bool:
        negated = any(span.role == NOT for span in self.known)
        if negated and joint == ALL and len(found) > 1:
            raise _NotUnderstoodError("a negation of several things joined by 'and'")
        return negated


def _terms(kind: str, name: str, quantity: Quantity, sign: str) -> tuple[Term, ...]:
    unit = "" if kind == AGE_TERM else quantity.unit
    if unit is None:
        raise _NotUnderstoodError("a limit without a unit")
    if quantity.low is not None and quantity.high is not None and not quantity.comparator:
        ends: list[tuple[str, Decimal]] = [(">=", quantity.low), ("<=", quantity.high)]
        return tuple(Term(kind, name, mark, number, unit) for mark, number in ends)
    mark = quantity.comparator or sign
    if quantity.value is None or not mark or quantity.approximate or quantity.flag:
        raise _NotUnderstoodError("a number without a limit that is sure")
    return (Term(kind, name, mark, quantity.value, unit),)
