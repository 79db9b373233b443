"""The encoder as a drop-in `[components.transformer.model]`."""

from collections.abc import Callable
from typing import Any, cast

import torch
from spacy.tokens import Doc
from thinc.api import Model

from ..docs.piece_counts import set_piece_counts
from ..encoder.encoder_output import CompactBatch
from ..encoder.encoder_pass import encode_pieces
from ..encoder.encoder_shim import EncoderShim
from ..encoder.memory_release import trim_after
from ..encoder.saved_encoder import AdapterSettings
from ..encoder.weights import EncoderWeights
from ..encoder.windows import WindowSettings
from ..encoder.wordpieces import tokenize
from ..errors import EncoderError, Errors
from ..torch_defaults import own_precision
from .transformer_vectors import replace_listener, replace_listener_cfg

InT = list[Doc]
OutT = CompactBatch


def build_transformer(
    weights: EncoderWeights,
    window: int = 384,
    overlap: int = 16,
    max_padded: int = 8192,
    rate: float = 1.0,
    precision: str = "float32",
    train_precision: str = "auto",
    frozen_layers: int | None = None,
    keep_frozen: bool = False,
    layer_decay: float = 1.0,
    hidden_rate: float = 0.0,
    engine: str = "torch",
    engine_fallback: bool = False,
    keep_vectors: bool = False,
    vector_dtype: str = "float32",
    adapter_rank: int = 0,
    adapter_only: bool = False,
    overrides: dict[str, Any] | None = None,
) -> Model[InT, OutT]:
    """Encode whole documents: tokenise once, cut windows by wordpieces, lose nothing.

    weights (EncoderWeights): Where `initialize` finds the network.
    window (int): Wordpieces in a window, special ones included; never more than the network has
        positions.
    overlap (int): Wordpieces that neighbouring windows of a long document share.
    max_padded (int): Positions in one padded batch: what bounds the memory.
    rate (float): Factor on the optimizer's learning rate for the network's parameters.
    precision (str): Of predictions: "float32", "bfloat16", or "auto" for bfloat16 where the
        hardware has it. Only float32 gives the same scores on every machine.
    train_precision (str): Of training, likewise.
    frozen_layers (int | None): Layers from below that training leaves as they are, 0 for the
        embeddings only, None for none.
    keep_frozen (bool): In training, compute what these layers give once for each window and keep
        it in memory, 2 bytes a value, 2 GB at most. They have no dropout then.
    layer_decay (float): Factor on the learning rate from each layer to the one below it.
    hidden_rate (float): Share of the wordpieces that training hides from the network, so that it
        learns to read what a word is from the words around it.
    engine (str): What runs predictions on a CPU: "torch", "onnx" or "openvino". Weights and
        training are the same with all. `use_engine` chooses another for a loaded pipeline.
    engine_fallback (bool): Let torch run, with a warning, where the engine can't.
    keep_vectors (bool): Leave `doc._.trf_data` on the documents. Otherwise it is dropped after the
        last clinical component has read it.
    vector_dtype (str): Of the tokens' vectors between encoder and heads, in predictions:
        "float32", or "float16" for half the memory. Heads compute in float32.
    adapter_rank (int): If above 0, the network keeps its weights, and each linear layer above
        `frozen_layers` learns an update of this rank (LoRA). Give a `rate` of about 1.
    adapter_only (bool): Save the updates alone. The network is then read from `weights`, a folder
        or a package, whenever the pipeline is loaded, and pipelines of one process share it.
    overrides (dict[str, Any] | None): Changes to the network's own configuration, such as
        `attention_probs_dropout_prob = 0.0`, without which BERT trains much slower on a CPU.
    RETURNS (Model[list[Doc], CompactBatch]): For spacy-transformers' `transformer` factory. Raises
        EncoderError for settings that exclude each other.
    """
    if keep_frozen and (not frozen_layers or hidden_rate):
        raise EncoderError(Errors.SC231.format(frozen=frozen_layers, hidden=hidden_rate))
    return Model(
        "clinical-transformer",
        forward,
        init=init,
        dims={"nO": None},
        shims=[
            EncoderShim(
                rate,
                precision,
                train_precision,
                frozen_layers,
                layer_decay,
                engine,
                engine_fallback,
                AdapterSettings(adapter_rank, adapter_only, weights, overrides or {}),
                keep_frozen,
            )
        ],
        attrs={
            "replace_listener": replace_listener,
            "replace_listener_cfg": replace_listener_cfg,
            "weights": weights,
            "overrides": overrides or {},
            "hidden_rate": hidden_rate,
            "settings": WindowSettings(window, overlap, max_padded, keep_vectors, vector_dtype),
        },
    )


def forward(
    model: Model[InT, OutT], docs: InT, is_train: bool
) -> tuple[OutT, Callable[[OutT], InT]]:
    shim = cast(EncoderShim, model.shims[0])
    assert shim.vocabulary is not None
    pieces = tokenize(docs, shim.vocabulary.tokenizer, shim.vocabulary.unk)
    if not is_train:
        for doc, read in zip(docs, pieces, strict=True):
            set_piece_counts(doc, len(read.ids), int((read.ids == shim.vocabulary.unk).sum()))
    n_pieces = sum(len(p.ids) for p in pieces)
    trim_after(n_pieces)
    with own_precision(), torch.set_grad_enabled(is_train):
        vectors, encode_backprop = encode_pieces(
            shim,
            pieces,
            model.attrs["settings"],
            is_train=is_train,
            hidden_rate=model.attrs["hidden_rate"] if is_train else 0.0,
        )
    trim_after(n_pieces)

    def backprop(d_batch: OutT) -> InT:
        with own_precision(), shim.mean.adding(model, sum(len(doc) for doc in docs)):
            encode_backprop(d_batch.model_output["last_hidden_state"])
        return docs

    return CompactBatch.from_pieces(pieces, vectors, shim.width), backprop


def init(model: Model[InT, OutT], X: Any = None, Y: Any = None) -> None:
    shim = cast(EncoderShim, model.shims[0])
    if shim.vocabulary is None:
        shim.load(model.attrs["weights"].locate(), model.attrs["overrides"])
    model.set_dim("nO", shim.width)
