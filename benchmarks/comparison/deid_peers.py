"""Identifiers by other systems, in an environment of their own.

`PYTHON benchmarks/comparison/deid_peers.py SYSTEM NOTES.jsonl FOUND.jsonl`, where SYSTEM is
"presidio:MODEL", as "presidio:en_core_web_sm". NOTES has `id` and `text`; FOUND gets for each note
[[start, end, label], ...] and at last a row with the processor seconds of a second pass.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Find = Callable[[str], list[tuple[int, int, str]]]


def presidio(model: str) -> Find:
    """Presidio with one of spaCy's models, all else as it comes."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    settings: dict[str, Any] = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": "en", "model_name": model}],
    }
    engine = AnalyzerEngine(
        nlp_engine=NlpEngineProvider(nlp_configuration=settings).create_engine(),
        supported_languages=["en"],
    )
    return lambda text: [
        (x.start, x.end, x.entity_type) for x in engine.analyze(text, language="en")
    ]


def main() -> int:
    """The command line."""
    system, notes, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    find = presidio(system.partition(":")[2])
    rows = [json.loads(line) for line in notes.read_text("utf8").splitlines()]
    found: list[dict[str, Any]] = [{"id": r["id"], "found": find(r["text"])} for r in rows]
    began = time.process_time()
    for row in rows:
        find(row["text"])
    found.append({"seconds": time.process_time() - began})
    target.write_text("\n".join(map(json.dumps, found)) + "\n", encoding="utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
