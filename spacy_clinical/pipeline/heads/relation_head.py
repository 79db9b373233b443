"""What heads of relations have in common, be they between mentions or between concepts."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.types import Floats2d

from ...errors import Errors, PipelineError
from ...schema import Schema
from .clinical_head import ClinicalHead
from .head_growth import is_built
from .pipeline_checks import (
    check_thresholds,
    report_dropped,
    report_outside,
    require_entity_component,
    require_mentions,
)


class RelationHead(ClinicalHead):
    """Classify pairs that a schema allows, `cfg["schema"]`.

    The model's outputs are one for no relation, the labels', and what else a subclass predicts. It
    gives the pairs of documents and what the model sees of them, `set_annotations` and `get_loss`,
    and what it learns from a corpus beside the weights.
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

    @abstractmethod
    def _take_labels(self, labels: Mapping[str, Any]) -> None:
        """Use what `label_data` has given."""

    @abstractmethod
    def _learn(self, docs: Sequence[Doc]) -> None:
        """Learn from gold documents what the config doesn't give, the schema at least."""

    @abstractmethod
    def _sizes(self) -> dict[str, Any]:
        """Sizes of the network, as attributes of the model."""

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

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
        labels: Mapping[str, Any] | None = None,
    ) -> None:
        """Learn the schema, unless it is given, and build the network. A trained one stays so.

        get_examples (Callable): Gives all training examples; read once.
        nlp (Language | None): The pipeline; one of its earlier components must write mentions.
        labels (Mapping | None): A schema and what else `label_data` gives. Raises PipelineError if
            a trained network can't have it.
        """
        if nlp is not None:
            require_entity_component(nlp, self.name, self.key)
        if labels is not None:
            self._take_labels(labels)
        examples = list(get_examples())
        self._learn([eg.reference for eg in examples])
        self._count_pairs(examples, nlp)
        if not is_built(self.model):
            self._build()

    def _require_labels(self) -> None:
        if not self.labels:
            raise PipelineError(Errors.SC301.format(name=self.name))

    def _count_pairs(self, examples: Sequence[Example], nlp: Language | None) -> None:
        """Check the settings, warn of what can't be learned, and note how many pairs a token has:
        1 if there is none at all."""
        self._require_labels()
        check_thresholds(self.cfg, self.labels, self.name, nlp)
        instances = self._training_instances(examples)
        report_outside(instances, self.name)
        n_pairs = sum(len(found.mask) for found in instances)
        n_tokens = sum(len(eg.predicted) for eg in examples)
        self.cfg["pairs_per_token"] = n_pairs / n_tokens if n_pairs else 1.0

    def _build(self) -> None:
        self.model.attrs.update(self._sizes())
        self.model.set_dim("nO", self.n_outputs)
        self.model.set_dim("n_types", len(self.schema.entities))
        self.model.initialize()
