"""Composes synthetic clinical notes from lexicon.json and patterns.txt, the same for a seed.

A pattern line is expanded (macros, choices, slots) into marked-up text; a document is put together
as the source of a note and read by the same reader as the hand-written notes.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from markup import read_note

from spacy_clinical.records import Record

HERE = Path(__file__).parent
SINGLE = "single"
SINGLE_SHARE = 0.14
WRAP_SHARE = 0.25
SEVERITY_SHARE = 0.12
IDS_PER_LINE = 50
EITHER_OFFSET = 30
CHOICE = re.compile(r"\[([^\[\]]*)\]")
MACRO = re.compile(r"&([a-z]+)(\d*)")
SLOT = re.compile(r"\$([A-Za-z]+)(\d*)")
NUMBERED = re.compile(r"\{([a-z])(\d+)")
EITHER = re.compile(r"\{x(\d+)((?::[a-z]+)?) ([^{}]+)\}")
ARTICLE = re.compile(r"@a ((?:\{[^ ]+ )?)([A-Za-z0-9])")
BULLETS = ("- ", "* ", "• ", "{n}. ", "{n}) ", "")

Values = dict[str, str]
Drug = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Section:
    """One line of a kind's recipe: `Heading|Other heading : group|group 1-3`."""

    headings: tuple[str, ...]
    groups: tuple[str, ...]
    least: int
    most: int
    listed: bool


@dataclass
class Patterns:
    """What patterns.txt holds."""

    macros: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, list[Section]] = field(default_factory=dict)


class Lexicon:
    """The words of lexicon.json, with what goes together."""

    def __init__(self, path: Path = HERE / "lexicon.json") -> None:
        self.data: dict[str, Any] = json.loads(path.read_text("utf8"))
        symptoms = self.words("symptoms") + self.words("more_symptoms")
        self.symptoms = frozenset(word.lower() for word in symptoms)
        self.drugs: list[Drug] = [
            (name, strengths, entry)
            for entry in self.data["drugs"]
            for name, strengths in entry["drugs"].items()
        ]

    def words(self, key: str) -> list[str]:
        """The words of a list that is written with bars between them."""
        words: str = self.data[key]
        return words.split("|")


@dataclass
class Case:
    """The values of the slots: one patient a document, other things anew for each line."""

    rng: Random
    lexicon: Lexicon
    space: str
    patient: Values
    used: set[str] = field(default_factory=set)
    values: dict[str, Values] = field(default_factory=dict)
    line: str = ""

    def fill(self, slot: str, index: str) -> str:
        """The value of `$slot<index>` in the current line."""
        if slot in self.patient:
            return self.patient[slot]
        family = FAMILIES.get(slot.lower(), slot.lower())
        if family == "drug":
            asked = (name for name in AMOUNTS if f"${name}{index}" in self.line.lower())
            family = next(asked, family)
        if family + index not in self.values:
            self.values[family + index] = self._new(family, index)
        value = self.values[family + index][slot.lower()]
        return value[0].upper() + value[1:] if slot[0].isupper() else value

    def _new(self, family: str, index: str) -> Values:
        for _ in range(20):
            values = MAKERS.get(family, _word)(self, family, index)
            if values[family] not in self.used:
                break
        self.used.add(values[family])
        return values

    def pick(self, words: str) -> str:
        return self.rng.choice(words.split("|"))

    def amount(self, number: str, unit: str) -> str:
        if not unit or unit.startswith("/"):
            return number + unit
        return number + (self.space or " " * (unit[0].isalpha() and "/" in unit)) + unit


def _word(case: Case, family: str, index: str) -> Values:
    words = case.lexicon.words(LISTS.get(family, family))
    if family == "site":
        words = words + case.lexicon.words("limbs")
    return {family: case.rng.choice(words)}


def _condition(case: Case, family: str, index: str) -> Values:
    name = case.rng.choice(case.lexicon.words("conditions"))
    severities = case.lexicon.words("severity")
    plain = name.islower() and name.split()[0] not in severities
    if plain and case.rng.random() < SEVERITY_SHARE:
        name = f"{case.rng.choice(severities)} {name}"
    return {family: name}


def _drug(case: Case, family: str, index: str) -> Values:
    name, strengths, entry = _pick_drug(case, family, index)
    kind = case.lexicon.data["kinds"][entry["kind"]]
    *numbers, unit = strengths.split(" ")
    amounts = [case.amount(number, unit) for number in numbers] or [""]
    first = 1 if f"$lower{index}" in case.line else 0
    return {
        family: name,
        "strength": case.rng.choice(amounts[first:]),
        "lower": amounts[0],
        "route": case.pick(kind["routes"]),
        "before": case.pick(kind["before"]),
        "dose": case.pick(kind["dosages"]),
        "freq": case.pick(entry["frequencies"]),
        "treated": case.pick(entry["treats"]),
        "effect": case.pick(entry["causes"]),
        "sibling": case.rng.choice([other for other in entry["drugs"] if other != name]),
    }


def _pick_drug(case: Case, family: str, index: str) -> Drug:
    """A drug of any class: with strengths where the line names one, two where it is changed."""
    least = 2 * (f"$lower{index}" in case.line) or f"$strength{index}" in case.line
    fitting: dict[str, list[Drug]] = {}
    for drug in case.lexicon.drugs:
        if _is_of(family, drug) and drug[1].count(" ") >= least:
            fitting.setdefault(drug[2]["class"], []).append(drug)
    return case.rng.choice(case.rng.choice(list(fitting.values())))


def _is_of(family: str, drug: Drug) -> bool:
    """Insulins and fluids have amounts instead of strengths; other lines name no insulin."""
    kind = drug[2]["kind"]
    return kind == AMOUNTS[family] and not drug[1] if family in AMOUNTS else kind != "units"


def _test(case: Case, family: str, index: str) -> Values:
    names, span = case.rng.choice(list(case.lexicon.data["tests"].items()))
    return {"test": case.pick(names), "value": _value(case, span), "earlier": _value(case, span)}


def _value(case: Case, span: str) -> str:
    if span == "pressure":
        low = case.rng.randint(48, 108)
        unit = case.pick("| mmHg")
        return f"{low + case.rng.randint(26, 84)}/{low}{unit}"
    low_text, high_text, decimals, *units = span.split(" ")
    number = case.rng.uniform(float(low_text), float(high_text))
    return case.amount(f"{number:.{decimals}f}", " ".join(units))


def _qualitative(case: Case, family: str, index: str) -> Values:
    names, values = case.rng.choice(list(case.lexicon.data["qualitative"].items()))
    return {"qtest": case.pick(names), "qvalue": case.pick(values)}


def _imaging(case: Case, family: str, index: str) -> Values:
    names, findings = case.rng.choice(list(case.lexicon.data["imaging"].items()))
    first, second = case.rng.sample(findings.split("|"), 2)
    return {"imaging": case.pick(names), "finding": first, "other": second}


def _placed(case: Case, family: str, index: str) -> Values:
    findings, places = case.rng.choice(list(case.lexicon.data["placed"].items()))
    return {"placed": case.pick(findings), "place": case.pick(places)}


def _vital(case: Case, family: str, index: str) -> Values:
    return {family: _value(case, case.lexicon.data["vitals"][family])}


def _procedure(case: Case, family: str, index: str) -> Values:
    name, reasons = case.rng.choice(list(case.lexicon.data["procedures"].items()))
    return {"proc": name, "reason": case.pick(reasons)}


def _date(case: Case, family: str, index: str) -> Values:
    rng = case.rng
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2009, 2025)
    name = case.lexicon.words("months")[month - 1]
    forms = (
        f"{year}-{month:02}-{day:02}",
        f"{month}/{day}/{year}",
        f"{month:02}/{day:02}/{year % 100:02}",
        f"{day:02}.{month:02}.{year}",
        f"{day} {name} {year}",
        f"{name} {day}, {year}",
        f"{name[:3]} {day}, {year}",
        f"{day} {name[:3]} {year}",
        f"{name} {day}",
        f"{month}/{day}",
    )
    return {"date": rng.choice(forms), "year": str(year), "month": f"{name} {year}"}


MAKERS: dict[str, Callable[[Case, str, str], Values]] = {
    "drug": _drug,
    "insulin": _drug,
    "fluid": _drug,
    "test": _test,
    "qtest": _qualitative,
    "imaging": _imaging,
    "proc": _procedure,
    "date": _date,
    "cond": _condition,
    "placed": _placed,
    **dict.fromkeys(("bp", "hr", "rr", "sat", "temp", "weight", "bmi", "glu"), _vital),
}
AMOUNTS = {"insulin": "units", "fluid": "fluid"}  # slots of drugs without strengths, and their kind
FAMILIES = {
    "strength": "drug",
    "lower": "drug",
    "route": "drug",
    "before": "drug",
    "dose": "drug",
    "freq": "drug",
    "treated": "drug",
    "effect": "drug",
    "sibling": "drug",
    "value": "test",
    "earlier": "test",
    "qvalue": "qtest",
    "finding": "imaging",
    "other": "imaging",
    "reason": "proc",
    "place": "placed",
    "year": "date",
    "month": "date",
}
LISTS = {
    "cond": "conditions",
    "symptom": "symptoms",
    "site": "anatomy",
    "limb": "limbs",
    "organ": "organs",
    "state": "organstate",
    "class": "classes",
    "adj": "adjectives",
    "diagnostic": "diagnostics",
    "relative": "relatives",
}


def read_patterns(path: Path = HERE / "patterns.txt") -> Patterns:
    """Read the pattern file: `== macro|lines|kind NAME`, then its lines."""
    patterns = Patterns()
    what, name = "", ""
    for line in path.read_text("utf8").splitlines():
        if line.startswith("== "):
            what, _, name = line[3:].partition(" ")
        elif line.strip() and not line.startswith("#"):
            _add(patterns, what, name, line.strip())
    return patterns


def _add(patterns: Patterns, what: str, name: str, line: str) -> None:
    if what == "kind":
        patterns.kinds.setdefault(name, []).append(_section(line))
    else:
        target = patterns.macros if what == "macro" else patterns.groups
        target.setdefault(name, []).append(line)


def _section(line: str) -> Section:
    headings, _, rest = line.rpartition(":")
    groups, count = rest.split()
    least, _, most = count.partition("-")
    names = tuple(groups.lstrip("*").split("|"))
    choices = tuple(headings.strip().split("|"))
    return Section(choices, names, int(least), int(most or least), groups.startswith("*"))


def generate(count: int, seed: int) -> list[Record]:
    """Synthetic notes.

    count (int): How many.
    seed (int): The same seed gives the same notes.
    RETURNS (list[Record]): The notes, with ids that name the seed.
    """
    rng, lexicon, patterns = Random(seed), Lexicon(), read_patterns()
    return [_document(rng, lexicon, patterns, f"gen-{seed}-{i:04}") for i in range(count)]


def _document(rng: Random, lexicon: Lexicon, patterns: Patterns, id: str) -> Record:
    kinds = [kind for kind in patterns.kinds if kind != SINGLE]
    kind = SINGLE if rng.random() < SINGLE_SHARE else rng.choice(kinds)
    case = Case(rng, lexicon, rng.choice(("", " ", " ", " ")), _patient(rng, lexicon))
    bodies, relations = [], []
    style = (rng.random() < 0.4, rng.choice(BULLETS))
    lines_so_far = 0
    for section in patterns.kinds[kind]:
        lines = _lines(section, case, patterns, lines_so_far)
        lines_so_far += len(lines)
        bodies += [_layout(section, [text for text, _ in lines], style, rng)] if lines else []
        relations += [relation for _, found in lines for relation in found]
    join = rng.choice(("\n\n", "\n", "\n\n")) if kind != SINGLE else " "
    source = "\n".join([f"kind: {kind}", "", join.join(bodies), "---", *relations])
    record = read_note(source, id)
    return _wrap(record, rng.randint(60, 90)) if rng.random() < WRAP_SHARE else record


def _patient(rng: Random, lexicon: Lexicon) -> Values:
    male = rng.random() < 0.5
    title = "Mr." if male else rng.choice(("Mrs.", "Ms."))
    age, surname = rng.randint(19, 93), rng.choice(lexicon.words("surnames"))
    first = rng.choice(lexicon.words("male" if male else "female"))
    noun = rng.choice(("man", "male", "gentleman") if male else ("woman", "female", "lady"))
    ages = (f"{age}-year-old", f"{age} year old", f"{age} y/o", f"{age}-year-old", f"{age}yo")
    he, his = ("he", "his") if male else ("she", "her")
    return {
        "name": rng.choice((f"{title} {surname}", f"{title} {surname}", f"{first} {surname}")),
        "agesex": f"{rng.choice(ages)} {noun}",
        "noun": noun,
        "he": he,
        "He": he.capitalize(),
        "his": his,
        "His": his.capitalize(),
        "him": "him" if male else "her",
    }


def _lines(
    section: Section, case: Case, patterns: Patterns, before: int
) -> list[tuple[str, list[str]]]:
    rng = case.rng
    pool = [line for group in section.groups for line in patterns.groups[group]]
    count = min(rng.randint(section.least, section.most), len(pool))
    chosen = rng.sample(pool, count)
    return [_expand(line, case, patterns, before + i) for i, line in enumerate(chosen)]


def _expand(line: str, case: Case, patterns: Patterns, number: int) -> tuple[str, list[str]]:
    case.values.clear()
    text, relations = _macros(line, patterns, case.rng)
    while CHOICE.search(text):
        text = CHOICE.sub(lambda match: case.pick(match[1]), text, count=1)
    case.line = text
    text = SLOT.sub(lambda match: case.fill(match[1], match[2]), text)
    text, kinds = _settle_labels(text, case.lexicon)
    text = ARTICLE.sub(_article, text)
    found = {match[1] + match[2] for match in NUMBERED.finditer(text)}
    offset = number * IDS_PER_LINE
    text = NUMBERED.sub(lambda match: f"{{{match[1]}{int(match[2]) + offset}", text)
    return _tidy(text), _relations(relations, found, kinds, offset)


def _macros(line: str, patterns: Patterns, rng: Random) -> tuple[str, list[str]]:
    text, _, relations = line.partition(" :: ")
    found = [relations]
    while match := MACRO.search(text):
        body, _, more = rng.choice(patterns.macros[match[1]]).partition(" :: ")
        text = text[: match.start()] + body.replace("#", match[2]) + text[match.end() :]
        found.append(more.replace("#", match[2]))
    return text, [part.strip() for some in found for part in some.split(";") if part.strip()]


def _settle_labels(text: str, lexicon: Lexicon) -> tuple[str, dict[str, str]]:
    kinds: dict[str, str] = {}

    def settle(match: re.Match[str]) -> str:
        letter = "s" if match[3].lower() in lexicon.symptoms else "c"
        key = f"{letter}{int(match[1]) + EITHER_OFFSET}"
        kinds[f"x{match[1]}"] = key
        return f"{{{key}{match[2]} {match[3]}}}"

    return EITHER.sub(settle, text), kinds


def _article(match: re.Match[str]) -> str:
    return ("an " if match[2] in "aeiouAEIO8" else "a ") + match[1] + match[2]


def _tidy(text: str) -> str:
    text = re.sub(r" +([,.;:)])", r"\1", re.sub(r" {2,}", " ", text)).strip()
    return text.replace("\\n", "\n").replace("\n ", "\n")


def _relations(parts: list[str], found: set[str], kinds: dict[str, str], offset: int) -> list[str]:
    lines = []
    for part in parts:
        label, heads, tails = part.split()
        for head in (kinds.get(key, key) for key in heads.split("+")):
            for tail in (kinds.get(key, key) for key in tails.split("+")):
                if head in found and tail in found:
                    lines.append(f"{label} {_shift(head, offset)} {_shift(tail, offset)}")
    return lines


def _shift(key: str, offset: int) -> str:
    return f"{key[0]}{int(key[1:]) + offset}"


def _layout(section: Section, lines: list[str], style: tuple[bool, str], rng: Random) -> str:
    capitals, bullet = style
    heading = rng.choice(section.headings)
    if section.listed:
        body = "\n".join(bullet.format(n=i) + line for i, line in enumerate(lines, 1))
    else:
        body = " ".join(line if line[-1] in ".:?" else line + "." for line in lines)
    if not heading:
        return body
    heading = heading.upper() if capitals else heading
    return f"{heading}:{rng.choice(' ' * (not section.listed) + chr(10))}{body}"


def _wrap(record: Record, width: int) -> Record:
    inside = {i for entity in record.entities for i in range(entity.start, entity.end)}
    chars, start = list(record.text), 0
    for i, char in enumerate(record.text):
        if char == "\n":
            start = i + 1
        elif char == " " and i - start >= width and i not in inside:
            chars[i] = "\n"
            start = i + 1
    return replace(record, text="".join(chars))
