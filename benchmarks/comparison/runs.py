"""One JSON file a run: what is there is not run again, what isn't is named."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Run(NamedTuple):
    """One training of one system and its scores.

    system (str): Such as "huggingface".
    corpus (str): Such as "bc5cdr".
    seed (int): Of everything random.
    """

    system: str
    corpus: str
    seed: int

    @property
    def name(self) -> str:
        """RETURNS (str): What its files are called."""
        return f"{self.system}-{self.corpus}-{self.seed}"


def plan(systems: Iterable[str], corpora: Iterable[str], seeds: Iterable[int]) -> list[Run]:
    """Line the runs up so that after each the table says as much as it can: seed by seed.

    systems, corpora, seeds (Iterable): Each with each.
    RETURNS (list[Run]): The runs.
    """
    systems, corpora = list(systems), list(corpora)
    return [Run(s, c, seed) for seed in seeds for c in corpora for s in systems]


def read_run(folder: Path, run: Run, settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Read what a run found.

    folder (Path): Of the results.
    run (Run): The run.
    settings (Mapping[str, Any]): JSON values that must be those of the stored run.
    RETURNS (dict[str, Any] | None): The scores, None if it wasn't run with these settings.
    """
    path = folder / f"{run.name}.json"
    if not path.is_file():
        return None
    stored = json.loads(path.read_text(encoding="utf-8"))
    return stored["scores"] if stored["settings"] == dict(settings) else None


def write_run(
    folder: Path, run: Run, settings: Mapping[str, Any], scores: Mapping[str, Any]
) -> None:
    """Write what a run found, under another name first.

    folder (Path): Of the results, made if it isn't there.
    run (Run): The run.
    settings (Mapping[str, Any]): JSON values that the scores depend on.
    scores (Mapping[str, Any]): JSON values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{run.name}.json.{os.getpid()}"
    row = {"run": run._asdict(), "settings": dict(settings), "scores": dict(scores)}
    unfinished.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(folder / f"{run.name}.json")


def group_seeds(
    found: Mapping[Run, Mapping[str, Any]],
) -> Iterator[tuple[str, str, list[Mapping[str, Any]]]]:
    """Put the seeds of a system on a corpus together.

    found (Mapping[Run, Mapping]): Scores of each run.
    YIELDS (tuple[str, str, list]): Corpus, system, the scores of each seed.
    """
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for run, scores in found.items():
        groups.setdefault((run.corpus, run.system), []).append(scores)
    for (corpus, system), scores in groups.items():
        yield corpus, system, scores


Describe = Callable[[Run, Any], dict[str, Any]]


def run_all(
    runs: Iterable[Run], options: Any, describe: Describe, score: Describe
) -> tuple[dict[Run, dict[str, Any]], list[Run]]:
    """Do what isn't done yet, one run after the other.

    runs (Iterable[Run]): In this order.
    options (Any): `output`, the folder of the results; `table`, to do nothing; and whatever the
        functions take from them.
    describe (Callable): Gives the settings that a run depends on.
    score (Callable): Trains and scores.
    RETURNS (tuple[dict[Run, dict[str, Any]], list[Run]]): Scores of each run, and the runs that
        weren't done.
    """
    found: dict[Run, dict[str, Any]] = {}
    missing: list[Run] = []
    for run in runs:
        settings = describe(run, options)
        scores = read_run(options.output, run, settings)
        if scores is None and not options.table:
            print(f"... {run.name}", file=sys.stderr, flush=True)
            scores = score(run, options)
            write_run(options.output, run, settings, scores)
        if scores is None:
            missing.append(run)
        else:
            found[run] = scores
    return found, missing


def print_missing(missing: Iterable[Run]) -> None:
    """Name what isn't in the tables."""
    names = [run.name for run in missing]
    if names:
        print("Not run with these settings:", ", ".join(names))
