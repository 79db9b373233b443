"""Corpus formats by name. Each reads files into Records, and most write Records into files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..errors import Errors, FormatError
from ..records import Record
from .ade import holds_ade, read_ade
from .bioc import (
    holds_bioc_json,
    holds_bioc_xml,
    read_bioc_json,
    read_bioc_xml,
    write_bioc_json,
    write_bioc_xml,
)
from .brat import holds_brat, read_brat, write_brat
from .cas import (
    holds_cas_json,
    holds_cas_xmi,
    read_cas_json,
    read_cas_xmi,
    write_cas_json,
    write_cas_xmi,
)
from .conll import holds_conll, read_conll, write_conll
from .ddi_xml import holds_ddi_xml, read_ddi_xml
from .doccano import holds_doccano, read_doccano, write_doccano
from .drugprot import holds_drugprot, read_drugprot, write_drugprot
from .format_registry import Format, check_format, find_format, name_format, unknown_format
from .i2b2_2010 import holds_i2b2_2010, read_i2b2_2010, write_i2b2_2010
from .i2b2_xml import holds_i2b2_xml, read_i2b2_xml, write_i2b2_xml
from .jsonl import holds_jsonl, read_jsonl, write_jsonl
from .label_studio import holds_label_studio, read_label_studio, write_label_studio
from .medcattrainer import holds_medcattrainer, read_medcattrainer
from .prodigy import holds_prodigy, read_prodigy, write_prodigy
from .pubannotation import holds_pubannotation, read_pubannotation, write_pubannotation
from .pubtator import holds_pubtator, read_pubtator, write_pubtator
from .radgraph import holds_radgraph, read_radgraph, write_radgraph
from .rejected_documents import Reject
from .webanno import holds_webanno, read_webanno, write_webanno

__all__ = [
    "FORMATS",
    "Format",
    "Reject",
    "guess_format",
    "read",
    "read_brat",
    "read_jsonl",
    "read_pubtator",
    "write",
    "write_brat",
    "write_jsonl",
    "write_pubtator",
]

_COUNTS = ("left_out",)
_BOTH = ("left_out", "strict")

FORMATS = {
    "ade": Format("the ADE corpus", holds_ade, read_ade, takes=_COUNTS),
    "brat": Format("brat standoff", holds_brat, read_brat, write_brat, ("",)),
    "i2b2_2010": Format(
        "i2b2 2010", holds_i2b2_2010, read_i2b2_2010, write_i2b2_2010, takes=_COUNTS
    ),
    "drugprot": Format(
        "DrugProt's tables", holds_drugprot, read_drugprot, write_drugprot, (), ("strict",)
    ),
    "ddi_xml": Format("DDI 2013's XML", holds_ddi_xml, read_ddi_xml, takes=("strict",)),
    "webanno": Format("WebAnno TSV", holds_webanno, read_webanno, write_webanno, (), _COUNTS),
    "cas_xmi": Format(
        "UIMA CAS XMI", holds_cas_xmi, read_cas_xmi, write_cas_xmi, (".xmi",), _COUNTS
    ),
    "cas_json": Format("UIMA CAS JSON", holds_cas_json, read_cas_json, write_cas_json, (), _COUNTS),
    "bioc_xml": Format(
        "BioC XML",
        holds_bioc_xml,
        read_bioc_xml,
        write_bioc_xml,
        (".bioc.xml", ".bioc", ".xml"),
        _BOTH,
    ),
    "i2b2_xml": Format("i2b2 2012 XML", holds_i2b2_xml, read_i2b2_xml, write_i2b2_xml, (), _BOTH),
    "bioc_json": Format(
        "BioC JSON", holds_bioc_json, read_bioc_json, write_bioc_json, (".bioc.json",), _BOTH
    ),
    "medcattrainer": Format(
        "MedCATtrainer's export", holds_medcattrainer, read_medcattrainer, takes=_COUNTS
    ),
    "label_studio": Format(
        "Label Studio's JSON",
        holds_label_studio,
        read_label_studio,
        write_label_studio,
        (".labelstudio.json",),
        _COUNTS,
    ),
    "pubannotation": Format(
        "PubAnnotation's JSON",
        holds_pubannotation,
        read_pubannotation,
        write_pubannotation,
        (".pubannotation.jsonl",),
        _COUNTS,
    ),
    "radgraph": Format(
        "RadGraph's JSON",
        holds_radgraph,
        read_radgraph,
        write_radgraph,
        (".radgraph.json",),
        _COUNTS,
    ),
    "doccano": Format(
        "doccano's JSONL", holds_doccano, read_doccano, write_doccano, (".doccano.jsonl",)
    ),
    "prodigy": Format(
        "Prodigy's JSONL", holds_prodigy, read_prodigy, write_prodigy, (".prodigy.jsonl",), _COUNTS
    ),
    "pubtator": Format(
        "PubTator", holds_pubtator, read_pubtator, write_pubtator, (".pubtator",), ("strict",)
    ),
    "jsonl": Format("this package's JSONL", holds_jsonl, read_jsonl, write_jsonl, (".jsonl",)),
    "conll": Format(
        "CoNLL",
        holds_conll,
        read_conll,
        write_conll,
        (".conll", ".iob", ".iob2", ".bio", ".biluo", ".bioes"),
        _COUNTS,
    ),
}
"""The formats. Of those that may be meant by a file's contents the first one is taken."""


def read(
    path: str | Path,
    format: str | None = None,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
    **options: Any,
) -> Iterator[Record]:
    """Stream the documents of a corpus.

    path (str | Path): The file or folder.
    format (str | None): A name in FORMATS, or None to guess it.
    left_out (Counter[str] | None): What has no place in a Record is counted there by kind.
    rejects (list[Reject] | None): Documents that can't be read are put there, and the others are
        read. None: an error names all of them when the others are read.
    options (Any): What the format's reader takes, such as PubTator's `strict`.
    RETURNS (Iterator[Record]): The documents, in the order of the files.
    """
    name = _known(path, format) if format else guess_format(path)
    check_format(Path(path), name, FORMATS)
    if "left_out" in FORMATS[name].takes:
        options["left_out"] = left_out
    records = FORMATS[name].read(path, rejects=rejects, **options)
    return records if left_out is None or name == "jsonl" else _noting(records, left_out)


def _noting(records: Iterator[Record], left_out: Counter[str]) -> Iterator[Record]:
    """Count the mentions of which a file repeats other words than stand at their offsets: lenient
    readers go by the offsets."""
    for record in records:
        if differ := len(record.meta.get("text_mismatches", ())):
            left_out["words of mentions, other than the text's at their offsets"] += differ
        yield record


def write(
    records: Iterable[Record],
    path: str | Path,
    format: str | None = None,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a corpus.

    records (Iterable[Record]): The documents.
    path (str | Path): The file or folder. It is there, or replaced, when all is written.
    format (str | None): A name in FORMATS, or None to go by the suffix.
    left_out (Counter[str] | None): What the format has no place for is left out and counted there
        by kind. None: it is refused.
    rejects (list[Reject] | None): Documents that can't be written are put there. None: an error
        names all of them, and nothing is written.
    RETURNS (int): How many documents were written.
    """
    name = _known(path, format) if format else name_format(Path(path), FORMATS)
    writer = FORMATS[name].write
    if writer is None:
        raise FormatError(Errors.SC018.format(format=FORMATS[name].title))
    return writer(records, path, left_out=left_out, rejects=rejects)


def guess_format(path: str | Path) -> str:
    """Tell a corpus's format by what it holds, by its suffix where that doesn't tell.

    path (str | Path): The file or folder.
    RETURNS (str): A name in FORMATS.
    """
    return find_format(Path(path), FORMATS)


def _known(path: str | Path, name: str) -> str:
    if name not in FORMATS:
        raise unknown_format(path, f"'{name}' is no format", FORMATS)
    return name
