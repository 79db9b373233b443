"""The list of messages: every code is used, and none twice."""

import ast
import re
from pathlib import Path

import pytest

import spacy_clinical
from spacy_clinical import errors
from spacy_clinical.errors import Errors, SpacyClinicalError, find_code

ROOT = Path(spacy_clinical.__file__).parent
SOURCES = [path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")]
USED = set(re.findall(r"Errors\.(SC\d+)", "\n".join(SOURCES)))
KNOWN = [name for name in dir(Errors) if name.startswith("SC")]


@pytest.mark.parametrize("code", KNOWN)
def test_code_is_used(code: str) -> None:
    assert code in USED


def test_used_codes_exist() -> None:
    assert set(KNOWN) >= USED


def codes(table: type) -> list[str]:
    """The codes of one file, as they stand there: a class keeps only the last of two."""
    path = ROOT / "errors" / (table.__module__.rpartition(".")[2] + ".py")
    (found,) = ast.parse(path.read_text(encoding="utf-8")).body[1:]
    assert isinstance(found, ast.ClassDef)
    return [node.targets[0].id for node in found.body if isinstance(node, ast.Assign)]  # type: ignore[attr-defined]


def test_codes_are_unique() -> None:
    names = [name for table in Errors.__bases__ for name in codes(table)]
    assert len(names) == len(set(names)) == len(KNOWN)
    assert all(re.fullmatch(r"SC\d{3}", name) for name in names)
    assert names == sorted(names)


def test_ten_codes_are_in_one_file() -> None:
    files = [{name[2:4] for name in codes(table)} for table in Errors.__bases__]
    assert sum(map(len, files)) == len(set.union(*files))


def test_messages_begin_with_their_code() -> None:
    assert all(getattr(Errors, code).startswith(f"[{code}] ") for code in KNOWN)


def test_one_family() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    raised = [kind for kind in kinds if issubclass(kind, Exception)]
    assert len(raised) > 5
    assert all(issubclass(kind, SpacyClinicalError) for kind in raised)
    assert issubclass(SpacyClinicalError, ValueError)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Errors.SC902, "SC902"),
        (SpacyClinicalError("[SC518] It failed ([SC001])."), "SC518"),
        (SpacyClinicalError("It failed."), ""),
        (ValueError("[E030] Sentence boundaries unset."), "E030"),
        (ValueError("can't parse '[MRN4711]'"), ""),
        (ValueError("[MRN4711] isn't known"), ""),
        (ValueError("[SC902] as a note says"), ""),
        (ValueError("in [E030]"), ""),
        (KeyError("[E030]"), ""),
        ("No [SC902]", ""),
    ],
)
def test_the_code_that_an_error_begins_with(error: Exception | str, code: str) -> None:
    """What stands in brackets elsewhere, or in foreign messages, may be a word of a note."""
    assert find_code(error) == code
