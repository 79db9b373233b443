"""`python -m spacy_clinical.spark`, and the same for spark-submit."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..audit import open_audit
from ..errors import SpacyClinicalError
from ..plurals import counted
from .appending import PARTITION, SLICE, Appended, append, append_deidentified

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def main(arguments: Sequence[str] | None = None) -> int:
    """Annotate or de-identify a table of notes into a table, each note once.

    arguments (Sequence[str] | None): Those of the command line, None for the program's own.
    RETURNS (int): 0, or 1 if it failed.
    """
    options = _parser().parse_args(arguments)
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.appName("spacy-clinical").getOrCreate()
    try:
        notes = spark.read.format(options.input_format).load(options.notes)
        done = _append(notes, options)
    except SpacyClinicalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(
        f"{counted(done.notes, 'note')} done in {options.target}, "
        f"{done.before} were there already, {counted(done.slices, 'commit')}\n"
    )
    return 0


def _append(notes: "DataFrame", options: argparse.Namespace) -> Appended:
    cut = ("format", "partition_characters", "slice_characters")
    same: dict[str, Any] = {name: getattr(options, name) for name in (*cut, "meta", "to")}
    if options.audit is not None:
        same["audit"] = open_audit(options.audit, options.audit_key, options.actor)
    same |= {"text": options.text_field, "id": options.id_field}
    if options.deidentify:
        same |= {name: getattr(options, name) for name in ("policy", "patient", "keep_meta")}
        return append_deidentified(notes, options.model, options.target, options.key, **same)
    same |= {name: getattr(options, name) for name in ("only_asserted", "code_system")}
    return append(notes, options.model, options.target, **same)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="spacy_clinical.spark",
        description="Annotate or de-identify a table of notes into a table, each note once.",
    )
    parser.add_argument("model", help="installed pipeline or folder, the same on all machines")
    parser.add_argument("notes", help="table of notes")
    parser.add_argument("target", help="table of facts, appended to")
    parser.add_argument("--input-format", default="parquet")
    parser.add_argument("--format", default="parquet", help="of the target: parquet, delta...")
    parser.add_argument("--to", default="facts", choices=("facts", "jsonl", "fhir"))
    parser.add_argument("--text-field", default="text")
    parser.add_argument("--id-field", default="id")
    parser.add_argument("--meta", action="append", default=[], help="column; several times")
    parser.add_argument("--only-asserted", action="store_true")
    parser.add_argument("--code-system", default="")
    parser.add_argument("--deidentify", action="store_true", help="rather than annotate; by --key")
    parser.add_argument("--key", default="", help="file with the key, the same on all machines")
    parser.add_argument("--policy", default="hipaa", help="of de-identification")
    parser.add_argument("--patient", default="", help="column that says whose note it is")
    parser.add_argument("--keep-meta", action="append", default=[], help="column that stays")
    parser.add_argument("--audit", help="folder of the audit trail, on the driver")
    parser.add_argument("--audit-key", help="file with its key, the same on all machines")
    parser.add_argument("--actor", default="", help="who acts; else the system's user")
    parser.add_argument("--partition-characters", type=int, default=PARTITION)
    parser.add_argument("--slice-characters", type=int, default=SLICE)
    return parser
