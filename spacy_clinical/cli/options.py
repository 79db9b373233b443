"""Arguments and options that stand in several commands: one name, one text, everywhere."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt

CORPUS = "Annotated corpus in any format: .spacy, JSONL, PubTator, a brat folder..."
SERVER = "postgres://HOST/DATABASE: a server; the target is a receipt then"

Model = Annotated[str, Arg(help="Installed pipeline or its folder")]
Corpus = Annotated[Path, Arg(help=CORPUS)]
UnseenCorpus = Annotated[Path, Arg(help=CORPUS + " that the pipeline hasn't learned from")]
Graph = Annotated[Path, Arg(help="A graph that `graph build` wrote")]
Base = Annotated[Path, Arg(help="The knowledge base")]

NoteLanguage = Annotated[
    str, Opt("--language", help="Code of the notes that don't tell theirs, such as de: of numbers")
]
QuotedNotes = Annotated[Path | None, Opt("--notes", "-n", help="The notes, to quote from")]
OutputFormat = Annotated[str | None, Opt("--to", help="Target's format, if not by its name")]

BatchSize = Annotated[int, Opt("--batch-size", "-b", help="Notes in a batch", min=1)]
Processes = Annotated[int, Opt("--n-process", "-p", help="Processes", min=1)]
Encoder = Annotated[
    str | None, Opt("--encoder", "-e", help="Folder, package or hub's name; else by the language")
]
Gpu = Annotated[int, Opt("--gpu-id", "-g", help="GPU ID or -1 for CPU")]
RowLimit = Annotated[int, Opt("--limit", "-n", help="Rows to print at most, 0 for all")]

Patients = Annotated[list[str], Opt("--patient", "-p", help="Only this patient; repeatable")]
AsOf = Annotated[str, Opt("--as-of", help="The day, YYYY-MM-DD; each one's newest note if absent")]
ConceptBase = Annotated[Path | None, Opt("--kb", help="Knowledge base: names, kinds of what")]
LabelRoles = Annotated[Path | None, Opt("--roles", "-r", help="JSON: what labels stand for")]

ScoresFile = Annotated[Path | None, Opt("--output", "-o", help="Write the scores to NAME.json")]
ReportPage = Annotated[Path | None, Opt("--report", "-r", help="A page, NAME.html, with text")]
RowsFile = Annotated[Path | None, Opt("--output", "-o", help="Write all rows to NAME.csv or .json")]

GuardFormulas = Annotated[
    bool, Opt("--guard-formulas", help="CSV: an apostrophe before what a spreadsheet would run")
]

AuditFolder = Annotated[
    Path | None, Opt("--audit", help="Folder of an audit trail: record there who ran what on what")
]
AuditKey = Annotated[
    Path | None, Opt("--key", help="The site's key, which hashes notes: `audit new-key` makes one")
]
Actor = Annotated[str, Opt("--actor", help="Who acts, for the trail; else the system's user")]

GivenMentions = Annotated[bool, Opt("--given-mentions", help="For use on gold mentions")]
Force = Annotated[bool, Opt("--force", "-F", help="Replace a file that is there")]
ForceBase = Annotated[bool, Opt("--force", "-F", help="Replace a knowledge base that is there")]
ForcePipeline = Annotated[bool, Opt("--force", "-F", help="Replace a pipeline that is there")]
Lenient = Annotated[
    bool, Opt("--lenient", help="Set aside what can't be read, in TARGET.failed.jsonl")
]
