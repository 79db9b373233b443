"""Training notes with identifiers: `python assets/deid/generator.py OUT.jsonl --notes 1500`.

Templates of templates.txt are filled from the names and places of the packaged tables, from names
made of syllables (no list has them, so the model has to go by what stands beside them), and from
numbers. Lines of notes without identifiers (`--clinical`) are put between them, so that clinical
words are seen where nobody is named. The same `--seed` gives the same notes.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from marked import read_marked, write_notes  # noqa: E402

from spacy_clinical.context.rule_tables import read_table  # noqa: E402
from spacy_clinical.formats import read  # noqa: E402
from spacy_clinical.pipeline.deid.locale_rules import DeidRules  # noqa: E402
from spacy_clinical.pipeline.deid.locale_tables import DATA  # noqa: E402
from spacy_clinical.pipeline.deid.text_words import Words  # noqa: E402
from spacy_clinical.records import Record  # noqa: E402

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\$([a-z]+\d?)")
ODD_NAMES = 0.45  # share of names that no list has
LOWERED, SHOUTED = 0.06, 0.04  # shares of notes all in small letters, all in capitals
PLAIN, QUESTION = 0.15, 0.25  # shares of notes without identifiers, and of questions
UNMARKED = str.maketrans("", "", "$[]{}")  # signs of the templates
ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}


def read_lists(path: Path = HERE / "words.txt") -> dict[str, list[str]]:
    """The word lists of words.txt."""
    lines = path.read_text("utf8").splitlines()
    rows = [line.partition(": ") for line in lines if line and not line.startswith("#")]
    return {name: words.split("|") for name, _, words in rows}


class Filler:
    """Values of the slots.

    seed (int): Of the values.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        rows = [cells for _, cells in read_table(DATA / "en" / "names.tsv")]
        self.given = [name for name, kind in rows if set(kind) & set("fmn")]
        self.family = [name for name, kind in rows if "s" in kind]
        places = [cells for _, cells in read_table(DATA / "en" / "places.tsv")]
        self.cities = [cells[0] for cells in places if cells[1] == "CITY"]
        self.countries = [cells[0] for cells in places if cells[1] == "COUNTRY"]
        self.states = [cells[0] for cells in places if cells[2:] == ["after a city"]]
        self.lists = read_lists()

    def value(self, slot: str) -> str:
        """A value for a slot."""
        if slot in self.lists:
            return self.random.choice(self.lists[slot])
        maker: Callable[[], str] = getattr(self, f"_{slot}")
        return maker()

    def digits(self, pattern: str) -> str:
        """A pattern with its 0 replaced by digits and its A by capitals."""
        signs = {"0": "0123456789", "A": "ABCDEFGHJKLMNPRSTUVWXYZ", "a": "abcdefghijklmnoprstuvw"}
        return "".join(self.random.choice(signs.get(sign, sign)) for sign in pattern)

    def pick(self, *patterns: str) -> str:
        """One of the patterns, filled."""
        return self.digits(self.random.choice(patterns))

    def odd(self) -> str:
        """A name that no list has."""
        syllables = "".join(
            self.value("begin") + self.value("vowel") for _ in range(self.random.randint(1, 2))
        )
        return (syllables + self.value("close")).capitalize()

    def _first(self) -> str:
        return self.odd() if self.random.random() < ODD_NAMES else self.random.choice(self.given)

    def _last(self) -> str:
        last = self.odd() if self.random.random() < ODD_NAMES else self.random.choice(self.family)
        return f"{last}-{self.odd()}" if self.random.random() < 0.06 else last

    def _letter(self) -> str:
        return self.digits("A")

    def _full(self) -> str:
        middle = self.random.choice(["", "", "", f" {self._letter()}.", f" {self._first()}"])
        last = self.random.choice([self._last()] * 4 + [f"{self._letter()}."])
        return f"{self._first()}{middle} {last}"

    def _lastfirst(self) -> str:
        return f"{self._last()}, {self._first()}" + self.random.choice(["", f" {self._letter()}"])

    def _shout(self) -> str:
        return self.random.choice([self._lastfirst(), self._full()]).upper()

    def _lower(self) -> str:
        return self.random.choice([self._first(), f"{self._first()} {self._last()}"]).lower()

    def _initials(self) -> str:
        return self.pick("A.A.", "AA", "A. A.")

    def _age(self) -> str:
        return str(self.random.randint(18, 89))

    def _old(self) -> str:
        return str(self.random.randint(90, 104))

    def _year(self) -> str:
        return str(self.random.randint(1995, 2024))

    def _numeric(self) -> str:
        m, d, y = (
            self.random.randint(1, 12),
            self.random.randint(1, 28),
            self.random.randint(1940, 2024),
        )
        forms = [
            f"{m}/{d}/{y}",
            f"{m:02}/{d:02}/{y}",
            f"{m}/{d}/{y % 100:02}",
            f"{y}-{m:02}-{d:02}",
        ]
        return self.random.choice([*forms, f"{m:02}-{d:02}-{y}", f"{d:02}.{m:02}.{y}"])

    def _date(self) -> str:
        month, d, y = (
            self.value("month"),
            self.random.randint(1, 28),
            self.random.randint(1990, 2024),
        )
        ending = ORDINALS.get(d, "th")
        forms = [f"{month} {d}, {y}", f"{month} {d}{ending}, {y}", f"{month[:3]} {d}, {y}"]
        forms += [
            f"{d} {month} {y}",
            f"{d}-{month[:3]}-{y}",
            f"{month} {d}{ending}",
            f"{month} {y}",
        ]
        forms += [f"the {d}{ending} of {month}", f"{d:02}{month[:3].upper()}{y % 100:02}"]
        return self.random.choice([*forms, *[self._numeric()] * 5])

    def _short(self) -> str:
        m, d = self.random.randint(1, 12), self.random.randint(1, 28)
        weekday = self.random.choice(["Mon ", "Tues ", "Friday, ", "Wed "])
        return self.random.choice(
            [f"{m}/{d}", f"{weekday}{m}/{d}", f"{self.value('month')[:3]} {d}", f"{m}/{d}/21"]
        )

    def _time(self) -> str:
        return self.pick("10:00", "08:00", "00:00")

    def _hospital(self) -> str:
        pick = self.random.choice
        saint = f"St. {self.value('saint')}'s"
        own = pick([self.odd(), self._last(), pick(self.cities), saint])
        short = own if own == saint else self._acronym()
        return pick([f"{own} {self.value('hospital end')}"] * 6 + [short])

    def _acronym(self) -> str:
        return self.pick("AAA", "AAAA", "AAMC", "AARH")

    def _company(self) -> str:
        own = self.random.choice([self.odd(), self._last()])
        return f"{own} {self.value('company end')}"

    def _city(self) -> str:
        return self.random.choice([self.random.choice(self.cities), self.odd()])

    def _country(self) -> str:
        return self.random.choice(self.countries)

    def _state(self) -> str:
        return self.random.choice(self.states)

    def _street(self) -> str:
        name = self.random.choice([self.odd(), "Oak", "Maple", "Washington", self._last()])
        flat = self.random.choice(["", "", f" Apt {self.pick('0A', '00')}"])
        return f"{self.random.randint(1, 9999)} {name} {self.value('street end')}{flat}"

    def _zip(self) -> str:
        return self.pick("00000", "00000-0000")

    def _phone(self) -> str:
        return self.pick(
            "(000) 555-0000",
            "000-555-0000",
            "000.555.0000",
            "+44 20 7946 0000",
            "555-0000",
            "000 555 0000 x00",
        )

    def _email(self) -> str:
        return f"{self.odd().lower()}.{self.odd().lower()}@{self.odd().lower()}.example"

    def _url(self) -> str:
        return f"https://{self.odd().lower()}.example/{self.pick('aaa00', 'aaaa')}"

    def _ip(self) -> str:
        return f"192.0.2.{self.random.randint(1, 254)}"

    def _mrn(self) -> str:
        return self.pick(
            "0000000", "00000000", "A0000000", "000-00-0000", "AA-000000", "000-000", "#000000"
        )

    def _plan(self) -> str:
        return self.pick("AAA000000000", "AA-000000", "0AA0-AA0-AA00", "AAA-000000")

    def _account(self) -> str:
        return self.pick("00-0000-0000", "AAA-000000", "00000000")

    def _ssn(self) -> str:
        return self.pick("900-00-0000", "987-65-0000")

    def _accession(self) -> str:
        return self.pick("A00-000000", "AA00-0000", "2021:AA0000")

    def _serial(self) -> str:
        return self.pick("AAA000000A", "AA-00A-00000", "00000AA")

    def _plate(self) -> str:
        return self.pick("0AAA 000", "AAA-0000", "AA00 AAA")

    def _license(self) -> str:
        return self.pick("A00000", "AA0000000", "00-00000")

    def _user(self) -> str:
        return self.pick("aa000", "aaa00", "aa00")

    def _job(self) -> str:
        return self.pick("000000", "00000")

    def _digit(self) -> str:
        return self.digits("0")

    def _n1(self) -> str:
        return str(self.random.randint(95, 180))

    def _n2(self) -> str:
        return str(self.random.randint(50, 99))

    def _n3(self) -> str:
        return str(self.random.randint(2, 12))


def read_templates(path: Path = HERE / "templates.txt") -> dict[str, list[str]]:
    """The templates of each group."""
    groups: dict[str, list[str]] = {}
    for line in path.read_text("utf8").splitlines():
        if line.startswith("== "):
            own = groups.setdefault(line[3:], [])
        elif line and not line.startswith("#"):
            own.append(line.replace("\\n", "\n"))
    return groups


def read_clinical(path: Path) -> list[str]:
    """The lines of a corpus in which the rules find nothing: they need not be annotated."""
    rules = DeidRules(["en"])
    lines = {line.strip() for record in read(path) for line in record.text.splitlines()}
    return [line for line in sorted(lines) if len(line) > 20 and not rules.find(Words(line))]


def generate(notes: int, seed: int, clinical: Sequence[str] = ()) -> list[Record]:
    """Notes with identifiers.

    notes (int): How many.
    seed (int): Of the notes.
    clinical (Sequence[str]): Lines without identifiers.
    RETURNS (list[Record]): The notes.
    """
    filler, groups = Filler(seed), read_templates()
    if clinical:
        groups["clinical"] = [line.translate(UNMARKED) for line in clinical]
    return [_note(filler, groups, f"generated-{seed}-{i}") for i in range(notes)]


def _note(filler: Filler, groups: dict[str, list[str]], name: str) -> Record:
    random = filler.random
    lines = _choose(random, groups)
    filled = random.choice([" ", " ", "\n"]).join(_fill(line, filler) for line in lines)
    record = read_marked(filled, name)
    style = random.random()
    if style < LOWERED + SHOUTED:
        text = record.text.lower() if style < LOWERED else record.text.upper()
        record = Record(name, text, record.entities, meta=record.meta)
    return record


def _choose(random: Random, groups: dict[str, list[str]]) -> list[str]:
    """The templates of a note."""
    free = groups["plain"] + groups.get("clinical", [])
    kind = random.random()
    if kind < PLAIN:
        return random.sample(free, random.randint(1, 5))
    if kind < PLAIN + QUESTION:
        return [random.choice(groups["question"]), *random.sample(free, random.randint(0, 1))]
    middle = random.sample(groups["middle"], random.randint(1, 5))
    middle += random.sample(free, random.randint(0, 3))
    random.shuffle(middle)
    start = [random.choice(groups["start"])] if random.random() < 0.8 else []
    end = [random.choice(groups["end"])] if random.random() < 0.5 else []
    return [*start, *middle, *end]


def _fill(template: str, filler: Filler) -> str:
    while match := CHOICE.search(template):
        chosen = filler.random.choice(match[1].split("|"))
        template = template[: match.start()] + chosen + template[match.end() :]
    return SLOT.sub(lambda match: filler.value(match[1]), template)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write training notes with identifiers.")
    parser.add_argument("target", type=Path)
    parser.add_argument("--notes", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--clinical", type=Path, help="notes whose lines without identifiers join")
    options = parser.parse_args()
    clinical = read_clinical(options.clinical) if options.clinical else []
    records = generate(options.notes, options.seed, clinical)
    write_notes(records, options.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
