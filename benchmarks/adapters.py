"""What a pipeline of adapters weighs: saved whole and alone, and ten of it in one process.

    python benchmarks/adapters.py MODEL

MODEL is a folder that `spacy train` wrote with an `adapter_rank`, `adapter_only` being false.
"""

import argparse
import os
import tempfile
from pathlib import Path

import spacy
from spacy.language import Language
from thinc.api import Config

from spacy_clinical.tensors import weights_saved_in_half

NOTE = "The patient was diagnosed with type 2 diabetes and prescribed metformin. No chest pain."


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def resident() -> float:
    """Megabytes that the process has in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def save_alone(model: Path, folder: Path) -> None:
    """Write the pipeline again without its encoder's own weights."""
    config = Config().from_disk(model / "config.cfg", interpolate=False)
    config["components"]["transformer"]["model"]["adapter_only"] = True
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.from_disk(model).to_disk(folder)


def said(nlp: Language) -> list[tuple[str, str]]:
    return [(ent.text, ent.label_) for ent in nlp(NOTE).ents]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    model = parser.parse_args().model
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "alone"
        save_alone(model, folder)
        with weights_saved_in_half():
            save_alone(model, Path(temporary) / "half")
        half = megabytes(Path(temporary) / "half")
        print(f"whole {megabytes(model):.1f} MB, alone {megabytes(folder):.1f}, in half {half:.1f}")
        for part in sorted(path for path in folder.iterdir() if path.is_dir()):
            print(f"  {part.name:20} {megabytes(part):.2f} MB")
        pipelines = [spacy.load(folder)]
        before = resident()
        pipelines += [spacy.load(folder) for _ in range(9)]
        more = resident() - before
        wanted = said(spacy.load(model))
        same = all(said(nlp) == wanted for nlp in pipelines)
        print(f"nine more in the process: {more:.0f} MB; all predict as the whole: {same}")


if __name__ == "__main__":
    main()
