"""How long a pipeline takes to load, in processes of its own: processor time by turns.

    python benchmarks/loading.py --rounds 5 venv/bin/python=en_clinical_sample \\
        older/bin/python=en_clinical_sample

Each argument is a Python and the pipeline that it loads, by name or folder. The first round, in
which files are read from the disk and compiled, isn't counted.
"""

import argparse
import json
import os
import statistics
import subprocess

SCRIPT = """
import json, sys, time
marks = [time.process_time()]
import spacy
marks.append(time.process_time())
nlp = spacy.load(sys.argv[1])
marks.append(time.process_time())
nlp("Metformin 500 mg twice daily for diabetes. No rash.")
marks.append(time.process_time())
steps = [after - before for before, after in zip(marks, marks[1:])]
libraries = [name for name in ("spacy_transformers", "transformers") if name in sys.modules]
print(json.dumps([*steps, marks[-1]]), *libraries)
"""
STEPS = ("import spacy", "spacy.load", "first note", "whole process")


def main() -> None:
    options = _parse()
    found: dict[str, list[list[float]]] = {system: [] for system in options.systems}
    libraries: dict[str, str] = {}
    for _ in range(options.rounds + 1):
        for system in options.systems:
            seconds, libraries[system] = _measure(*system.split("=", 1))
            found[system].append(seconds)
    for system, rounds in found.items():
        print(f"{system}\n  imports: {libraries[system] or 'neither library'}")
        for name, column in zip(STEPS, zip(*rounds[1:], strict=True), strict=True):
            spread = f"{min(column):.2f}-{max(column):.2f}"
            print(f"  {name:<14}{statistics.median(column):6.2f} s ({spread})")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("systems", nargs="+", metavar="PYTHON=PIPELINE")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _measure(python: str, pipeline: str) -> tuple[list[float], str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONPATH", None)
    command = [python, "-c", SCRIPT, pipeline]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, cwd="/"
    )
    seconds, _, libraries = done.stdout.strip().splitlines()[-1].partition("]")
    return json.loads(f"{seconds}]"), libraries.strip()


if __name__ == "__main__":
    main()
