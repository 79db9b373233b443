"""Arguments and options that stand in several commands: one name, one text, everywhere."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt

from ..batch.note_formats.kinds import KINDS

CORPUS = "Annotated corpus in any format: .spacy, JSONL, PubTator, a brat folder..."
MAPPINGS = "Folder with edited mapping tables"
SERVER = "postgres://HOST/DATABASE: a server; the target is a receipt then"

Model = Annotated[str, Arg(help="Installed pipeline or its folder")]
Corpus = Annotated[Path, Arg(help=CORPUS)]
UnseenCorpus = Annotated[Path, Arg(help=CORPUS + " that the pipeline hasn't learned from")]
Graph = Annotated[Path, Arg(help="A graph that `graph build` wrote")]
Base = Annotated[Path, Arg(help="The knowledge base")]

Kind = Annotated[str | None, Opt("--format", "-f", help=f"Input: {', '.join(KINDS)}")]
TextField = Annotated[str, Opt("--text-field", help="Field or column with the text")]
IdField = Annotated[str, Opt("--id-field", help="Field or column with the note's id")]
QuotedNotes = Annotated[Path | None, Opt("--notes", "-n", help="The notes, to quote from")]
OutputFormat = Annotated[
    str | None, Opt("--to", help="Format of the output, if its name doesn't tell")
]

BatchSize = Annotated[int, Opt("--batch-size", "-b", help="Notes in a batch", min=1)]
Processes = Annotated[int, Opt("--n-process", "-p", help="Processes", min=1)]
Gpu = Annotated[int, Opt("--gpu-id", "-g", help="GPU ID or -1 for CPU")]
Seed = Annotated[int, Opt("--seed", help="Of the rounds")]
RowLimit = Annotated[int, Opt("--limit", "-n", help="Rows to print at most, 0 for all")]

Patients = Annotated[
    list[str], Opt("--patient", "-p", help="Only this patient; may be given again")
]
AsOf = Annotated[str, Opt("--as-of", help="The day, YYYY-MM-DD; each one's newest note if absent")]
ConceptBase = Annotated[
    Path | None, Opt("--kb", help="A knowledge base: names, what is a kind of what")
]
LabelRoles = Annotated[
    Path | None, Opt("--roles", "-r", help="A JSON table of what labels stand for")
]

ScoresFile = Annotated[
    Path | None, Opt("--output", "-o", help="Write the scores to this JSON file")
]
ReportPage = Annotated[
    Path | None, Opt("--report", "-r", help="Write a page, NAME.html, with text")
]
RowsFile = Annotated[Path | None, Opt("--output", "-o", help="Write all rows to NAME.csv or .json")]

OnlyAsserted = Annotated[
    bool,
    Opt(
        "--only-asserted",
        help="Leave out what a note denies, doubts, supposes, or says of somebody else",
    ),
]
CodeSystem = Annotated[
    str,
    Opt(
        "--code-system", help="What bare numbers are codes of: SNOMEDCT, RXNORM, ... or an address"
    ),
]
GuardFormulas = Annotated[
    bool,
    Opt(
        "--guard-formulas",
        help="CSV: an apostrophe before texts that a spreadsheet would run as formulas",
    ),
]
DatabaseSchema = Annotated[str, Opt("--schema", help="Of databases: the schema")]
Omop = Annotated[
    bool, Opt("--omop", help="Of databases: NOTE and NOTE_NLP of an OMOP CDM that is there")
]

AuditFolder = Annotated[
    Path | None, Opt("--audit", help="Folder of an audit trail: record there who ran what on what")
]
AuditKey = Annotated[
    Path | None,
    Opt(
        "--key",
        help="File with the site's key, by which the trail hashes notes: `audit new-key` makes one",
    ),
]
Actor = Annotated[
    str, Opt("--actor", help="Who acts, for the trail; else the user of the operating system")
]

Anew = Annotated[bool, Opt("--anew", help="Discard what an interrupted run has done")]
Force = Annotated[bool, Opt("--force", "-F", help="Replace a file that is there")]
ForcePipeline = Annotated[bool, Opt("--force", "-F", help="Replace a pipeline that is there")]
Lenient = Annotated[
    bool,
    Opt(
        "--lenient",
        help="Set aside documents that can't be read, in TARGET.failed.jsonl; else they are an "
        "error",
    ),
]
