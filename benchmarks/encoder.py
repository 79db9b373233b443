"""The encoder path against the bare encoder, the stock path, and itself on other engines.

    python benchmarks/encoder.py --model training/sample/model-best [--size full] [--gpu-id 0]
        [--corpus corpus/bc5cdr/dev.spacy --corpus-model training/bc5cdr/model-best]

All systems have the same weights and see the same texts in the same run, round by round in turn.
Every section is written to the JSON file as it ends; the next run with the same settings goes on
where this one was stopped. Without --model the heads are untrained and propose odd numbers of
mentions. Without ../shared/data (or SPACY_CLINICAL_DATA) all texts are of the sample corpus.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from encoder_parts import memory, report, speed
from encoder_parts.texts import ROOT, load_pool, make_sets

SIZES = ("count", "rounds", "singles", "longest", "huge", "notes")
BY_MODE = {
    "smoke": (3, 1, 1, 1_000, 2_000, 60),
    "quick": (8, 3, 3, 10_000, 20_000, 1_000),
    "full": (60, 9, 12, 100_000, 200_000, 10_000),
}
IN_PROCESS = ("throughput", "latency", "length", "mentions", "training")


def main() -> int:
    """The command line."""
    options = parse()
    settings = make_settings(options)
    if options.gpu_id >= 0:
        import spacy

        spacy.require_gpu(options.gpu_id)
    if options.child:
        print(memory.LINE + json.dumps(getattr(memory, options.child)(settings)))
        return 0
    result = read_result(options)
    for name in options.sections or [*IN_PROCESS, *memory.OWN_PROCESS, "accuracy"]:
        if name not in result:
            print(f"... {name}", file=sys.stderr, flush=True)
            found = run_section(name, settings, options)
            if found is not None:
                result[name] = found
                write_result(result, options)
    report.print_report(result)
    if "reports" not in settings.pool:
        print("All texts are of the sample corpus: no public corpora were found.")
    if options.model is None:
        print("The heads are untrained: their number of mentions means nothing.")
    try:
        report.plot(result, options.output.with_suffix(".png"))
    except ImportError:
        print("No plot: pip install 'spacy-clinical[eval]'")
    print(f"{options.output} and .png")
    return 0


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", help="a trained pipeline with all heads")
    parser.add_argument("--size", choices=list(BY_MODE), default="quick", help="full: the goals")
    parser.add_argument("--sections", nargs="*", help="only these")
    parser.add_argument("--fresh", action="store_true", help="measure again what the file has")
    parser.add_argument("--gpu-id", type=int, default=-1)
    parser.add_argument("--corpus", type=Path, help="an annotated corpus for F1 by engine")
    parser.add_argument("--corpus-model", help="the pipeline trained on it")
    parser.add_argument("--limit", type=int, default=0, help="documents of the corpus, 0 for all")
    parser.add_argument("--output", type=Path, default=ROOT / "metrics" / "encoder.json")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    return parser.parse_args()


def make_settings(options: argparse.Namespace) -> argparse.Namespace:
    """Sizes, texts and the command for child processes."""
    default = ROOT / ".." / "shared" / "data"
    data = Path(os.environ.get("SPACY_CLINICAL_DATA") or default)
    pool = load_pool(data.resolve() if data.is_dir() else None)
    sizes = dict(zip(SIZES, BY_MODE[options.size], strict=True))
    command = [str(Path(__file__)), "--gpu-id", str(options.gpu_id), "--size", options.size]
    command += ["--model", options.model] if options.model else []
    settings: dict[str, Any] = {"model": options.model, "gpu": options.gpu_id, "command": command}
    sets = make_sets(pool, sizes["count"])
    return argparse.Namespace(**settings, **sizes, pool=pool, sets=sets)


def run_section(name: str, settings: Any, options: argparse.Namespace) -> Any:
    """Run one section; None where it has nothing to run on."""
    if name == "accuracy":
        return accuracy(options) if options.corpus else None
    if name in memory.OWN_PROCESS:
        return memory.in_own_process(name, settings)
    return getattr(speed, name)(settings)


def accuracy(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """F1 in percent of entities and relations on the corpus, for each engine."""
    import spacy
    from encoder_parts.systems import installed_engines

    from spacy_clinical.encoder.choose_engine import use_engine
    from spacy_clinical.evaluation.pipeline_evaluation import evaluate
    from spacy_clinical.scoring.confidence_intervals import Settings

    model = options.corpus_model or options.model
    nlp = spacy.load(model)
    found: dict[str, dict[str, float]] = {"entities": {}, "relations": {}, "given mentions": {}}
    for name, precision in [("torch", "float32"), *installed_engines(nlp)]:
        use_engine(nlp, name, precision=precision)
        scores = evaluate(
            nlp, options.corpus, limit=options.limit, settings=Settings(samples=1)
        ).scores
        system = f"{name} {precision}"
        found["entities"][system] = 100 * scores["end_to_end"]["ents_f"]
        found["relations"][system] = 100 * scores["end_to_end"]["rel_micro_f"]
        found["given mentions"][system] = 100 * scores["given_mentions"]["rel_micro_f"]
    return found


def read_result(options: argparse.Namespace) -> dict[str, Any]:
    """What an earlier run with the same settings found."""
    if options.output.is_file() and not options.fresh:
        stored = json.loads(options.output.read_text(encoding="utf-8"))
        if stored.get("settings") == describe(options):
            return stored["sections"]
    return {}


def write_result(result: dict[str, Any], options: argparse.Namespace) -> None:
    """Write all sections, under another name first."""
    options.output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = options.output.with_name(f".{options.output.name}.{os.getpid()}")
    text = json.dumps({"settings": describe(options), "sections": result}, indent=1)
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(options.output)


def describe(options: argparse.Namespace) -> dict[str, Any]:
    """What must be the same for two runs to share a file."""
    import platform

    import torch

    return {
        "model": options.model,
        "size": options.size,
        "gpu": options.gpu_id,
        "threads": torch.get_num_threads(),
        "machine": platform.node(),
        "torch": torch.__version__,
    }


if __name__ == "__main__":
    sys.exit(main())
