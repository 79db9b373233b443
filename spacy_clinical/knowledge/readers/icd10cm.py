"""ICD-10-CM: the order file of each year's release, or a CSV of codes and titles."""

import re
from collections.abc import Iterator
from pathlib import Path

from ..terminology_facts import CROSSREF, NAME, PARENT, TYPE, Fact
from .icd10cm_chapters import chapter_of
from .lines import problem, read_lines

CODE = r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?"
# Order number, code, 0 for a header or 1 for a billable code, short title, full title.
ORDER = re.compile(
    rf"(?P<order>[0-9]{{5}}) (?P<code>{CODE}) +[01] (?P<short>.{{60}}) (?P<title>.+)"
)
CSV = re.compile(rf'"?(?P<code>{CODE})"?,(?P<title>"(?:[^"]|"")+"|[^",]+)')


def read_icd10cm(path: Path, *, encoding: str = "utf-8") -> Iterator[Fact]:
    """Read ICD-10-CM.

    path (Path): icd10cm_order_YEAR.txt, in columns of fixed width; or a CSV of code and title.
    encoding (str): Of the text.
    YIELDS (Fact): What it says. Codes have their dot; a concept's type is the code's first letter,
        its chapter's for most. Its parent is the longest code before it that it begins with, else
        its chapter, which is a concept too ("E00-E89").
    """
    seen: set[str] = set()
    for number, line in read_lines(path, encoding):
        if not line.strip():
            continue
        match = ORDER.fullmatch(line.rstrip()) or CSV.fullmatch(line.strip())
        if not match:
            expected = "a line of the order file in its columns, or CODE,TITLE"
            raise problem(path, number, "neither", expected)
        code = with_dot(match["code"])
        title = match["title"]
        quoted = title.startswith('"')
        yield Fact(code, NAME, title[1:-1].replace('""', '"') if quoted else title)
        if "short" in match.groupdict():
            yield Fact(code, NAME, match["short"].strip(), 1)
        yield Fact(code, CROSSREF, f"ICD10CM:{code}")
        yield Fact(code, TYPE, code[0])
        yield from _place(code, seen)


def _place(code: str, seen: set[str]) -> Iterator[Fact]:
    """A code's parent, and its chapter where it is the first of it."""
    seen.add(code)
    shorter = (code[:end].rstrip(".") for end in range(len(code) - 1, 2, -1))
    parent = next((one for one in shorter if one in seen), "")
    if parent:
        yield Fact(code, PARENT, parent)
        return
    chapter = chapter_of(code)
    if chapter:
        yield Fact(code, PARENT, chapter.codes)
    if chapter and chapter.codes not in seen:
        seen.add(chapter.codes)
        yield Fact(chapter.codes, NAME, chapter.title)
        yield Fact(chapter.codes, CROSSREF, f"ICD10CM:{chapter.codes}")
        yield Fact(chapter.codes, TYPE, "chapter")


def with_dot(code: str) -> str:
    """RETURNS (str): A code as it is written in records: "E119" as "E11.9"."""
    return code if len(code) < 4 or "." in code else f"{code[:3]}.{code[3:]}"
