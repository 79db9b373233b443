"""What heads of relations have in common, be they between mentions or between concepts."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from spacy.tokens import Doc
from spacy.training import Example
from thinc.types import Floats2d

from ..errors import Errors, PipelineError
from ..schema import Schema
from .head import ClinicalHead
from .rel_checks import check_thresholds, report_dropped, report_outside, require_mentions


class RelationHead(ClinicalHead):
    """Classify pairs that a schema allows, `cfg["schema"]`.

    The model's outputs are one for no relation, the labels', and what else a subclass predicts. It
    gives the pairs of documents and what the model sees of them, `set_annotations`, `get_loss` and
    `initialize`.
    """

    @abstractmethod
    def _propose(self, docs: list[Doc]) -> list[Any]:
        """Propose pairs of the mentions that each document stores."""

    @abstractmethod
    def _training_instances(self, examples: Sequence[Example]) -> list[Any]:
        """Propose pairs for each example, and label them."""

    @abstractmethod
    def _model_input(self, docs: list[Doc], instances: list[Any]) -> Any:
        """What the model takes."""

    @property
    def schema(self) -> Schema:
        """RETURNS (Schema): What may be related, and how."""
        return Schema.from_dict(self.cfg["schema"] or {})

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The relation labels."""
        return self.schema.relation_labels

    @property
    def n_outputs(self) -> int:
        """RETURNS (int): Logits of a pair."""
        return 1 + len(self.labels)

    @property
    def label_data(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): What `spacy init labels` stores: the schema."""
        return self.schema.to_dict()

    def predict(self, docs: Iterable[Doc]) -> tuple[list[Any], Floats2d]:
        """Score the candidate pairs. A document whose mentions another component wrote to
        `doc.ents` only gets them stored.

        docs (Iterable[Doc]): The documents, with mentions.
        RETURNS (tuple[list, Floats2d]): The candidates of each document, and logits of all their
            pairs, as the model gives them.
        """
        docs = list(docs)
        self._require_labels()
        for doc in docs:
            require_mentions(doc, self.name, self.key)
        found = self._propose(docs)
        report_dropped(found, self.name)
        if not any(len(instances.mask) for instances in found):
            return found, self.model.ops.alloc2f(0, self.n_outputs)
        return found, self.model.predict(self._model_input(docs, found))

    def learn(self, examples: list[Example]) -> float:
        """Run a batch of labelled pairs forward and backward.

        examples (list[Example]): The batch; its predicted documents may hold this pass's mentions.
        RETURNS (float): The summed loss.
        """
        docs = [eg.predicted for eg in examples]
        instances = self._training_instances(examples)
        logits, backprop = self.model.begin_update(self._model_input(docs, instances))
        loss, d_logits = self.get_loss(examples, (instances, logits))
        backprop(d_logits)
        return loss

    def _require_labels(self) -> None:
        if not self.labels:
            raise PipelineError(Errors.SC301.format(name=self.name))

    def _count_pairs(self, examples: Sequence[Example]) -> None:
        """Check the settings, warn of what can't be learned, and note how many pairs a token has:
        1 if there is none at all."""
        self._require_labels()
        check_thresholds(self.cfg["thresholds"], self.labels, self.name)
        instances = self._training_instances(examples)
        report_outside(instances, self.name)
        n_pairs = sum(len(found.mask) for found in instances)
        n_tokens = sum(len(eg.predicted) for eg in examples)
        self.cfg["pairs_per_token"] = n_pairs / n_tokens if n_pairs else 1.0

    def _build(self, **sizes: Any) -> None:
        """Build the network; the sizes are attributes of the model."""
        self.model.attrs.update(sizes)
        self.model.set_dim("nO", self.n_outputs)
        self.model.set_dim("n_types", len(self.schema.entities))
        self.model.initialize()
