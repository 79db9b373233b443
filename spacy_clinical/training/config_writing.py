"""From an annotated corpus to a config that trains on it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ..corpus.corpus_files import is_stored, read_records
from ..encoder.unknown_pieces import unknown_share
from ..encoder.wordpieces import count_pieces
from ..errors import CommandError, Errors
from ..files import check_outputs, new_file
from ..result_tables import COUNT, Table, count_table
from .config_choices import make_recipe
from .config_options import PACES, Choice, Recipe, Wishes
from .config_text import write_config
from .corpus_survey import Survey, survey_corpus
from .encoder_choice import find_weights, width_of
from .fine_tune_config import make_fine_tuning
from .language_fit import check_fit, first_texts, tokenizer_for, tokens_of

HEADS = {
    "ner": "clinical_ner",
    "linker": "clinical_linker",
    "assertion": "clinical_assertion",
    "rel": "clinical_rel",
    "concepts": "clinical_concept_rel",
}


SCORES = {
    "ner": "ents_f",
    "rel": "rel_micro_f",
    "concepts": "concept_rel_f",
    "assertion": "assertion_macro_f",
}


SENTENCES = {"rel", "concepts", "assertion"}  # look at borders of sentences


class ConfigPlan(NamedTuple):
    """What a config was made from.

    found (Survey): The training corpus.
    recipe (Recipe): The choices, each with its reason.
    """

    found: Survey
    recipe: Recipe


def init_config(
    train: str | Path,
    output: str | Path,
    *,
    dev: str | Path | None = None,
    wishes: Wishes = Wishes(),  # noqa: B008
    encoder: str | None = None,
    model: str | None = None,
    force: bool = False,
) -> ConfigPlan:
    """Write a config that trains on a corpus: its labels, what may be related to what, the
    architecture that its mentions need, a schedule of the length that its documents need.

    train (str | Path): An annotated corpus in any format.
    output (str | Path): The config.
    dev (str | Path | None): A corpus to measure on.
    wishes (Wishes): What is asked for; what isn't, the corpus decides.
    encoder (str | None): Folder, installed package or hub's name; None for MiniLM-L6,
        or for the multilingual one where the language needs it and it is installed.
    model (str | None): Trained pipeline that is to learn the corpus's labels too.
    force (bool): Replace a config that is there.
    RETURNS (ConfigPlan): What was found and chosen. Raises CommandError if a file would be lost, or
        if the corpus can't teach what is asked for.
    """
    train, output = Path(train), Path(output)
    check_outputs(output, force=force, sources=[train, Path(dev) if dev else None])
    if model is None:
        found, recipe = plan(train, wishes, encoder)
    else:
        found, recipe = make_fine_tuning(train, model, wishes)
    template = "training.cfg" if model is None else "fine_tuning.cfg"
    write_recipe(output, template, train, Path(dev) if dev else None, found, recipe)
    return ConfigPlan(found, recipe)


def plan(train: Path, wishes: Wishes, encoder: str | None = None) -> tuple[Survey, Recipe]:
    """Choose the settings of a training from the encoder's weights up.

    train (Path): An annotated corpus of any format.
    wishes (Wishes): What is asked for.
    encoder (str | None): Folder, package or hub's name.
    RETURNS (tuple[Survey, Recipe]): What was found and what was chosen.
    """
    if wishes.optimize not in PACES:
        known = ", ".join(PACES)
        raise CommandError(Errors.SC519.format(what="aim", name=wishes.optimize, known=known))
    weights = find_weights(encoder, wishes.lang)
    count = partial(count_pieces, tokenizer=weights.tokenizer)
    found = survey_corpus(train, tokens_of(wishes.lang), count)
    found.unknown = unknown_share(first_texts(train), weights.tokenizer)
    if not wishes.insist:
        check_fit(found.inventory, found.unknown, wishes.lang, weights.name)
    recipe = make_recipe(found, wishes, weights, width_of(weights))
    recipe.values |= {**complete(recipe), "tokenizer": tokenizer_for(wishes.lang)}
    recipe.values["insist"] = wishes.insist
    found.spread = found.spread and "rel" in recipe.values["tasks"]
    return found, recipe


def write_recipe(
    output: Path, template: str, train: Path, dev: Path | None, found: Survey, recipe: Recipe
) -> None:
    """Write a config. It is there when it is whole, and was built once.

    output (Path): The config.
    template (str): A file in `templates`.
    train, dev (Path): Annotated corpora of any format.
    found (Survey): The training corpus.
    recipe (Recipe): The choices.
    """
    if dev:
        check_labels(dev, found, recipe)
    recipe.values |= {"train": str(stored_path(train, found)), "title": f"For {train.name}."}
    recipe.values["dev"] = str(stored_path(dev, found)) if dev else None
    text = write_config(template, recipe.values)
    with new_file(output) as file:
        file.write(text.encode("utf-8"))


def check_labels(dev: Path, found: Survey, recipe: Recipe) -> None:
    """Say which mentions of the development corpus have labels that nothing teaches.

    dev (Path): The development corpus.
    found (Survey): The training corpus.
    recipe (Recipe): Gets a line for each label.
    """
    labels = Counter(e.label for record in read_records(dev) for e in record.entities)
    for label in sorted(labels.keys() - found.inventory.entities.keys()):
        because = "the training corpus hasn't got it"
        recipe.choices.append(Choice(f"missed: {label}", f"{labels[label]} in --dev", because))


def stored_path(path: Path, found: Survey) -> Path:
    """RETURNS (Path): Where a corpus is as .spacy, or will be once it is converted."""
    if not is_stored(path):
        return path.with_suffix(".spacy")
    return path.with_name(f"{path.stem}-spread.spacy") if found.spread else path


def complete(recipe: Recipe) -> dict[str, Any]:
    """Add what follows from the tasks: the pipeline, and what its scores weigh.

    recipe (Recipe): The choices.
    RETURNS (dict[str, Any]): What the template takes besides.
    """
    tasks = recipe.values["tasks"]
    heads = [name for task, name in HEADS.items() if task in tasks]
    sentences = ["clinical_sentences"] if SENTENCES & set(tasks) else []
    weighed = [SCORES[task] for task in tasks if task in SCORES]
    scores: dict[str, float | None] = {name: round(1 / len(weighed), 2) for name in weighed}
    if sentences:
        scores |= dict.fromkeys(("sents_f", "sents_p", "sents_r"))
    if "linker" in tasks:
        scores["links_f"] = 0.0
    pipeline = [*sentences, "transformer", *heads]
    empty = {"relations": {}, "concept_relations": {}, "learn_notes": False, "attributes": {}}
    computed = {"pipeline": pipeline, "score_weights": scores, **empty}
    return {name: value for name, value in computed.items() if name not in recipe.values}


def plan_tables(plan: ConfigPlan) -> list[Table]:
    """Lay out what a config was made from.

    plan (ConfigPlan): As `init_config` gives it.
    RETURNS (list[Table]): What the corpus holds, its labels, and each choice with its reason.
    """
    found, recipe = plan
    pieces = "words" if "model" in recipe.values else "wordpieces"
    rows = [(name, n) for name, n in found.inventory.counts.items() if n]
    rows += [(pieces, sum(found.sizes)), ("tokens of the longest mention", found.longest)]
    return [
        Table("Found", COUNT, rows),
        count_table("Entities", found.inventory.entities, ("label", "count")),
        Table("Chosen", ("setting", "value", "because"), recipe.choices),
    ]


def next_commands(
    output: Path, corpora: Iterable[Path], found: Survey, *, gpu: bool = False, lang: str = "en"
) -> Iterator[str]:
    """Say how to go on from a config.

    output (Path): The config.
    corpora (Iterable[Path]): The corpora that it names.
    found (Survey): The training corpus.
    gpu (bool): Train on a GPU.
    lang (str): The language, which has its tokenizer.
    YIELDS (str): A command: to convert each corpus that isn't stored yet, and to train.
    """
    tokenizer = tokenizer_for(lang)["@tokenizers"]
    for path in corpora:
        target = stored_path(path, found)
        if target != path:
            spread = " --spread-concepts" if found.spread else ""
            convert = f"convert {path} {target} --tokenizer {tokenizer}{spread}"
            yield f"python -m spacy clinical {convert}"
    chosen = " --gpu-id 0" if gpu else ""
    yield f"python -m spacy clinical train {output} --output training{chosen}"
