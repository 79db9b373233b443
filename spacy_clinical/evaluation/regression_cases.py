"""Cases: sentences, what must be found in them, and what must not. Graded, not only counted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import srsly
from spacy.language import Language

from ..docs import KEY, get_assertions, get_mentions, get_relation_rows, has_mentions, meanings_of
from ..errors import CommandError, Errors
from ..installed import as_pipeline
from ..result_tables import Message, Result, Table

IDENTICAL, MISSING, FORBIDDEN = "identical", "missing", "forbidden found"
# From best to worst: what stands for a wanted mention.
GRADES = (IDENTICAL, "other assertion", "bigger span", "smaller span", "other label", MISSING)
FIELDS = {
    "case": {"name", "text", "wanted", "forbidden", "relations", "no_relations"},
    "mention": {"text", "label", "assertion", "accept"},
    "relation": {"head", "tail", "label", "accept"},
}
Place = tuple[int, int]
CasesSource = str | Path | Iterable[Mapping[str, Any]]


class Found(NamedTuple):
    """A mention that the pipeline found.

    place (Place): (start, end) in characters.
    label (str): Its label.
    said (tuple[str, ...]): What is said of it, in the shared vocabulary.
    """

    place: Place
    label: str
    said: tuple[str, ...]


class Graded(NamedTuple):
    """Something that was wanted or forbidden, and what came of it.

    case (str): The case's name.
    kind (str): "mention" or "relation".
    what (str): What was asked, in the case's words.
    grade (str): One of GRADES, or "forbidden found".
    found (str): What was found instead, "" if nothing.
    passed (bool): Whether that is good enough.
    """

    case: str
    kind: str
    what: str
    grade: str
    found: str
    passed: bool


@dataclass
class Regression:
    """All cases, graded.

    cases (int): How many.
    graded (list[Graded]): What was wanted, and what is forbidden and was found.
    forbidden (int): Things that are forbidden.
    """

    cases: int = 0
    graded: list[Graded] = field(default_factory=list)
    forbidden: int = 0

    @property
    def counts(self) -> Counter[str]:
        """RETURNS (Counter[str]): By grade."""
        return Counter(row.grade for row in self.graded)

    @property
    def failed(self) -> list[Graded]:
        """RETURNS (list[Graded]): What isn't good enough."""
        return [row for row in self.graded if not row.passed]


def regress(model: str | Path | Language, cases: CasesSource) -> Regression:
    """Run a pipeline over cases.

    model (str | Path | Language): The pipeline, its package's name, or its folder.
    cases (str | Path | Iterable[Mapping]): A YAML or JSON file, or its items: `text`, and lists
        `wanted`, `forbidden`, `relations` and `no_relations`, see docs/audit.md.
    RETURNS (Regression): Every wanted thing with its grade. Raises CommandError for cases that
        can't be read.
    """
    nlp = as_pipeline(model)
    found = Regression()
    rows = read_cases(cases)
    for case, doc in zip(rows, nlp.pipe(row["text"] for row in rows), strict=True):
        found.cases += 1
        mentions = _mentions(doc) if has_mentions(doc) else []
        relations = get_relation_rows(doc) if has_mentions(doc) else []
        pairs = [(mentions[head], mentions[tail], label) for head, tail, label, _ in relations]
        found.forbidden += len(case["forbidden"]) + len(case["no_relations"])
        found.graded += _grade_case(case, mentions, pairs)
    return found


def read_cases(source: CasesSource) -> list[dict[str, Any]]:
    """Read cases.

    source (str | Path | Iterable[Mapping]): A YAML or JSON file, or its items.
    RETURNS (list[dict[str, Any]]): All fields there. Raises CommandError with the case's number.
    """
    path = source if isinstance(source, str | Path) else "cases"
    try:
        rows = srsly.read_yaml(source) if isinstance(source, str | Path) else list(source)
    except Exception as error:  # the YAML reader's own kinds, many
        message = Errors.SC950.format(path=path, where="file", found=type(error).__name__)
        raise CommandError(message) from None
    if not isinstance(rows, list) or not rows:
        raise CommandError(Errors.SC950.format(path=path, where="file", found="no list of cases"))
    return [_checked(row, i, str(path)) for i, row in enumerate(rows, 1)]


def _checked(row: Any, number: int, path: str) -> dict[str, Any]:
    def refuse(found: str) -> CommandError:
        return CommandError(Errors.SC950.format(path=path, where=f"case {number}", found=found))

    if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
        raise refuse("no text")
    case: dict[str, Any] = {"name": f"case {number}", **row}
    for place, name in enumerate(row, 1):
        if name not in FIELDS["case"]:
            raise refuse(f"field number {place} isn't known")
    for name, kind in (
        ("wanted", "mention"),
        ("forbidden", "mention"),
        ("relations", "relation"),
        ("no_relations", "relation"),
    ):
        case[name] = list(case.get(name) or [])
        for item in case[name]:
            fault = _fault(item, name, kind, row["text"])
            if fault:
                raise refuse(f"{name}: {fault}")
    return case


def _fault(item: Any, name: str, kind: str, text: str) -> str:
    """What is wrong with an item: words that the text hasn't can neither be found nor missed."""
    if not isinstance(item, Mapping) or not set(item) <= FIELDS[kind]:
        return f"not a mapping of {', '.join(sorted(FIELDS[kind]))}"
    needed = {"wanted": ("text", "label"), "relations": ("head", "label", "tail")}.get(name, ())
    if not item or any(not isinstance(item.get(x), str) for x in needed):
        return f"needs {' and '.join(needed) or 'something'}"
    if any(item[x] not in text for x in ("text", "head", "tail") if x in item):
        return "words that don't stand in the text"
    if not set(item.get("accept") or ()) <= set(GRADES):
        return f"accept: known are {', '.join(GRADES)}"
    return ""


def _mentions(doc: Any) -> list[Found]:
    rows = zip(get_mentions(doc, KEY), get_assertions(doc, KEY), strict=True)
    return [
        Found((m.fragments[0][0], m.fragments[-1][1]), m.label, meanings_of(said).values)
        for m, said in rows
    ]


def _grade_case(
    case: dict[str, Any], found: list[Found], pairs: list[tuple[Found, Found, str]]
) -> Iterator[Graded]:
    name, text = case["name"], case["text"]
    for item in case["wanted"]:
        what = _say(item, ("label", "assertion"))
        grade, best = _grade_mention(item, places(text, item["text"]), found)
        instead = "" if best is None else _told(text, best)
        yield Graded(name, "mention", what, grade, instead, _passes(grade, item))
    for item in case["forbidden"]:
        for one in found:
            if _is_forbidden(item, text, one):
                what = _say(item, ("label", "assertion"))
                yield Graded(name, "mention", what, FORBIDDEN, _told(text, one), False)
    for item in case["relations"]:
        grade, instead = _grade_relation(item, text, pairs)
        yield Graded(name, "relation", _arrow(item), grade, instead, _passes(grade, item))
    for item in case["no_relations"]:
        for head, tail, label in pairs:
            if _fits_pair(item, text, head, tail) and item.get("label", label) == label:
                told = _told_pair(text, head, tail, label)
                yield Graded(name, "relation", _arrow(item), FORBIDDEN, told, False)


def _passes(grade: str, item: Mapping[str, Any]) -> bool:
    return grade == IDENTICAL or grade in (item.get("accept") or ())


def places(text: str, words: str) -> list[Place]:
    """RETURNS (list[Place]): Where words stand in a text."""
    found, at = [], text.find(words)
    while at >= 0:
        found.append((at, at + len(words)))
        at = text.find(words, at + 1)
    return found


def _grade_mention(
    item: Mapping[str, Any], wanted: list[Place], found: list[Found]
) -> tuple[str, Found | None]:
    """The best that any mention is for any place of the words."""
    pairs = [(place, i) for place in wanted for i in range(len(found))]
    rated = [(GRADES.index(_grade(item, place, found[i])), i) for place, i in pairs]
    rank, best = min(rated, default=(len(GRADES) - 1, 0))
    return GRADES[rank], None if GRADES[rank] == MISSING else found[best]


def _grade(item: Mapping[str, Any], wanted: Place, one: Found) -> str:
    (start, end), (s, e) = wanted, one.place
    if s >= end or e <= start:
        return MISSING
    if one.label != item["label"]:
        return "other label"
    if one.place == wanted:
        said = item.get("assertion")
        return IDENTICAL if said is None or _says(one, said) else "other assertion"
    return "bigger span" if s <= start and end <= e else "smaller span"


def _says(one: Found, value: str) -> bool:
    return value in one.said or (value == "present" and not one.said)


def _is_forbidden(item: Mapping[str, Any], text: str, one: Found) -> bool:
    overlaps = "text" not in item or _overlap(text, item["text"], one)
    label, said = item.get("label", one.label), item.get("assertion")
    return overlaps and label == one.label and (said is None or _says(one, said))


def _grade_relation(
    item: Mapping[str, Any], text: str, pairs: list[tuple[Found, Found, str]]
) -> tuple[str, str]:
    fitting = [(h, t, label) for h, t, label in pairs if _fits_pair(item, text, h, t)]
    if any(label == item["label"] for _, _, label in fitting):
        return IDENTICAL, ""
    if fitting:
        return "other label", _told_pair(text, *fitting[0])
    return MISSING, ""


def _fits_pair(item: Mapping[str, Any], text: str, head: Found, tail: Found) -> bool:
    ends = (("head", head), ("tail", tail))
    return all(end not in item or _overlap(text, item[end], one) for end, one in ends)


def _overlap(text: str, words: str, one: Found) -> bool:
    return any(s < one.place[1] and one.place[0] < e for s, e in places(text, words))


def _say(item: Mapping[str, Any], fields: Iterable[str]) -> str:
    told = [str(item[name]) for name in ("text", *fields) if name in item]
    return ", ".join(told)


def _arrow(item: Mapping[str, Any]) -> str:
    return " ".join(str(item.get(name, "*")) for name in ("head", "label", "tail"))


def _told(text: str, one: Found) -> str:
    return ", ".join([text[slice(*one.place)], one.label, *one.said])


def _told_pair(text: str, head: Found, tail: Found, label: str) -> str:
    return f"{text[slice(*head.place)]} {label} {text[slice(*tail.place)]}"


def regression_results(found: Regression, *, all_cases: bool = False) -> list[Result]:
    """Lay graded cases out.

    found (Regression): The cases.
    all_cases (bool): Also what is as wanted.
    RETURNS (list[Result]): How many have which grade, the cases, and whether all is well.
    """
    counts = [(grade, found.counts[grade]) for grade in (*GRADES, FORBIDDEN)]
    shown = [row for row in found.graded if all_cases or row.grade != IDENTICAL]
    rows = [(r.case, r.what, r.grade, r.found, "ok" if r.passed else "fails") for r in shown]
    return [
        Table(f"{found.cases} cases", ("grade", "count"), [row for row in counts if row[1]]),
        Table("Cases", ("case", "wanted or forbidden", "grade", "found", ""), rows),
        _verdict(found),
    ]


def _verdict(found: Regression) -> Message:
    graded, failed = len(found.graded), len(found.failed)
    if failed:
        return Message(f"{failed} of {graded} aren't as they must be", "warn")
    return Message(f"{graded} wanted, {found.forbidden} forbidden: all as they must be")
