"""`clinical_deid`: what may identify somebody, by rules, by meta fields, by a trained head."""

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Model
from thinc.types import Floats2d

from ...docs import KEY, has_mentions
from ...docs.phi import PHI, Identifier
from ...files import new_file
from ..heads.gold_alignment import GoldMentions, get_gold_mentions
from ..heads.platt_scaling import calibrate
from ..ner.clinical_ner import ClinicalNER
from ..ner.schemes.biluo_scheme import BiluoScheme, find_best
from ..ner.schemes.scheme import Found
from ..ner.white_space import which_is_space
from .known_person import KnownPerson
from .locale_rules import DeidRules
from .phi_finder import PhiFinder

_FLOOR = 1e-6
TABLES = "tables.json"


@Language.factory(
    "clinical_deid",
    assigns=["doc.spans"],
    default_config={
        "model": None,
        "spans_key": PHI,
        "gold_key": PHI,
        "threshold": 0.1,
        "thresholds": {},
        "repeat": True,
        "rules": {"@misc": "spacy-clinical.DeidRules.v1", "locales": ["en"]},
        "known": {"@misc": "spacy-clinical.KnownPerson.v1"},
        "scorer": {"@scorers": "spacy-clinical.phi_scorer.v1"},
    },
    default_score_weights={"phi_f": 1.0, "phi_recall": 0.0, "phi_per_type": None},
)
def make_clinical_deid(
    nlp: Language,
    name: str,
    model: Model[list[Doc], Floats2d] | None,
    spans_key: str,
    gold_key: str,
    threshold: float,
    thresholds: dict[str, float],
    repeat: bool,
    rules: DeidRules | None,
    known: KnownPerson | None,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "RuleDeid | TrainedDeid":
    """Make the component that finds what may identify somebody.

    model (Model | None): Logits for the tokens of all documents, as `clinical_ner` has them; None
        for rules alone.
    spans_key (str): The span group to write; `doc.ents` is left alone.
    gold_key (str): The span group of a corpus's identifiers to learn from: "clinical" for a corpus
        that has nothing else.
    threshold (float): Probability from which on the model's finds count. It works on the recall
        side only: 0.1 takes a tag nine times less probable than none.
    thresholds (dict[str, float]): A higher one for the finds of single labels.
    repeat (bool): Look for a name or code that is found once in the whole note.
    rules (DeidRules | None): The rules, None for the model alone.
    known (KnownPerson | None): Which meta fields tell what of the person, None for none.
    scorer (Callable | None): The scoring method.
    """
    finder = PhiFinder(rules, known, repeat=repeat, key=spans_key)
    if model is None:
        return RuleDeid(nlp.vocab, name, finder, scorer=scorer)
    deid = TrainedDeid(
        nlp.vocab,
        model,
        name,
        finder,
        gold_key=gold_key,
        threshold=threshold,
        thresholds=thresholds,
        scorer=scorer,
    )
    return deid.within(nlp)


class RuleDeid(Pipe):
    """Find identifiers by rules and by what is known.

    vocab (Vocab): The shared vocabulary.
    name (str): The component's name.
    finder (PhiFinder): What finds and stores them.
    scorer (Callable | None): The scoring method.
    """

    def __init__(
        self,
        vocab: Vocab,
        name: str,
        finder: PhiFinder,
        *,
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        self.vocab, self.name, self.finder, self.scorer = vocab, name, finder, scorer

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The labels that rules give."""
        return self.finder.labels

    def __call__(self, doc: Doc) -> Doc:
        """Find the identifiers of a document.

        doc (Doc): The document.
        RETURNS (Doc): The same, with the span group.
        """
        self.finder.annotate(doc)
        return doc

    def to_bytes(self, **kwargs: Any) -> bytes:
        """RETURNS (bytes): The user's tables."""
        return json.dumps(self.finder.tables).encode()

    def from_bytes(self, data: bytes, **kwargs: Any) -> "RuleDeid":
        """RETURNS (RuleDeid): This component, with the tables of `to_bytes`."""
        self.finder.tables = json.loads(data)
        return self

    def to_disk(self, path: Any, **kwargs: Any) -> None:
        """Write the user's tables.

        path (str | Path): A folder.
        """
        with new_file(Path(path) / TABLES) as file:
            file.write(self.to_bytes())

    def from_disk(self, path: Any, **kwargs: Any) -> "RuleDeid":
        """RETURNS (RuleDeid): This component, with the tables of `to_disk`."""
        return self.from_bytes((Path(path) / TABLES).read_bytes())


class TrainedDeid(ClinicalNER):
    """Find identifiers by a head on the shared encoder too: what either finds counts.

    vocab (Vocab): The shared vocabulary.
    model (Model[list[Doc], Floats2d]): Logits of shape (tokens of all documents, nO).
    name (str): The component's name.
    finder (PhiFinder): Rules, and what is known.
    gold_key (str): The span group to learn from.
    threshold (float): Probability from which on the model's finds count.
    thresholds (dict[str, float] | None): A higher one for single labels.
    scorer (Callable | None): The scoring method.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model[list[Doc], Floats2d],
        name: str,
        finder: PhiFinder,
        *,
        gold_key: str,
        threshold: float,
        thresholds: dict[str, float] | None = None,
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        super().__init__(
            vocab,
            model,
            name,
            spans_key=finder.key,
            threshold=threshold,
            thresholds=thresholds,
            annotate_in_update=False,
            scorer=scorer,
        )
        self.finder, self.cfg["gold_key"] = finder, gold_key

    def set_annotations(self, docs: Iterable[Doc], scores: Floats2d) -> None:
        """Write what the head, the rules and the meta fields find.

        docs (Iterable[Doc]): The documents.
        scores (Floats2d): Logits as `predict` returns them.
        """
        docs = list(docs)
        logits = self.model.ops.to_numpy(scores)
        for doc, found in zip(docs, self._decode(docs, logits), strict=True):
            self.finder.annotate(doc, [self._identifier(doc, one) for one in found])

    def _decode(self, docs: list[Doc], logits: Any) -> list[list[Found]]:
        """The head's mentions; of tags, O needs to be ahead by as much as the threshold says."""
        lengths, spaces = [len(doc) for doc in docs], which_is_space(docs)
        if not isinstance(self.scheme, BiluoScheme):
            return self.scheme.decode(logits, lengths, spaces, list(self.lowest.values()))
        threshold = min(max(self.cfg["threshold"], _FLOOR), 1 - _FLOOR)
        found = find_best(logits, lengths, spaces, math.log((1 - threshold) / threshold))
        single = [self.cfg["thresholds"].get(label, 0.0) for label in self.labels]
        return [[one for one in own if one.probability >= single[one.label]] for own in found]

    def _identifier(self, doc: Doc, found: Found) -> Identifier:
        last = doc[found.end - 1]
        label = self.labels[found.label]
        score = float(calibrate([found.probability], [label], self.cfg["calibration"])[0])
        end = last.idx + len(last)
        return Identifier(doc[found.start].idx, end, label, score, f"model:{self.name}")

    def read_gold(self, example: Example) -> GoldMentions:
        """RETURNS (GoldMentions): The identifiers of an example's reference."""
        key = self.cfg["gold_key"]
        return get_gold_mentions(example, key if has_mentions(example.reference, key) else KEY)

    def to_bytes(self, **kwargs: Any) -> bytes:
        """RETURNS (bytes): The head and the user's tables."""
        self.cfg["tables"] = self.finder.tables
        return super().to_bytes(**kwargs)

    def from_bytes(self, data: bytes, **kwargs: Any) -> "TrainedDeid":
        """RETURNS (TrainedDeid): This component, as `to_bytes` wrote it."""
        super().from_bytes(data, **kwargs)
        self.finder.tables = self.cfg.get("tables", {})
        return self

    def to_disk(self, path: Any, **kwargs: Any) -> None:
        """Write the head and the user's tables.

        path (str | Path): A folder.
        """
        self.cfg["tables"] = self.finder.tables
        super().to_disk(path, **kwargs)

    def from_disk(self, path: Any, **kwargs: Any) -> "TrainedDeid":
        """RETURNS (TrainedDeid): This component, as `to_disk` wrote it."""
        super().from_disk(path, **kwargs)
        self.finder.tables = self.cfg.get("tables", {})
        return self
