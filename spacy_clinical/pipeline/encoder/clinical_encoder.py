"""`clinical_encoder`: one pass of the encoder, which all heads of the pipeline read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc
from spacy.training import Example, validate_examples
from spacy.util import minibatch
from spacy.vocab import Vocab
from thinc.api import Model, Optimizer, set_dropout_rate

from ...encoder.clinical_listener import NAME, ClinicalListener
from ...encoder.encoder_output import CompactBatch
from ...encoder.token_data import set_extension
from ..failing_notes import annotate_sound
from .gradient_sum import GradientSum


@Language.factory(
    "clinical_encoder",
    assigns=["doc._.trf_data"],
    default_config={"max_batch_items": 32768},
)
def make_clinical_encoder(
    nlp: Language, name: str, model: Model[list[Doc], CompactBatch], max_batch_items: int
) -> "ClinicalEncoder":
    """Make the component that encodes documents for the components behind it.

    model (Model): A `spacy-clinical.TransformerModel.v1`. There is no default, which would name
        weights that nobody has chosen.
    max_batch_items (int): Tokens of the documents that are encoded together, the longest one's
        times their number; one document may have more.
    """
    return ClinicalEncoder(nlp.vocab, model, name, max_batch_items=max_batch_items)


class ClinicalEncoder(TrainablePipe):
    """What spacy-transformers' `transformer` is for its models: it writes `doc._.trf_data`, which
    listeners in the models behind it read, and collects their gradients. It is saved as that is.

    vocab (Vocab): The pipeline's.
    model (Model): A `spacy-clinical.TransformerModel.v1`.
    name (str): Of the component.
    max_batch_items (int): As for `make_clinical_encoder`.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model[list[Doc], CompactBatch],
        name: str = "transformer",
        *,
        max_batch_items: int = 32768,
    ):
        self.vocab, self.model, self.name = vocab, model, name
        self.cfg = {"max_batch_items": max_batch_items}
        self.listener_map: dict[str, list[Any]] = {}
        set_extension()

    @property
    def listeners(self) -> list[Any]:
        """RETURNS (list[ClinicalListener]): Those that read this encoder, in pipeline order."""
        return [listener for own in self.listener_map.values() for listener in own]

    @property
    def listening_components(self) -> list[str]:
        """RETURNS (list[str]): The components whose models they are in."""
        return list(self.listener_map)

    def add_listener(self, listener: Any, component_name: str) -> None:
        """Let a layer read this encoder.

        listener (ClinicalListener): The layer.
        component_name (str): The component whose model it is in.
        """
        own = self.listener_map.setdefault(component_name, [])
        if listener not in own:
            own.append(listener)
        if self.model.has_dim("nO") and listener.has_dim("nO") is None:
            listener.set_dim("nO", self.model.get_dim("nO"))

    def remove_listener(self, listener: Any, component_name: str) -> bool:
        """RETURNS (bool): Whether the layer read this encoder; it doesn't any more."""
        own = self.listener_map.get(component_name, [])
        if listener not in own:
            return False
        own.remove(listener)
        if not own:
            del self.listener_map[component_name]
        return True

    def find_listeners(self, component: Any) -> None:
        """Add the listeners in a component's model that name this encoder, or any."""
        model = getattr(component, "model", None)
        for node in model.walk() if isinstance(model, Model) else ():
            if node.name == NAME and getattr(node, "upstream_name", None) in ("*", self.name):
                self.add_listener(node, component.name)

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Encode a stream, documents of like length together.

        stream (Iterable[Doc]): The documents.
        batch_size (int): How many to read at once.
        YIELDS (Doc): The same, in order, less those on which `get_error_handler` was called.
        """
        for docs in minibatch(stream, batch_size):
            batch, most = list(docs), self.cfg["max_batch_items"]
            groups = batch_by_length([len(doc) for doc in batch], most)
            sound = [doc for own in groups for doc in annotate_sound(self, [batch[i] for i in own])]
            places = set(map(id, sound))
            yield from (doc for doc in batch if id(doc) in places)

    def predict(self, docs: Iterable[Doc]) -> CompactBatch:
        """RETURNS (CompactBatch): The documents' vectors."""
        docs = list(docs)
        if not any(len(doc) for doc in docs):
            return CompactBatch.empty(len(docs))
        return self.model.predict(docs)

    def set_annotations(self, docs: Iterable[Doc], batch: CompactBatch) -> None:
        """Write `doc._.trf_data`.

        docs (Iterable[Doc]): The documents.
        batch (CompactBatch): Their vectors.
        """
        set_extension()  # a worker process has taken the component from a pickle
        for doc, data in zip(docs, batch.doc_data, strict=True):
            doc._.trf_data = data

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """Encode a batch for the components behind, whose last one sends the gradient back.

        examples (Iterable[Example]): Their predicted documents are read.
        drop (float): The dropout rate.
        sgd (Optimizer | None): Updates the encoder when the gradient has come.
        losses (dict[str, float] | None): Takes the squared gradients' sum under the component's
            name.
        RETURNS (dict[str, float]): The losses.
        """
        examples = list(examples)
        validate_examples(examples, "ClinicalEncoder.update")
        losses = {} if losses is None else losses
        docs = [example.predicted for example in examples]
        if any(len(doc) for doc in docs):
            losses.setdefault(self.name, 0.0)
            set_dropout_rate(self.model, drop)
            batch, backprop = self.model.begin_update(docs)
            self._hand_over(docs, batch, GradientSum(self, batch, backprop, sgd, losses))
        return losses

    def _hand_over(self, docs: list[Doc], batch: CompactBatch, gradients: GradientSum) -> None:
        batch_id = ClinicalListener.get_batch_id(docs)
        *others, last = self.listeners or [None]
        for listener in others:
            listener.receive(batch_id, batch.doc_data, gradients.add)
        if last is not None:
            last.receive(batch_id, batch.doc_data, gradients.finish)

    def get_loss(self, examples: Any, scores: Any) -> None:
        """Nothing: the encoder learns from what reads it."""

    def initialize(
        self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None
    ) -> None:
        """Read the weights, and find the listeners behind.

        get_examples (Callable): Not called.
        nlp (Language | None): The pipeline.
        """
        self.model.initialize()
        pipes = [] if nlp is None else [component for _, component in nlp.pipeline]
        for component in pipes[pipes.index(self) :] if self in pipes else ():
            self.find_listeners(component)


def batch_by_length(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Put documents of like length together.

    lengths (Sequence[int]): Of the documents, in tokens.
    most (int): The longest one's length times the number of documents, at most; one document may
        have more.
    RETURNS (list[list[int]]): Places in `lengths`, increasing; the longest documents first.
    """
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batches and lengths[place] * (len(batches[-1]) + 1) <= most:
            batches[-1].append(place)
        else:
            batches.append([place])
    return [sorted(batch) for batch in reversed(batches)]
