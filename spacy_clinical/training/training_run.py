"""A config to a trained pipeline, which goes on where it was killed."""

from pathlib import Path


def run_training(
    path: Path, output: Path, overrides: dict, *, resume: bool, every: int, gpu: int
) -> int:
    """Initialise a pipeline from a config and train it.

    path (Path): The config file.
    output (Path): Made if it isn't there.
    overrides (dict): Dotted names to values.
    resume, every: As for `spacy_clinical.training.training_loop.train`.
    gpu (int): -1 for the CPU.
    RETURNS (int): The first step that was done.
    """
    from spacy.cli._util import show_validation_error
    from spacy.training.initialize import init_nlp
    from spacy.util import load_config

    from .training_loop import train

    with show_validation_error(path):
        config = load_config(path, overrides=overrides, interpolate=False)
    output.mkdir(parents=True, exist_ok=True)
    with show_validation_error(path, hint_fill=False):
        nlp = init_nlp(config, use_gpu=gpu)
    return train(nlp, output, resume=resume, every=every)
