"""What the product itself knows of HTI-1's source attributes, in sentences that hold."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ..audit.drift_reference import Reference
from ..corpus.corpus_inventory import Inventory
from ..docs import get_name, has_mentions
from ..evaluation.regression_cases import Regression
from ..plurals import counted
from .model_card import find_scores, percent

GIVEN = "Scores that were given to `package`, in the form that `spacy clinical evaluate` writes"
LEARNED = ("train",)
TESTED = ("eval", "test")
# Fields of notes, in words, that tell of the groups that HTI-1 names.
GROUPS = re.compile(
    r"(?:(?:patient|subject|person) )?(?:race|race ethnicity|ethnicity|ethnic(?: group| origin)?"
    r"|(?:(?:preferred|primary|spoken|native) )?language|sexual orientation"
    r"|gender(?: identity)?|(?:birth|legal|administrative) sex|sex(?: at birth)?"
    r"|birth ?(?:date|day|year)|(?:date|day|year) of birth|dob|yob|dateofbirth"
    r"|age(?: (?:at|in|group|years|months|band|range)(?: \w+)*)?"
    r"|(?:health )?insurance(?: \w+)?|income(?: \w+)?)"
    r"(?: (?:code|concept id|source value))?"
)
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])|[^\W_]+")


@dataclass
class Known:
    """What packaging has at hand.

    nlp (Language): The pipeline.
    corpora (Mapping[str, Inventory]): What each split holds.
    docs (Mapping[str, Sequence[Doc]]): The splits.
    scores, external (Mapping | None): What `evaluate` wrote, on test data and on data of another
        source.
    limits (str | None): Markdown of the user's on use and limits.
    reference (Reference | None): What drift is told against.
    cases (Regression | None): Cases that passed.
    """

    nlp: Language
    corpora: Mapping[str, Inventory] = field(default_factory=dict)
    docs: Mapping[str, Sequence[Doc]] = field(default_factory=dict)
    scores: Mapping[str, Any] | None = None
    external: Mapping[str, Any] | None = None
    limits: str | None = None
    reference: Reference | None = None
    cases: Regression | None = None


def known_attributes(known: Known) -> dict[str, str]:
    """Fill in what is known.

    known (Known): What packaging has at hand.
    RETURNS (dict[str, str]): By key; what isn't known isn't there.
    """
    rows = (
        row
        for part in (_details, _purpose, _scope, _data, _process, _measures, _maintenance)
        for row in part(known)
    )
    return {key: text for key, text in rows if text}


def _details(known: Known) -> Iterator[tuple[str, str]]:
    meta = known.nlp.meta
    named = [str(meta.get(name) or "") for name in ("author", "email", "url")]
    yield "developer", ", ".join(filter(None, named))
    yield "output", f"What its components add to a note. {_labels(known.nlp)}".strip()
    yield "output_kind", "Classification of spans of text, and of pairs of them."
    yield "model_type", f"spaCy pipeline: {', '.join(known.nlp.pipe_names)}."
    yield "data_types", f"In: plain text, language '{known.nlp.lang}'. Out: spans and attributes."


def _labels(nlp: Language) -> str:
    told = []
    for name in nlp.pipe_names:
        labels = [str(label) for label in getattr(nlp.get_pipe(name), "labels", ())]
        told.append(f"{name}: {', '.join(labels) or 'without labels of its own'}.")
    return " ".join(told)


def _purpose(known: Known) -> Iterator[tuple[str, str]]:
    yield (
        "how_to_use",
        "`spacy.load`, or `python -m spacy clinical annotate`. `spacy clinical verify` first.",
    )


def _scope(known: Known) -> Iterator[tuple[str, str]]:
    yield (
        "out_of_scope",
        f"Text in other languages than '{known.nlp.lang}', and labels that it doesn't have.",
    )
    yield "limits", " ".join((known.limits or "").split())
    yield (
        "security",
        "MANIFEST.json holds every file's SHA-256; `spacy clinical verify` compares them, and "
        "refuses pickle and functions of packages that aren't allowed.",
    )


def _data(known: Known) -> Iterator[tuple[str, str]]:
    learned = {name: x for name, x in known.corpora.items() if name in LEARNED}
    told = [f"{name}: {_size(found)}" for name, found in learned.items()]
    if learned:
        yield (
            "criteria",
            f"All documents of the training corpus that was given to `package`: {'; '.join(told)}. "
            "By which rules these were chosen is not recorded.",
        )
        yield "relevance", _relevance(known)
    yield (
        "input_variables",
        "None is an input of its own: the only input is the note's text, which may mention them.",
    )
    if known.docs:
        yield "representativeness", _groups(known.docs)


def _size(found: Inventory) -> str:
    names = ("documents", "tokens", "mentions", "relations")
    return ", ".join(f"{found.counts[name]:,} {name}" for name in names)


def _relevance(known: Known) -> str:
    """Lengths of notes: what can be compared with one's own."""
    train = [len(doc) for split in LEARNED for doc in known.docs.get(split, ())]
    middle = sorted(train)[len(train) // 2] if train else 0
    told = (
        f"Training notes have a median of {middle} tokens, {min(train, default=0)} to "
        f"{max(train, default=0)}."
    )
    compared = " `spacy clinical drift` compares the place of use with reference.json by counts."
    return told + (compared if known.reference is not None else "")


def _groups(docs: Mapping[str, Sequence[Doc]]) -> str:
    every = [doc for split in docs.values() for doc in split]
    named: dict[str, int] = {}
    for doc in every:
        meta = get_name(doc)[1] if has_mentions(doc) else {}
        for field_ in meta:
            if names_group(str(field_)):
                named[str(field_)] = named.get(str(field_), 0) + 1
    if not named:
        return (
            f"Not known: none of the {len(every):,} documents has a field for any of these groups."
        )
    told = ", ".join(f"{name} in {n}" for name, n in sorted(named.items()))
    return f"Of {len(every):,} documents, fields beside the text: {told}. Shares are not given."


def names_group(name: str) -> bool:
    """Tell whether a field of notes holds what HTI-1 calls a group.

    name (str): The field's name, such as "patient_sex" or "dateOfBirth".
    RETURNS (bool): Whether it does, by all its words: "trace_id" doesn't hold a race.
    """
    return GROUPS.fullmatch(" ".join(_WORD.findall(name)).lower()) is not None


def _process(known: Known) -> Iterator[tuple[str, str]]:
    external = list(find_scores(known.external or {}))
    if external:
        yield (
            "external_process",
            f"{GIVEN}: {', '.join(name for name, _ in external)}.",
        )
    n = (known.external or {}).get("documents")
    if isinstance(n, int) and n > 0:
        known_of = f"{counted(n, 'document')}, by the scores given. Of which source is not given."
        yield "external_data", known_of


def _measures(known: Known) -> Iterator[tuple[str, str]]:
    yield "validity_test", _told(known.scores)
    yield "validity_external", _told(known.external)
    tested = [f"{name}: {_size(x)}" for name, x in known.corpora.items() if name in TESTED]
    yield "test_data", "; ".join(tested)
    measured = [name for name, _ in find_scores(known.scores or {})]
    if measured:
        yield "validation", f"{GIVEN}: {', '.join(measured)}."
    if known.cases is not None:
        n = len(known.cases.graded)
        yield (
            "cases",
            f"{known.cases.cases} sentences with {n} wanted and {known.cases.forbidden} forbidden "
            "results were run before packaging; all were as they must be.",
        )


def _told(scores: Mapping[str, Any] | None) -> str:
    rows = [(name, *(percent(row[x]) for x in "prf")) for name, row in find_scores(scores or {})]
    told = [f"{name}: P {p}, R {r}, F1 {f}" for name, p, r, f in rows]
    return f"Percent. {'; '.join(told)}." if told else ""


def _maintenance(known: Known) -> Iterator[tuple[str, str]]:
    if known.reference is not None:
        yield (
            "validity_monitoring",
            "`spacy clinical drift` compares counts of any period in the audit trail with "
            f"reference.json ({known.reference.counts.notes:,} notes): rates, scores, assertions, "
            "lengths. How often it is run is up to the place of use.",
        )
    cases = " Cases passed before it was written." if known.cases is not None else ""
    yield (
        "update_process",
        f"This package has a version and a manifest of its own.{cases} How, and how often, it is "
        "updated is not given.",
    )
