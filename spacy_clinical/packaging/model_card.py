"""The model card of a package: what it is made from, how good it is, what it can't do."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from spacy.language import Language

from ..corpus.corpus_inventory import Inventory
from .text_leaks import Report

VERSIONS = ("spacy-clinical", "spacy", "transformers", "torch")
LIMITS = """\
- It finds the labels below, in text like that which it learned from, and nothing else.
- Of overlapping mentions it finds one; mentions in several pieces it doesn't find.
- Scores beside predictions are the network's own probabilities: see the evaluation report for how
  well they are calibrated.
- Measured on the texts named here. Other hospitals, departments and years differ: measure it on
  your own notes before you rely on it. It is not a medical device."""
Rows = Sequence[Sequence[Any]]


def model_card(
    nlp: Language,
    *,
    corpora: Mapping[str, Inventory],
    scores: Mapping[str, Any] | None = None,
    report: Report | None = None,
    limits: str | None = None,
) -> str:
    """Write a model card.

    nlp (Language): The pipeline; its meta is that of the package.
    corpora (Mapping[str, Inventory]): What each split holds, such as "train".
    scores (Mapping[str, Any] | None): What `clinical evaluate --output` wrote.
    report (Report | None): What the search for words of the texts found in the pipeline's files.
    limits (str | None): Markdown on intended use and limits, None for what is always true.
    RETURNS (str): Markdown.
    """
    meta = nlp.meta
    sections = [
        f"# {nlp.lang}_{meta['name']} {meta['version']}",
        meta.get("description") or "Clinical entities and relations for spaCy.",
        _table(("", ""), _facts(nlp)),
        "## Data",
        _data(corpora),
        "## Scores",
        _scores(scores),
        "## Labels",
        _labels(nlp),
        "## Intended use and limits",
        (limits or LIMITS).strip(),
        "## Texts in the package",
        _privacy(report),
    ]
    return "\n\n".join(sections) + "\n"


def _facts(nlp: Language) -> Rows:
    meta = nlp.meta
    facts = [
        ("Components", ", ".join(f"`{name}`" for name in nlp.pipe_names)),
        ("Licence", meta.get("license") or "not given"),
        ("Author", meta.get("author") or "not given"),
        ("Sources", ", ".join(_source(row) for row in meta.get("sources") or ()) or "not given"),
    ]
    return [*facts, ("Made with", ", ".join(f"{name} {version(name)}" for name in VERSIONS))]


def _source(row: Any) -> str:
    return str(row.get("name", "")) if isinstance(row, Mapping) else str(row)


def _data(corpora: Mapping[str, Inventory]) -> str:
    if not corpora:
        return "Not given."
    names = ("documents", "tokens", "mentions", "relations")
    rows = [(split, *(found.counts[name] for name in names)) for split, found in corpora.items()]
    return _table(("split", *names), rows)


def _scores(scores: Mapping[str, Any] | None) -> str:
    rows = [(name, *(percent(row[x]) for x in "prf")) for name, row in find_scores(scores or {})]
    if not rows:
        return "Not given."
    text = "Percent; in brackets the bootstrap interval over documents where it was measured."
    return f"{text}\n\n{_table(('', 'P', 'R', 'F1'), rows)}"


def find_scores(scores: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Find precision, recall and F1 in what `evaluate` wrote, wherever they stand.

    scores (Mapping[str, Any]): The values.
    path (str): Where they stand.
    YIELDS (tuple[str, dict[str, Any]]): A name, and `p`, `r`, `f`: numbers, None, or objects with
        `value`, `low` and `high`.
    """
    for key in [key for key in scores if key == "f" or key.endswith("_f")]:
        stem = key[:-1]
        if {f"{stem}p", f"{stem}r"} <= set(scores):
            yield _join(path, stem.rstrip("_")), {x: scores[f"{stem}{x}"] for x in "prf"}
    for key, value in scores.items():
        if isinstance(value, Mapping) and key not in ("p", "r", "f"):
            yield from find_scores(value, _join(path, key))


def _join(path: str, name: str) -> str:
    return ", ".join(part for part in (path, name.replace("_", " ")) if part)


def percent(score: Any) -> str:
    """RETURNS (str): A score in percent, with its interval if it has one."""
    if isinstance(score, Mapping):
        bounds = [percent(score[key]) for key in ("low", "high") if score.get(key) is not None]
        interval = f" ({' to '.join(bounds)})" if len(bounds) == 2 else ""
        return percent(score.get("value")) + interval
    return "-" if score is None else f"{100 * score:.1f}"


def _labels(nlp: Language) -> str:
    rows = []
    for name in nlp.pipe_names:
        labels = [str(label) for label in getattr(nlp.get_pipe(name), "labels", ())]
        if labels:
            rows.append((f"`{name}`", ", ".join(labels)))
    return _table(("component", "labels"), rows) if rows else "None."


def _privacy(report: Report | None) -> str:
    if report is None:
        return (
            "The vocabulary on disk holds the words of the language's own rules and the labels. "
            "The files have not been searched for words of the training texts."
        )
    found = sum(report.found.values())
    return (
        f"{report.words:,} words stand in the texts and nowhere in the language's data, the "
        f"labels, or the encoder's vocabulary. All {report.files:,} files of the pipeline were "
        f"searched for them and for their hashes: {found or 'none'} found. {report.short:,} of the "
        "words have less than six bytes or are part of a word of the encoder's, and were searched "
        f"as whole words in texts only. {_terminology(report)}Weights may remember "
        "texts in other ways, which this search can't see."
    )


def _terminology(report: Report) -> str:
    if not report.terminology:
        return ""
    return (
        f"{report.terminology:,} files are the knowledge base's own and were passed over; "
        f"{report.in_terminology:,} of the words stand there too. "
    )


def _table(header: Sequence[str], rows: Rows) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: Any) -> str:
    text = f"{value:,}" if type(value) is int else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
