"""What the product itself knows of HTI-1's source attributes, in sentences that hold."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import metadata
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ..audit.reference import Reference
from ..corpus.inventory import Inventory
from ..docs import get_name, has_mentions
from ..evaluation.regression_cases import Regression
from .model_card import LIMITS, find_scores, percent

LEARNED = ("train",)
TESTED = ("eval", "test", "dev")
# Words in the fields of notes that would tell of the groups that HTI-1 names.
GROUPS = re.compile(
    r"race|ethnic|language|orientation|gender|^sex$|_sex$|birth|^dob$|^age$|_age$|insurance|income"
)


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
    labels = _labels(known.nlp)
    yield (
        "output",
        f"For each note, mentions with their place in the text, a label and, where a component "
        f"gives them, a score, an assertion and relations. {labels}",
    )
    yield "output_kind", "Classification of spans of text, and of pairs of them."
    yield "model_type", f"spaCy pipeline: {', '.join(known.nlp.pipe_names)}."
    yield "data_types", f"In: plain text, language '{known.nlp.lang}'. Out: spans and attributes."


def _labels(nlp: Language) -> str:
    told = []
    for name in nlp.pipe_names:
        labels = [str(label) for label in getattr(nlp.get_pipe(name), "labels", ())]
        told += [f"{name}: {', '.join(labels)}."] if labels else []
    return " ".join(told)


def _purpose(known: Known) -> Iterator[tuple[str, str]]:
    yield (
        "intended_use",
        "To turn clinical text into structured facts that keep their place in the note, for "
        "search, registries, research and export, each to be read beside the note.",
    )
    kinds = [x for x in metadata("spacy-clinical").get_all("Classifier") or [] if "Audience" in x]
    yield "users", "; ".join(x.rpartition(":: ")[2] for x in kinds)
    yield (
        "decision_role",
        "Informs. It gives no recommendation, and replaces neither the note nor a judgement.",
    )
    yield (
        "how_to_use",
        "`spacy.load`, or `python -m spacy clinical annotate`. `spacy clinical verify` first.",
    )


def _scope(known: Known) -> Iterator[tuple[str, str]]:
    yield (
        "out_of_scope",
        f"Text in other languages than '{known.nlp.lang}'; labels that it doesn't have; text of "
        "other kinds than it learned from; decisions on a patient without a person who reads the "
        "note.",
    )
    yield "limits", " ".join((known.limits or LIMITS).split())
    yield (
        "security",
        "No pickle in any file, every file's SHA-256 in MANIFEST.json; running it opens no socket.",
    )


def _data(known: Known) -> Iterator[tuple[str, str]]:
    learned = {name: x for name, x in known.corpora.items() if name in LEARNED}
    told = [f"{name}: {_size(found)}" for name, found in known.corpora.items()]
    if learned:
        yield (
            "criteria",
            f"All documents of the corpora that were given to `package`: {'; '.join(told)}. By "
            "which rules these were chosen is not recorded.",
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
    return ", ".join(f"{found.counts[name]} {name}" for name in names)


def _relevance(known: Known) -> str:
    """Lengths of notes: what can be compared with one's own."""
    train = [len(doc) for split in LEARNED for doc in known.docs.get(split, ())]
    middle = sorted(train)[len(train) // 2] if train else 0
    return (
        f"Training notes have a median of {middle} tokens, {min(train, default=0)} to "
        f"{max(train, default=0)}. `spacy clinical drift` compares the place of use with the "
        "evaluation notes by counts."
    )


def _groups(docs: Mapping[str, Sequence[Doc]]) -> str:
    every = [doc for split in docs.values() for doc in split]
    named: dict[str, int] = {}
    for doc in every:
        meta = get_name(doc)[1] if has_mentions(doc) else {}
        for field_ in meta:
            if GROUPS.search(str(field_).lower()):
                named[str(field_)] = named.get(str(field_), 0) + 1
    if not named:
        return f"Not known: none of the {len(every)} documents has a field for any of these groups."
    told = ", ".join(f"{name} in {n}" for name, n in sorted(named.items()))
    return f"Of {len(every)} documents, fields beside the text: {told}. Shares are not given."


def _process(known: Known) -> Iterator[tuple[str, str]]:
    external = list(find_scores(known.external or {}))
    if external:
        yield (
            "external_process",
            "`spacy clinical evaluate`: strict borders and labels; see scores.",
        )


def _measures(known: Known) -> Iterator[tuple[str, str]]:
    yield "validity_test", _told(known.scores)
    yield "validity_external", _told(known.external)
    tested = [f"{name}: {_size(x)}" for name, x in known.corpora.items() if name in TESTED]
    yield "test_data", "; ".join(tested)
    if known.scores:
        yield (
            "validation",
            "`spacy clinical evaluate` on annotated notes; borders and labels strict.",
        )
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
            f"reference.json ({known.reference.counts.notes} notes): rates, scores, assertions, "
            "lengths. How often it is run is up to the place of use.",
        )
    cases = " Cases must pass before a package is written." if known.cases is not None else ""
    yield (
        "update_process",
        f"Each update is a package with a version and a manifest of its own.{cases} How often is "
        "not given.",
    )
