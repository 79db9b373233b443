"""From what a corpus holds to the settings of a training, each with its reason."""

from collections import Counter

from ..encoder.weights import EncoderWeights
from ..errors import CommandError, Errors
from ..schema import Schema
from .attribute_choices import choose_attributes, closed_attributes
from .batcher import pack
from .cardinality_choices import limit
from .config_options import PACES, Choice, Recipe, Wishes, is_plain
from .corpus_survey import Survey

TASKS = ("ner", "rel", "concepts", "assertion", "linker")
HELD = 0.995  # of the mentions must fit an architecture for it to be chosen

GPU_SIZE, GPU_PADDED, CPU_PADDED = 4096, 32768, 4096
ARCHITECTURES = {
    "flat": "spacy-clinical.TokenClassifier.v1",
    "multilabel": "spacy-clinical.MultiLabelTokenClassifier.v1",
    "span": "spacy-clinical.BandSpanClassifier.v1",
}


def make_recipe(found: Survey, wishes: Wishes, weights: EncoderWeights, width: int) -> Recipe:
    """Choose the settings of a training.

    found (Survey): The training corpus.
    wishes (Wishes): What is asked for.
    weights (EncoderWeights): The encoder.
    width (int): Of its vectors.
    RETURNS (Recipe): Raises CommandError if the corpus can't teach what is asked for.
    """
    recipe = Recipe({"lang": wishes.lang, "weights": weights, "kb": wishes.kb and str(wishes.kb)})
    choose_tasks(recipe, found, wishes)
    choose_architecture(recipe, found, wishes.architecture)
    thorough = PACES[wishes.optimize].thorough
    recipe.values["forms"] = thorough and not recipe.values["architecture_settings"]
    if {"rel", "concepts"} & set(recipe.values["tasks"]):
        check_symmetric(found, wishes.symmetric)
    if "rel" in recipe.values["tasks"]:
        choose_relations(recipe, found, wishes)
    if "concepts" in recipe.values["tasks"]:
        choose_concept_relations(recipe, found, wishes.symmetric)
    if "assertion" in recipe.values["tasks"]:
        choose_attributes(recipe, found)
    choose_encoder(recipe, wishes, weights, width)
    choose_course(recipe, found, wishes)
    return recipe


def choose_tasks(recipe: Recipe, found: Survey, wishes: Wishes) -> None:
    """Choose what to learn: what is asked for, or all that the corpus annotates."""
    inventory = found.inventory
    held = {
        "ner": len(inventory.entities),
        "rel": len(inventory.relations),
        "concepts": len(found.concepts),
        "assertion": len(closed_attributes(found)),
        "linker": int(wishes.kb is not None),
    }
    asked = wishes.tasks or [task for task in TASKS if held[task] and task != "concepts"]
    for task in ("ner", *asked):
        if task not in TASKS:
            known = ", ".join(TASKS)
            raise CommandError(Errors.SC519.format(what="task", name=task, known=known))
        if not held[task]:
            known = ", ".join(name for name, n in held.items() if n) or "nothing"
            raise CommandError(Errors.SC550.format(task=task, found=known))
    tasks = [task for task in TASKS if task == "ner" or task in asked]  # the others need mentions
    because = "asked for" if wishes.tasks else "what the corpus annotates"
    recipe.choose("tasks", tasks, ", ".join(tasks), because)
    if held["concepts"] and "concepts" not in tasks:
        because = "--tasks ner,concepts relates identifiers instead"
        recipe.choices.append(Choice("between concepts", "no", because))


def choose_architecture(recipe: Recipe, found: Survey, asked: str | None) -> None:
    """Choose the simplest architecture that holds nearly all mentions."""
    lost = {"flat": found.flat_lost, "multilabel": found.label_lost, "span": 0}
    if asked is not None and asked not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise CommandError(Errors.SC519.format(what="architecture", name=asked, known=known))
    enough = (1 - HELD) * found.held
    name = asked or next((name for name, n in lost.items() if n <= enough), list(lost)[-1])
    shown = ", ".join(f"{n} ({other})" for other, n in lost.items())
    because = f"of {found.held} mentions overlaps lose {shown}"
    recipe.choose("architecture", ARCHITECTURES[name], name, because)
    band = {"max_width": found.longest, "hidden": 128} if name == "span" else {}
    recipe.values["architecture_settings"] = band


def check_symmetric(found: Survey, symmetric: list[str]) -> None:
    """Raise CommandError for a label that no relation has, between mentions or concepts."""
    known = {label for label, _, _ in (*found.inventory.relations, *found.concepts)}
    for label in symmetric:
        if label not in known:
            names = ", ".join(sorted(known))
            raise CommandError(Errors.SC519.format(what="relation", name=label, known=names))


def choose_relations(recipe: Recipe, found: Survey, wishes: Wishes) -> None:
    """Write the schema out, and propose no pair that is farther apart than any related one."""
    relations = found.inventory.relations
    counts = Counter[str]()
    for (label, _, _), n in relations.items():
        counts[label] += n
    both = [label for label, n in counts.items() if n >= 6 and found.both_ways[label] == n]
    because = "each pair is annotated both ways" if both else "as annotated"
    schema = Schema.learn((), relations, symmetric=[*wishes.symmetric, *both])
    limited, shown = limit(schema, found.ends, wishes.exceptions)
    _choose_schema(recipe, "relations", limited, because)
    because = f"at most {wishes.exceptions:.1%} of the mentions have more"
    recipe.choices.append(Choice("one relation a mention", shown, because))
    recipe.values["limit_exceptions"] = wishes.exceptions
    tokens = 10 * (found.furthest // 5 + 1)
    because = f"twice what lies between related mentions, {found.furthest} at most"
    recipe.choose("max_tokens", tokens, str(tokens), because)
    recipe.values["rel_share"] = 0.1 if found.spread else 1.0


def choose_concept_relations(recipe: Recipe, found: Survey, symmetric: list[str]) -> None:
    """Write the schema of relations between concepts out; predict notes where there are some."""
    schema = Schema.learn((), found.concepts, symmetric=symmetric)
    _choose_schema(recipe, "concept_relations", schema, "as annotated")
    noted = ", ".join(sorted(found.notes))
    if noted:
        recipe.choose("learn_notes", True, noted, "what relations say besides")


def _choose_schema(recipe: Recipe, setting: str, schema: Schema, because: str) -> None:
    """Write a schema out, or say why it isn't."""
    labels = {x for rel in schema.relations for x in (rel.label, *rel.heads, *rel.tails)}
    written = all(map(is_plain, labels))
    shown = f"{len(schema.relations)} labels, {len(schema.symmetric_labels)} symmetric"
    if not written:
        because = "learned in training: a config can't hold these labels"
    recipe.choose(setting, schema.to_dict()["relations"] if written else {}, shown, because)
    recipe.values[f"symmetric_{setting}"] = sorted(schema.symmetric_labels)


def choose_encoder(recipe: Recipe, wishes: Wishes, weights: EncoderWeights, width: int) -> None:
    """Choose how fast the encoder learns, and how much of it. A step of Adam on the embeddings of
    a multilingual vocabulary would cost more than one on all twelve layers: they stay."""
    pace = PACES[wishes.optimize]
    rate = 0.2 if width <= 384 else 0.05 if width <= 768 else 0.02
    recipe.choose("rate", rate, str(rate), f"for vectors of {width}")
    recipe.values["frozen_layers"] = pace.frozen_layers
    if weights.data:
        because = f"pieces of {', '.join(weights.languages) or 'all languages'}; embeddings stay"
        recipe.choices.append(Choice("encoder", weights.name, because))
        recipe.values["frozen_layers"] = 0
    recipe.values["precision"] = pace.precision
    recipe.values["hidden_rate"] = 0.15 if pace.thorough else 0.0
    recipe.values["dropout"] = 0.2 if pace.thorough else 0.1
    recipe.values["max_padded"] = GPU_PADDED if wishes.gpu else CPU_PADDED


def choose_course(
    recipe: Recipe, found: Survey, wishes: Wishes, share: float = 1.0, unit: str = "wordpieces"
) -> None:
    """Choose batches and epochs, and count the steps of the schedule.

    recipe (Recipe): Takes them.
    found (Survey): The training corpus.
    wishes (Wishes): What is asked for.
    share (float): Of the steps and epochs that a new pipeline would take.
    unit (str): What batches are measured in.
    """
    pace = PACES[wishes.optimize]
    size, wanted = GPU_SIZE if wishes.gpu else pace.size, round(pace.steps * share)
    steps = len(list(pack(found.sizes, found.sizes, size)))
    low, high = (max(1, round(n * share)) for n in pace.epochs)
    epochs = min(high, max(low, round(wanted / steps)))
    recipe.choose("batch", size, str(size), f"{unit}; {steps} batches an epoch")
    recipe.choose("epochs", epochs, str(epochs), f"about {wanted} steps, {low} to {high} epochs")
    recipe.values |= {"total_steps": steps * epochs, "steps_an_epoch": steps, "learn_rate": 0.001}
    recipe.choices.append(Choice("steps", str(steps * epochs), "batches times epochs"))
    recipe.values["warmup_steps"] = max(1, steps * epochs // 15)
    recipe.values["eval_frequency"] = max(10, steps * max(1, epochs // 10))
    recipe.values["dev_limit"] = pace.dev_limit
