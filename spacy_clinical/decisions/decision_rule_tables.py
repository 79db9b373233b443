"""Rules as a table, each line checked: what is wrong is told by file and line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..errors import Errors, RuleError
from ..knowledge.concept_sets import ConceptSets, read_sets
from ..tsv import numbered_rows
from .rule_language import DAILY, DRUG, RESULT, TESTED, Term, read_terms

COLUMNS = (
    "id", "kind", "when", "and", "unless", "within_days", "severity", "message_en", "message_zh",
    "source", "url", "reviewed",
)  # fmt: skip
INFO, WARNING, CRITICAL = "info", "warning", "critical"
SEVERITIES = (INFO, WARNING, CRITICAL)
INTERACTION, CONTRAINDICATION, DUPLICATE = "interaction", "contraindication", "duplicate_therapy"
ALLERGY_CONFLICT, DOSE_LIMIT, MONITORING = "allergy_conflict", "dose_limit", "missing_monitoring"
UNFOLLOWED, MISSING, CONTRADICTION = "abnormal_unfollowed", "missing_treatment", "contradiction"
KINDS = (
    INTERACTION, CONTRAINDICATION, DUPLICATE, ALLERGY_CONFLICT, DOSE_LIMIT, MONITORING, UNFOLLOWED,
    MISSING, CONTRADICTION,
)  # fmt: skip
TIMED = (MONITORING, UNFOLLOWED)
EXAMPLES = Path(__file__).parent / "data"
NOT_FOR_CARE = "Example rule, not for care."


@dataclass(frozen=True)
class Rule:
    """A rule.

    id, kind (str): Its name, and one of KINDS.
    when (Term): What it is about.
    also (tuple[Term, ...]): What must hold too.
    unless (tuple[Term, ...]): What keeps it silent.
    within_days (int): In which time, 0 for none.
    severity (str): info, warning or critical.
    message_en, message_zh (str): What it says.
    source, url (str): Who says so, and where.
    reviewed (str): When somebody last looked at it, YYYY-MM-DD.
    place (str): "FILE, line N".
    """

    id: str
    kind: str
    when: Term
    also: tuple[Term, ...]
    unless: tuple[Term, ...]
    within_days: int
    severity: str
    message_en: str
    message_zh: str
    source: str
    url: str
    reviewed: str
    place: str = ""

    @property
    def terms(self) -> tuple[Term, ...]:
        """RETURNS (tuple[Term, ...]): All of its terms."""
        return (self.when, *self.also, *self.unless)


@dataclass(frozen=True)
class Fault:
    """Something wrong with a table: where, what, and what is expected."""

    path: Path
    line: int
    found: str
    expected: str

    def __str__(self) -> str:
        told = {"path": self.path, "line": self.line, "found": self.found}
        return Errors.SC965.format(**told, expected=self.expected)


@dataclass(frozen=True)
class RuleBook:
    """Rules with their sets.

    rules (tuple[Rule, ...]): In the order of the files.
    sets (ConceptSets): What their terms name.
    """

    rules: tuple[Rule, ...]
    sets: ConceptSets


def read_rules(paths: Path | Sequence[Path]) -> RuleBook:
    """Read rules.

    paths (Path | Sequence[Path]): Folders with rules.tsv and sets.tsv.
    RETURNS (RuleBook): The rules. Raises RuleError for the first thing that is wrong, with its file
        and line.
    """
    folders = [paths] if isinstance(paths, Path) else list(paths)
    rules: list[Rule] = []
    for folder in folders:
        if not (folder / "rules.tsv").is_file() or not (folder / "sets.tsv").is_file():
            raise RuleError(Errors.SC966.format(path=folder))
        for row in parse_rules(folder / "rules.tsv"):
            if isinstance(row, Fault):
                raise RuleError(str(row))
            rules.append(row)
    sets = read_sets([folder / "sets.tsv" for folder in folders])
    for rule in rules:
        for term in rule.terms:
            if term.set and term.set not in sets.members:
                raise RuleError(Errors.SC967.format(place=rule.place, name=term.set))
    return RuleBook(tuple(rules), sets)


def join_books(books: Sequence[RuleBook]) -> RuleBook:
    """RETURNS (RuleBook): The rules and sets of several."""
    members = {name: found for book in books for name, found in book.sets.members.items()}
    places = {key: place for book in books for key, place in book.sets.places.items()}
    rules = tuple(rule for book in books for rule in book.rules)
    return RuleBook(rules, ConceptSets(members, places))


def parse_rules(path: Path) -> Iterator[Rule | Fault]:
    """YIELDS (Rule | Fault): Each line of a table of rules, or what is wrong with it."""
    header: list[str] = []
    for number, row in numbered_rows(path):
        cells = [cell.strip() for cell in row]
        if not header:
            header = cells
            if tuple(cells) != COLUMNS:
                yield Fault(
                    path, number, f"the columns {', '.join(cells)[:80]}", ", ".join(COLUMNS)
                )
                return
        elif len(cells) != len(COLUMNS):
            yield Fault(path, number, f"{len(cells)} cells", f"{len(COLUMNS)}")
        else:
            yield _rule(path, number, dict(zip(COLUMNS, cells, strict=True)))


def _rule(path: Path, number: int, row: dict[str, str]) -> Rule | Fault:
    for found, expected in _wrong_cells(row):
        return Fault(path, number, found, expected)
    terms = [read_terms(row[name], "|" if name == "unless" else "&") for name in COLUMNS[2:5]]
    for told in terms:
        if isinstance(told, str):
            return Fault(path, number, told, "terms such as drug(SET), result(SET) < 30 mL/min")
    when, also, unless = (tuple(told) for told in terms)
    if len(when) != 1:
        return Fault(path, number, f"{len(when)} terms in 'when'", "one")
    days = int(row["within_days"] or 0)
    named = {name: row[name] for name in COLUMNS[6:]}
    place = f"'{path}', line {number}"
    return Rule(row["id"], row["kind"], when[0], also, unless, days, **named, place=place)  # type: ignore[arg-type]


def _wrong_cells(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    if not row["id"]:
        yield "no id", "one"
    if row["kind"] not in KINDS:
        yield f"the kind '{row['kind'][:30]}'", ", ".join(KINDS)
    if row["severity"] not in SEVERITIES:
        yield f"the severity '{row['severity'][:30]}'", ", ".join(SEVERITIES)
    days = row["within_days"]
    if (days and not days.isdecimal()) or (row["kind"] in TIMED and not days):
        yield f"within_days '{days[:20]}'", "a number of days"
    if row["reviewed"] and not _is_date(row["reviewed"]):
        yield f"the date '{row['reviewed'][:20]}'", "YYYY-MM-DD"


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def lint(folder: Path) -> list[Fault]:
    """Find everything that is wrong with a folder of rules, and what can't be meant.

    folder (Path): With rules.tsv and sets.tsv.
    RETURNS (list[Fault]): By line. Raises KnowledgeError where sets.tsv can't be read.
    """
    path = folder / "rules.tsv"
    rows = list(parse_rules(path))
    rules = [row for row in rows if isinstance(row, Rule)]
    sets = read_sets([folder / "sets.tsv"])
    found = [row for row in rows if isinstance(row, Fault)]
    for rule in rules:
        line = int(rule.place.rpartition(" ")[2])
        found += [Fault(path, line, a, b) for a, b in _doubts(rule, rules, sets)]
    used = {term.set for rule in rules for term in rule.terms}
    used |= {m[1:] for members in sets.members.values() for m in members if m.startswith("@")}
    for name in sorted(set(sets.members) - used):
        found.append(Fault(folder / "sets.tsv", 1, f"the set {name}, which no rule uses", "a use"))
    return sorted(found, key=lambda fault: (str(fault.path), fault.line, fault.found))


def _doubts(rule: Rule, rules: Iterable[Rule], sets: ConceptSets) -> Iterator[tuple[str, str]]:
    """What a rule's line can't mean."""
    same = [other for other in rules if other.id == rule.id]
    if len(same) > 1 and same[0] is not rule:
        yield f"the id {rule.id} a second time", "an id of its own"
    for name in ("message_en", "source", "url", "reviewed"):
        if not getattr(rule, name):
            yield f"no {name}", "one"
    if rule.url and not rule.url.startswith("https://"):
        yield "a url that isn't https", "https://..."
    for term in rule.terms:
        if term.set and term.set not in sets.members:
            yield f"the unknown set {term.set}", ", ".join(sorted(sets.members)[:12])
    if set(rule.unless) & {rule.when, *rule.also}:
        yield "an 'unless' that is its 'when' or 'and': it never fires", "another condition"
    twins = [o for o in rules if (o.when, o.also) == (rule.when, rule.also) and o.kind == rule.kind]
    if any(o.severity != rule.severity for o in twins):
        yield "another severity than a rule on the same", "one of both"
    needed = {MONITORING: TESTED, DOSE_LIMIT: DAILY, UNFOLLOWED: RESULT, DUPLICATE: DRUG}
    kinds = {term.kind for term in rule.terms}
    if rule.kind in needed and needed[rule.kind] not in kinds:
        yield f"a {rule.kind} without {needed[rule.kind]}(...)", "one"
