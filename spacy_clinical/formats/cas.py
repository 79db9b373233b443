"""UIMA CAS in XMI and JSON, as INCEpTION and other UIMA tools export it (extra `formats`).

Annotations are mentions and relations as in `webanno`: a type with `Governor` and `Dependent` (or
`source` and `target`) is a relation, labelled by `value`, `label`, `type`, `category`, its only
text feature, or else its name; other annotations are mentions, labelled likewise, `identifier`
their concept, further features of one value attributes. Slots are relations by role, links of a
chain relations to the next. Tokens, sentences, metadata and linguistic layers of DKPro Core,
annotations of no length and features that hold structures are left out, and counted. XMI needs the
TypeSystem.xml that stands beside it. Offsets count in UTF-16, which dkpro-cassis 0.12 translates.
Source: UIMA reference guide, chapter 7 (XMI); UIMA CAS JSON 0.4.0; INCEpTION's user guide.

Written are NamedEntity and `webanno.custom.Relation` as in `webanno`.
"""

import json
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import Errors, FormatError
from ..files import new_folder
from ..records import Record
from .corpus_listing import files_of, head_of
from .document_files import write_document_files
from .file_reading import located, malformed
from .json_items import has_key
from .rejected_documents import Part, Reject, settle

TYPE_SYSTEM = "TypeSystem.xml"
_INITIAL = "_InitialView"


def holds_cas_xmi(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with a CAS in XMI."""
    return "<xmi:XMI" in head_of(path, head, ".xmi")[:4000]


def holds_cas_json(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with a CAS in JSON."""
    head = head_of(path, head, ".json")
    return has_key(head, "%TYPES") or has_key(head, "%FEATURE_STRUCTURES")


def read_cas_xmi(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the documents of a folder.

    path (str | Path): A file, or a folder of files, with TypeSystem.xml beside.
    left_out (Counter[str] | None): What has no place in a Record is counted here.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a file, named as it is.
    """
    need_library()
    counts: Counter[str] = Counter() if left_out is None else left_out
    return settle(_xmi_parts(Path(path), counts), rejects)


def read_cas_json(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the documents of a folder.

    path (str | Path): A file, or a folder of files.
    left_out (Counter[str] | None): What has no place in a Record is counted here.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a file, named as it is.
    """
    need_library()
    counts: Counter[str] = Counter() if left_out is None else left_out
    files = files_of(Path(path), ".json")
    return settle(((str(file), partial(_from_json, file, counts)) for file in files), rejects)


def write_cas_xmi(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a folder of XMI files and their TypeSystem.xml.

    records (Iterable[Record]): The documents.
    path (str | Path): A new or empty folder, which is there when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    return _write(records, Path(path), "xmi", left_out, rejects)


def write_cas_json(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a folder of JSON files.

    records (Iterable[Record]): The documents.
    path (str | Path): A new or empty folder, which is there when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    return _write(records, Path(path), "json", left_out, rejects)


def need_library() -> None:
    """Raise FormatError unless dkpro-cassis is installed."""
    if find_spec("cassis") is None:
        raise FormatError(Errors.SC030.format(format="UIMA CAS", package="dkpro-cassis"))


def _xmi_parts(path: Path, left_out: Counter[str]) -> Iterator[Part[Record]]:
    files = files_of(path, ".xmi")
    folder = path if path.is_dir() else path.parent
    types = next(
        (f for f in files_of(folder, ".xml") if f.name.lower() == TYPE_SYSTEM.lower()), None
    )
    for file in files:
        yield str(file), partial(_from_xmi, file, types, left_out)


def _from_xmi(path: Path, types: Path | None, left_out: Counter[str]) -> Record:
    from cassis import load_cas_from_xmi, load_typesystem

    if types is None:
        raise malformed(str(path), f"no {TYPE_SYSTEM} beside it", "the one of the export")
    try:
        with types.open("rb") as declared, path.open("rb") as file, _offsets_held():
            cas = load_cas_from_xmi(file, typesystem=load_typesystem(declared))
    except OSError:
        raise
    except Exception as error:
        raise _unfit(path, error) from None
    return _record(cas, path, left_out)


def _from_json(path: Path, left_out: Counter[str]) -> Record:
    from cassis import load_cas_from_json

    try:
        data = json.dumps(_one_view(json.loads(path.read_bytes())))
        with _offsets_held():
            cas = load_cas_from_json(data)
    except OSError:
        raise
    except Exception as error:
        raise _unfit(path, error) from None
    return _record(cas, path, left_out)


@contextmanager
def _offsets_held() -> Iterator[None]:
    """Raise what dkpro-cassis 0.12 only warns of (`cas.py`, `OffsetConverter`): an offset inside a
    character or beyond the text, which it takes as it is, for one in characters."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Not mapping external offset")
        yield


def _one_view(data: Any) -> Any:
    """Call the first view with a text _InitialView, and declare no other: the deserializer of
    dkpro-cassis 0.12 (`json.py`, `_parse_view`) refuses every view but that one. The structures of
    the others are read still, and aren't in its index."""
    sofas = [fs for fs in data["%FEATURE_STRUCTURES"] if fs["%TYPE"] == "uima.cas.Sofa"]
    first = next((fs for fs in sofas if isinstance(fs.get("sofaString"), str)), None)
    if first is None or (first["sofaID"] == _INITIAL and len(data["%VIEWS"]) == 1):
        return data
    members = data["%VIEWS"].get(first["sofaID"], {"%SOFA": first["%ID"], "%MEMBERS": []})
    for fs in sofas:
        if fs["sofaID"] == _INITIAL:
            fs["sofaID"] = f"{_INITIAL} of {fs['%ID']}"
    first["sofaID"] = _INITIAL
    return {**data, "%VIEWS": {_INITIAL: members}}


def _unfit(path: Path, error: Exception) -> FormatError:
    """Tell that the library can't read a file, without its message, which may quote the text."""
    if isinstance(error, UserWarning):
        found = "an offset that is beyond the text or inside a character"
        return malformed(str(path), found, "offsets in UTF-16, of whole characters")
    found = f"what the library can't read ({type(error).__name__})"
    return malformed(str(path), found, "a CAS whose types are all declared")


def _record(cas: Any, path: Path, left_out: Counter[str]) -> Record:
    from .cas_reader import record_of

    with located(str(path)):
        return record_of(cas, path.stem, str(path), left_out)


def _write(
    records: Iterable[Record],
    path: Path,
    kind: str,
    left_out: Counter[str] | None,
    rejects: list[Reject] | None,
) -> int:
    need_library()
    from .cas_writer import CasWriter

    writer = CasWriter()
    with new_folder(path) as folder:
        make = partial(_file, writer=writer, kind=kind, left_out=left_out)
        written = write_document_files(records, folder, make, rejects, left_out)
        if kind == "xmi":
            writer.types.to_xml(folder / TYPE_SYSTEM)
    return written


def _file(
    record: Record, *, writer: Any, kind: str, left_out: Counter[str] | None
) -> dict[str, bytes]:
    return {f"{record.id}.{kind}": writer.data(record, kind, left_out)}
