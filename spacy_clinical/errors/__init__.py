"""Every error of the package, and its messages, with codes that users can search for.

The first digit of a code leads to its file:

    0xx  data       records and formats
    1xx  data       schema and stored Docs
    2xx  pipeline   encoder
    3xx  pipeline   components and candidates
    4xx  training   corpora, training and scoring
    5xx  cli        command line; from 560 notes that are read, and runs over them
    6xx  knowledge  terminologies and links; from 650 the graph of what notes say
    7xx  output     pages, reports and explanations; from 750 exports
    8xx  packaging  packaged pipelines and their files; from 850 llm: language models
    90x  deid       de-identification; 91x too
    92x  serve      the service, its client, Spark; 93x too
    94x  audit      the audit trail, drift, cards, signatures, databases
    96x  ask        questions and rules over a patient's notes
    98x  findings   findings of reports; from 986 signals of drug safety

A message never quotes the text of a note: it names identifiers, offsets, labels and counts.
"""

import re
from collections import Counter
from collections.abc import Iterable

from .ask import AskMessages
from .audit import AuditMessages
from .cli import CommandMessages
from .data import DataMessages
from .deid import DeidMessages
from .findings import FindingMessages
from .knowledge import KnowledgeMessages
from .llm import LanguageModelMessages
from .output import OutputMessages
from .packaging import PackagingMessages
from .pipeline import PipelineMessages
from .serve import ServeMessages
from .training import TrainingMessages


class SpacyClinicalError(ValueError):
    """The base of every error that this package raises on purpose."""


class RecordError(SpacyClinicalError):
    """A corpus document contradicts itself: offsets, identifiers, arguments."""


class FormatError(SpacyClinicalError):
    """A file can't be read as, or a Record can't be written in, its format."""


class SchemaError(SpacyClinicalError):
    """A label or a relation that the schema does not know or does not allow."""


class QuantityError(SpacyClinicalError):
    """A unit that isn't known, or one that can't be converted into another."""


class StorageError(SpacyClinicalError):
    """What a Doc stores is not what this package wrote."""


class EncoderError(SpacyClinicalError):
    """The encoder's weights, settings or vectors are missing or unfit."""


class PipelineError(SpacyClinicalError):
    """A component is placed, configured or initialised in a way that can't work."""


class ContextError(SpacyClinicalError):
    """Rules of assertion or sections can't be read or used."""


class CorpusError(SpacyClinicalError):
    """A corpus that can't be used as asked."""


class GraphError(SpacyClinicalError):
    """A knowledge graph that can't be built, merged, read or asked as it is."""


class KnowledgeError(SpacyClinicalError):
    """A terminology or a knowledge base that can't be read, or doesn't hold what is asked of it."""


class FileError(SpacyClinicalError):
    """The disk refuses what is to be written: it is full, read-only, or the right is missing."""


class CommandError(SpacyClinicalError):
    """A command was called with arguments that don't fit together."""


class ViewerError(SpacyClinicalError):
    """Something can't be shown: notes that don't fit together, or a component of another kind."""


class PackageError(SpacyClinicalError):
    """A pipeline's files are damaged, changed, or name what isn't allowed."""


class AuditError(SpacyClinicalError):
    """The audit trail can't be written or read, or isn't what was written."""


class SignalError(SpacyClinicalError):
    """Reports that can't be counted, or a pair that can't be measured as asked."""


class ExportError(SpacyClinicalError):
    """What a document holds can't be exported as asked."""


class AskError(SpacyClinicalError):
    """A question that can't be asked, or a table of questions that can't be read."""


class RuleError(SpacyClinicalError):
    """Rules, sets or cases of decision support that can't be read or used."""


class DeidError(SpacyClinicalError):
    """Identifiers can't be found, replaced or checked as asked: nothing is written then."""


class ServeError(SpacyClinicalError):
    """A service that can't start, a request that it refuses, or a run on Spark that can't work."""


class LanguageModelError(SpacyClinicalError):
    """A language model can't be asked, or what annotators say can't be brought together."""


_OURS = re.compile(r"\[(SC\d{3}|E\d{3,4})\]")
_SPACY = re.compile(r"\[(E\d{3,4})\]")  # as spaCy's own messages begin


def find_code(error: BaseException | str) -> str:
    """Find the code of an error. Anything else in brackets may be a word of the note, which foreign
    messages quote.

    error (BaseException | str): The error, or one of this package's messages.
    RETURNS (str): The code that it begins with: this package's, or spaCy's; "" if there is none.
    """
    foreign = isinstance(error, BaseException) and not isinstance(error, SpacyClinicalError)
    found = (_SPACY if foreign else _OURS).match(str(error))
    return found[1] if found else ""


def count_codes(codes: Iterable[str]) -> str:
    """RETURNS (str): Kinds of faults, each with how many have it, the most frequent first:
    "2 SC021, 1 SC505"."""
    return ", ".join(f"{n} {code}" for code, n in Counter(codes).most_common())


class _WithCodes(type):
    def __getattribute__(cls, name: str) -> str:
        message = super().__getattribute__(name)
        return message if name.startswith("__") else f"[{name}] {message}"


class Errors(
    DataMessages,
    PipelineMessages,
    TrainingMessages,
    CommandMessages,
    KnowledgeMessages,
    OutputMessages,
    PackagingMessages,
    LanguageModelMessages,
    DeidMessages,
    ServeMessages,
    AuditMessages,
    AskMessages,
    FindingMessages,
    metaclass=_WithCodes,
):
    """All messages: `Errors.SC001` begins with "[SC001] "."""
