"""Which of the cues that reach a mention hold: all but those that exclude each other.

Absent and possible exclude each other, and so do historical and hypothetical. Of such cues on both
sides of a mention those with fewer mentions between hold; of those on one side the category that
weighs more. What may happen isn't also doubted. What is past by a word behind it only ("no stroke
in the past") isn't also said to be past where it is absent. What is said to be there between the
two parts of a cue isn't past ("stopped because of rash"). What is taken now isn't what another
mention before it is ("history of gout, on A").
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from .box_lines import turn_boxes
from .cue_overlaps import OWN, POSSIBLE, PRESENT, Reach, overlapping
from .cue_scopes import FAMILY, Extent, Sentence
from .cue_tables import ANSWER, AROUND, BACKWARD, BOTH, CURRENT, FORWARD
from .cues import Cue, Cues

ABSENT = "absent"
HISTORICAL, HYPOTHETICAL = "historical", "hypothetical"
AXES = {
    **dict.fromkeys((ABSENT, POSSIBLE, PRESENT), "polarity"),
    **dict.fromkeys((HISTORICAL, HYPOTHETICAL), "time"),
}
Scope = tuple[int, int, Cue]  # where it begins and ends
_FORWARD, _BACKWARD = frozenset([FORWARD, BOTH, AROUND]), frozenset([BACKWARD, BOTH])


def choose_cues(
    text: str,
    sentence: Extent,
    mentions: Sequence[Extent],
    found: Cues,
    ranks: Mapping[str, int],
) -> list[list[Cue]]:
    """Choose the cues that hold for each mention of a sentence.

    text (str): The document.
    sentence (Extent): Its characters.
    mentions (Sequence[Extent]): Theirs, in any order.
    found (Cues): What stands in it.
    ranks (Mapping[str, int]): Weight of the categories, the lowest weighs most; categories
        without one come last.
    RETURNS (list[list[Cue]]): For each mention one cue for each category that holds, by weight.
    """
    order: Sequence[int] = range(len(mentions))
    if len(mentions) > 1:
        order = sorted(order, key=mentions.__getitem__)
    found = found._replace(cues=turn_boxes(text, mentions, found.cues))
    place = Sentence(text, sentence, [mentions[i] for i in order], found)
    reaching = overlapping(place)
    directions = {cue.rule.looks for cue in place.asserting}
    if directions & _FORWARD:
        _sweep_forward(place, reaching)
    if directions & _BACKWARD:
        _sweep_back(place, reaching)
    if ANSWER in directions:
        _answer(place, reaching)
    if len(directions) > 1 and any(cue.rule.category == FAMILY for cue in place.asserting):
        _keep_apart(place, reaching)
    chosen: list[list[Cue]] = [[] for _ in mentions]
    for i, reaches in zip(order, reaching, strict=True):
        if reaches:
            chosen[i] = [reaches[0].cue] if len(reaches) == 1 else _hold(reaches, ranks)
    return chosen


def _sweep_forward(place: Sentence, reaching: list[list[Reach]]) -> None:
    """The nearest cue of each category before each mention."""
    cues = [cue for cue in place.asserting if cue.rule.looks in _FORWARD]
    scopes = [(*place.forward(cue), cue) for cue in cues]
    if len(scopes) > 1:
        scopes.sort(key=_begin)
    by_category: dict[str, list[Scope]] = {}
    for scope in scopes:
        by_category.setdefault(scope[2].rule.category, []).append(scope)
    for own in by_category.values():
        _reach_on(place, reaching, own)


def _reach_on(place: Sentence, reaching: list[list[Reach]], scopes: Sequence[Scope]) -> None:
    """The nearest of one category's cues before each mention: of those that reach it the last."""
    active: list[Scope] = []
    k, last = 0, max(scope[1] for scope in scopes)
    first = bisect_left(place.starts, scopes[0][0])
    for i in range(first, bisect_left(place.starts, last)):
        start = place.starts[i]
        while k < len(scopes) and scopes[k][0] <= start:
            active.append(scopes[k])
            k += 1
        while active and active[-1][1] <= start:
            active.pop()
        if active:
            _add(place, reaching[i], active[-1][2], place.mentions[i])


def _begin(scope: Scope) -> int:
    return scope[0]


def _add(place: Sentence, reaches: list[Reach], cue: Cue, mention: Extent) -> None:
    if cue.inner is None or cue.rule.direction != AROUND:
        reaches.append(Reach(cue, place.between(cue.end, mention[0]), False))
    elif mention[1] <= cue.inner[1]:
        reaches.append(Reach(cue, OWN, False))


def _sweep_back(place: Sentence, reaching: list[list[Reach]]) -> None:
    """The nearest cue of each category behind each mention."""
    cues = [cue for cue in place.asserting if cue.rule.direction in _BACKWARD]
    scopes = [(*place.backward(cue), cue) for cue in cues]
    active: dict[str, list[tuple[int, Cue]]] = {}
    k = len(scopes) - 1
    by_end = sorted(range(len(place.mentions)), key=lambda i: place.mentions[i][1], reverse=True)
    for i in by_end:
        end = place.mentions[i][1]
        while k >= 0 and scopes[k][1] >= end:
            active.setdefault(scopes[k][2].rule.category, []).append((scopes[k][0], scopes[k][2]))
            k -= 1
        for stack in active.values():
            while stack and stack[-1][0] >= end:
                stack.pop()
            if stack:
                cue = stack[-1][1]
                reaching[i].append(Reach(cue, place.between(end, cue.start), True))
        if len(active) > 1 and len(reaching[i]) > 1:
            _leave_to_others(place, reaching[i])


def _leave_to_others(place: Sentence, reaches: list[Reach]) -> None:
    """Of cues behind a mention keep the nearest, and those before the mention that comes next:
    "A suspected, B excluded" excludes B alone."""
    behind = [reach.cue for reach in reaches if reach.behind]
    if len(behind) > 1:
        near = min(cue.end for cue in behind)
        k = bisect_left(place.starts, near)
        border = place.starts[k] if k < len(place.starts) else place.extent[1]
        reaches[:] = [r for r in reaches if not r.behind or r.cue.start < border]


def _answer(place: Sentence, reaching: list[list[Reach]]) -> None:
    """Answers hold for what is doubted or asked before them, or else for the nearest mention. A
    doubt is of the nearest, and takes back a denial ("unlikely, but not excluded"), as does a
    condition on one ("no A unless B")."""
    last = place.extent[0]
    for cue in (cue for cue in place.asserting if cue.rule.direction == ANSWER):
        takes_back = cue.rule.category in (POSSIBLE, HYPOTHETICAL)
        for i in _asked(place, reaching, cue, last):
            if takes_back:
                reaching[i] = [r for r in reaching[i] if r.cue.rule.category != ABSENT]
            reaching[i].append(Reach(cue, OWN, True))
        last = cue.end


def _asked(
    place: Sentence, reaching: Sequence[Sequence[Reach]], cue: Cue, last: int
) -> Sequence[int]:
    """The mentions behind a character that an answer is to: what is doubted, or what its rule
    names; the nearest where none is, or where it touches the answer and isn't doubted."""
    low, high = place.backward(cue)
    first = bisect_left(place.starts, max(low, last))
    until = bisect_left(place.starts, high)
    near = [i for i in range(first, until) if place.mentions[i][1] <= high]
    if cue.rule.category == POSSIBLE and not cue.rule.ends:
        return near[-1:]
    wanted = cue.rule.ends or (POSSIBLE,)
    asked = [i for i in near if any(_has(reaching[i], one) for one in wanted)]
    touched = near and place.text[place.mentions[near[-1]][1] : cue.start].isspace()
    if cue.rule.ends or (asked and not (touched and near[-1] not in asked)):
        return asked
    return near[-1:]


def _keep_apart(place: Sentence, reaching: list[list[Reach]]) -> None:
    """What is said of the patient behind a relative's mention isn't said of that: "brother has
    measles, he himself tested negative"."""
    for reaches, (_, end) in zip(reaching, place.mentions, strict=True):
        if len(reaches) > 1 and _has(reaches, FAMILY):
            reaches[:] = [r for r in reaches if not r.behind or not place.returns(end, r.cue.start)]


def _has(reaches: Sequence[Reach], category: str) -> bool:
    return any(reach.cue.rule.category == category for reach in reaches)


def _hold(reaches: Sequence[Reach], ranks: Mapping[str, int]) -> list[Cue]:
    """The cues that hold of those that reach a mention, by weight."""
    axes: dict[str, list[Reach]] = {}
    for reach in reaches:
        category = reach.cue.rule.category
        axes.setdefault(AXES.get(category, category), []).append(reach)
    current = axes.pop(CURRENT, None)
    if current:
        axes = _since(axes, current[0])
    held = {r.cue.rule.category: r for r in (_best(side, ranks) for side in axes.values())}
    if HYPOTHETICAL in held and POSSIBLE in held:
        held.pop(HYPOTHETICAL if _front_only(held) else POSSIBLE)
    if ABSENT in held and HISTORICAL in held and held[HISTORICAL].behind:
        held.pop(HISTORICAL)
    if PRESENT in held and held[PRESENT].cue.rule.direction == AROUND:
        held.pop(HISTORICAL, None)
    if PRESENT in held and len(held) > 1:
        held.pop(PRESENT)
    last = len(ranks)
    kept = sorted((r.cue for r in held.values()), key=lambda c: ranks.get(c.rule.category, last))
    return [*kept, current[0].cue] if current else kept


def _since(axes: Mapping[str, list[Reach]], current: Reach) -> dict[str, list[Reach]]:
    """What is said of what is taken now: nothing that was past, denied or doubted of another
    mention before the words that tell so: "history of gout, on A"."""
    left = {
        axis: [r for r in reaches if not _is_before(r, current)] for axis, reaches in axes.items()
    }
    return {axis: reaches for axis, reaches in left.items() if reaches}


def _is_before(reach: Reach, current: Reach) -> bool:
    told = reach.cue.rule.category in (HISTORICAL, ABSENT, POSSIBLE)
    return told and not reach.behind and reach.between > current.between


def _front_only(held: Mapping[str, Reach]) -> bool:
    """Whether a doubt stands in front of a mention and what may happen only behind it."""
    return held[HYPOTHETICAL].behind and not held[POSSIBLE].behind


def _best(reaches: Sequence[Reach], ranks: Mapping[str, int]) -> Reach:
    """Of cues that exclude each other the one that holds."""
    if len(reaches) == 1:
        return reaches[0]
    near = min(r.between for r in reaches)
    sides = {r.behind for r in reaches if r.between == near}
    last = len(ranks)
    weights = {PRESENT: -1, **ranks}
    return min(
        (r for r in reaches if r.behind in sides),
        key=lambda r: (weights.get(r.cue.rule.category, last), r.between),
    )
