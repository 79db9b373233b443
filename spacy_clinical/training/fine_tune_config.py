"""A config with which a trained pipeline goes on learning, from a corpus with other labels."""

from pathlib import Path
from typing import Any

from spacy.language import Language

from ..errors import CommandError, Errors
from ..installed import load_model
from .config_choices import choose_course
from .config_options import Recipe, Wishes
from .corpus_survey import Survey, survey_corpus

LEARN_RATE = 0.0005
SHARE = 0.25  # of the steps of a new pipeline


def make_fine_tuning(train: Path, model: str, wishes: Wishes) -> tuple[Survey, Recipe]:
    """Choose the settings of a training that goes on.

    train (Path): An annotated corpus of any format.
    model (str): The trained pipeline, a folder or a package.
    wishes (Wishes): What is asked for; labels and architectures are the pipeline's.
    RETURNS (tuple[Survey, Recipe]): The corpus, and the choices. Raises CommandError if the corpus
        annotates no mentions, or the pipeline finds none.
    """
    nlp = load_model(model)
    found = survey_corpus(train, nlp, lambda docs: [len(doc) for doc in docs])
    heads: dict[str, Any] = {name: nlp.get_pipe(name) for name in nlp.pipe_names}
    mentions = [pipe for pipe in heads.values() if hasattr(pipe, "add_labels")]
    if not mentions or not found.inventory.entities:
        known = ", ".join(nlp.pipe_names) if found.inventory.entities else "nothing"
        raise CommandError(Errors.SC550.format(task="ner", found=known))
    config = nlp.config.interpolate()
    recipe = Recipe({"model": model, "lang": nlp.lang, "pipeline": list(nlp.pipe_names)})
    recipe.values |= {
        "tokenizer": config["nlp"]["tokenizer"],
        "annotating": [x for x in config["training"]["annotating_components"] if x in heads],
        "score_weights": config["training"]["score_weights"],
        "labels": sorted(found.inventory.entities),
    }
    recipe.choose("pipeline", list(heads), ", ".join(heads), f"as in {model}")
    overlaps = any(pipe.model.attrs.get("scheme", "biluo") != "biluo" for pipe in mentions)
    recipe.values["overlaps"] = overlaps
    choose_labels(recipe, found, nlp)
    choose_course(recipe, found, wishes, SHARE, "words")
    recipe.values["learn_rate"] = LEARN_RATE
    return found, recipe


def choose_labels(recipe: Recipe, found: Survey, nlp: Language) -> None:
    """Say which labels are new, and what the pipeline has no component for.

    recipe (Recipe): Gets a line for each kind.
    found (Survey): The corpus.
    nlp (Language): The pipeline.
    """
    heads = [nlp.get_pipe(name) for name in nlp.pipe_names]
    kinds = {
        "entity labels": ("add_labels", set(found.inventory.entities)),
        "relation labels": ("add_schema", {label for label, _, _ in found.inventory.relations}),
    }
    for kind, (method, labels) in kinds.items():
        known: list[Any] = [head for head in heads if hasattr(head, method)]
        old = {label for head in known for label in head.labels}
        new = ", ".join(sorted(labels - old)) or "none"
        if known:
            because = f"beside {len(old)} old ones, which are kept"
            recipe.choose(f"new_{kind.replace(' ', '_')}", new, new, because)
        elif labels:
            recipe.choose(f"lost_{kind.replace(' ', '_')}", new, new, "no component learns them")
