"""What an evaluation was made with: pipeline, corpus, day and versions, so that a page or a file of
scores can be told from another one."""

import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from spacy.language import Language

PACKAGES = ("spacy-clinical", "spacy", "torch")


def describe_run(nlp: Language, corpus: str | Path | Iterable[Any]) -> dict[str, Any]:
    """Describe an evaluation.

    nlp (Language): The pipeline.
    corpus (str | Path | Iterable[Doc | Record]): Of a path only the last part is told.
    RETURNS (dict[str, Any]): `pipeline`, `corpus` (None where it came as Docs), `date` (UTC, ISO
        8601, to the minute), `versions` by package. Strings only.
    """
    named = Path(corpus).name if isinstance(corpus, str | Path) else None
    versions = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    return {
        "pipeline": "{lang}_{name} {version}".format(**nlp.meta),
        "corpus": named,
        "date": datetime.now(UTC).isoformat(timespec="minutes").replace("+00:00", "Z"),
        "versions": versions,
    }
