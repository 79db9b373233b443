"""openFDA's files of drug labels and of the NDC directory, as the user has them.

A record's harmonised names (https://open.fda.gov/apis/drug/label/searchable-fields/) are read, and
nothing of a label's free text: substances by UNII with their names, each a kind of its established
pharmacologic classes [EPC]. Only of products with one substance, as those with several don't tell
which has which code and class; RxCUIs aren't read, as they are products'.
"""

import gzip
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, cast

from ...errors import Errors, KnowledgeError
from ..terminology_facts import CROSSREF, NAME, PARENT, TYPE, Fact
from .lines import check_encoding, problem

CHUNK = 1 << 20  # characters to read at once
MOST = 1 << 26  # characters of a record
DRUG = "drug"
EXPECTED = 'openFDA JSON: {"meta": {}, "results": [{"openfda": {}}]}'
_RESULTS = re.compile(r'"results"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_CLASS = re.compile(r"(?P<name>.*\S)\s*\[EPC\]")
_UNII = re.compile(r"[0-9A-Z]{10}")


def read_openfda(path: Path, *, encoding: str = "utf-8") -> Iterator[Fact]:
    """Read a file of drug labels or of the NDC directory, record by record.

    path (Path): .json, as it is, gzipped or zipped.
    encoding (str): Of the text.
    YIELDS (Fact): What it says of substances and classes; their type is "drug".
    """
    seen: set[Fact] = set()
    for line, record in _records(path, encoding):
        fields = record.get("openfda") if isinstance(record, dict) else None
        if not isinstance(fields, dict):
            raise problem(path, line, "a record without 'openfda'", EXPECTED)
        for fact in _facts(record, fields):
            if fact not in seen:
                seen.add(fact)
                yield fact


def _facts(record: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[Fact]:
    substances, codes = _texts(fields, "substance_name"), _texts(fields, "unii")
    if len(substances) != 1 or len(codes) != 1 or not _UNII.fullmatch(codes[0]):
        return
    code, name = codes[0], substances[0].casefold()
    yield Fact(code, NAME, name)
    yield Fact(code, TYPE, DRUG)
    yield Fact(code, CROSSREF, f"UNII:{code}")
    for generic in _texts(fields, "generic_name"):
        yield Fact(code, NAME, generic.casefold(), 1)
    for written in (*_texts(fields, "pharm_class_epc"), *_texts(record, "pharm_class")):
        match = _CLASS.fullmatch(written)
        if match:
            yield Fact(code, PARENT, written)
            yield Fact(written, NAME, match["name"])
            yield Fact(written, NAME, written, 1)
            yield Fact(written, TYPE, DRUG)


def _texts(fields: Mapping[str, Any], name: str) -> list[str]:
    """The texts of a field: each once, without blanks; none where it is something else."""
    values = fields.get(name)
    values = values if isinstance(values, list) else [values]
    texts = (value.strip() for value in values if isinstance(value, str))
    return list(dict.fromkeys(filter(None, texts)))


def _records(path: Path, encoding: str) -> Iterator[tuple[int, Any]]:
    """YIELDS (tuple[int, Any]): The line on which each of the results begins, and the result."""
    decoder, chunks = json.JSONDecoder(), _chunks(path, encoding)
    text, line = _from_results(path, chunks)
    place = 0
    while True:
        start = cast("re.Match[str]", _BETWEEN.match(text, place)).end()
        line, place = line + text.count("\n", place, start), start
        if text.startswith("]", place):
            return
        try:
            found, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            more = next(chunks, "")
            if not more or len(text) - place > MOST:
                raise problem(path, line, "a record that doesn't end", EXPECTED) from None
            text, place = text[place:] + more, 0
        else:
            yield line, found
            line, place = line + text.count("\n", place, end), end


def _from_results(path: Path, chunks: Iterator[str]) -> tuple[str, int]:
    """RETURNS (tuple[str, int]): The text behind the beginning of the results, and its line."""
    text = ""
    for chunk in chunks:
        text += chunk
        if match := _RESULTS.search(text):
            return text[match.end() :], 1 + text.count("\n", 0, match.end())
        if len(text) > MOST:
            break
    raise problem(path, 1, "no list of results", EXPECTED)


def _chunks(path: Path, encoding: str) -> Iterator[str]:
    """YIELDS (str): The text of a file, piece by piece."""
    check_encoding(encoding)
    try:
        with ExitStack() as stack:
            file = TextIOWrapper(stack.enter_context(_open(path, stack)), encoding)
            while chunk := file.read(CHUNK):
                yield chunk
    except UnicodeDecodeError:
        raise problem(path, 1, f"what isn't {encoding}", EXPECTED) from None
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error):
        raise problem(path, 1, "a broken archive", "a whole one: copy it again") from None
    except OSError as error:
        raise KnowledgeError(Errors.SC604.format(path=path, what=error.strerror)) from None


def _open(path: Path, stack: ExitStack) -> IO[bytes]:
    if path.suffix != ".zip":
        return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
    archive = stack.enter_context(zipfile.ZipFile(path))
    names = [name for name in archive.namelist() if name.endswith(".json")]
    if len(names) != 1:
        raise problem(path, 1, f"{len(names)} JSON files in it", "one, as openFDA zips them")
    return archive.open(names[0])
