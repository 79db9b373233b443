"""BERT as a network of torch alone, so that a saved pipeline is loaded without transformers.

Modules and parameters have the names that they have in transformers, whose import takes longer than
torch's and spaCy's together: it is needed where weights are read for a training, and for encoders
that are laid out otherwise.
"""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

from ..tensors import WithoutDraws

_SIZES = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads")
_ALWAYS = {"hidden_act": "gelu", "position_embedding_type": "absolute"}
_NEVER = ("is_decoder", "add_cross_attention", "pruned_heads", "chunk_size_feed_forward")


class BertConfig:
    """The settings that an encoder was saved with.

    values (Mapping[str, Any]): Those of transformers' class of this name, which are attributes.
    """

    def __init__(self, values: Mapping[str, Any]):
        self.__dict__.update(values)

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): What it was made of."""
        return dict(self.__dict__)


def is_plain_bert(values: Mapping[str, Any]) -> bool:
    """Tell whether `BertNetwork` is the network that a config describes.

    values (Mapping[str, Any]): The config, as transformers saves it.
    RETURNS (bool): False for other encoders, and for BERT with a decoder or relative positions.
    """
    sizes = all(isinstance(values.get(name), int) for name in _SIZES)
    usual = all(values.get(name, usual) == usual for name, usual in _ALWAYS.items())
    special = any(values.get(name) for name in _NEVER)
    return values.get("model_type") == "bert" and sizes and usual and not special


class BertNetwork(nn.Module):
    """The encoder of Devlin et al., "BERT" (NAACL 2019), as transformers' BertModel.

    config (BertConfig): `is_plain_bert` is true of it.
    """

    def __init__(self, config: Any):
        super().__init__()
        self.config = config
        self.embeddings = _Embeddings(config)
        self.encoder: Any = nn.Module()
        self.encoder.layer = nn.ModuleList(_Layer(config) for _ in range(config.num_hidden_layers))
        self.pooler: nn.Module | None = nn.Module()  # saved with the rest; nothing reads it
        self.pooler.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def get_input_embeddings(self) -> nn.Module:
        """RETURNS (Module): The wordpieces' vectors."""
        return self.embeddings.word_embeddings

    def save_pretrained(self, folder: str | Path) -> None:
        """Write weights and config as transformers' networks do, which can read them.

        folder (str | Path): Where to.
        """
        from transformers import AutoConfig

        state = {name: tensor.contiguous() for name, tensor in self.state_dict().items()}
        save_file(state, Path(folder) / "model.safetensors", {"format": "pt"})
        AutoConfig.for_model(**self.config.to_dict()).save_pretrained(folder)

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        token_type_ids: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
    ) -> SimpleNamespace:
        """Encode padded windows.

        input_ids (Tensor | None): Shape (n_windows, length), unless `inputs_embeds` are given.
        attention_mask (Tensor | None): 1 for what is seen, shape (n_windows, length) or, by what
            sees it, (n_windows, length, length). None for all.
        token_type_ids (Tensor | None): Shape (n_windows, length), None for zeros.
        position_ids (Tensor | None): Shape (n_windows, length), None for 0, 1, 2...
        inputs_embeds (Tensor | None): Shape (n_windows, length, width).
        RETURNS (SimpleNamespace): `last_hidden_state`, shape (n_windows, length, width).
        """
        hidden = self.embeddings(input_ids, token_type_ids, position_ids, inputs_embeds)
        visible = None if attention_mask is None else attention_mask.bool().unsqueeze(1)
        if visible is not None and visible.dim() == 3:
            visible = visible.unsqueeze(1)
        for layer in self.encoder.layer:
            hidden = layer(hidden, visible)
        return SimpleNamespace(last_hidden_state=hidden)


def take_bert(network: Any) -> Any:
    """Put transformers' BERT into a network of ours: a training that goes on with what it has
    saved gives the same numbers as one that wasn't interrupted.

    network (PreTrainedModel): As transformers reads it. It isn't used after that.
    RETURNS (Module): Of the same tensors; the network itself where it is another.
    """
    values = network.config.to_dict()
    if not is_plain_bert(values):
        return network
    with torch.device("meta"), WithoutDraws():
        taken = BertNetwork(BertConfig(values))
    taken.load_state_dict(network.state_dict(), assign=True)
    return taken.eval()


class _Embeddings(nn.Module):
    def __init__(self, config: Any):
        super().__init__()
        width = config.hidden_size
        padding = getattr(config, "pad_token_id", None)
        self.word_embeddings = nn.Embedding(config.vocab_size, width, padding_idx=padding)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, width)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, width)
        self.LayerNorm = _norm(config)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        token_type_ids: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
    ) -> torch.Tensor:
        words = self.word_embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        if position_ids is None:
            position_ids = torch.arange(words.shape[1], device=words.device)[None]
        if token_type_ids is None:
            token_type_ids = torch.zeros_like(position_ids)
        summed = words + self.token_type_embeddings(token_type_ids)
        return self.dropout(self.LayerNorm(summed + self.position_embeddings(position_ids)))


class _Attention(nn.Module):
    """What each head sees, side by side."""

    def __init__(self, config: Any):
        super().__init__()
        width = config.hidden_size
        self.num_attention_heads = int(config.num_attention_heads)
        if width % self.num_attention_heads:
            raise ValueError("the width is no multiple of the number of attention heads")
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.rate = float(config.attention_probs_dropout_prob)

    def forward(self, hidden: torch.Tensor, visible: torch.Tensor | None) -> torch.Tensor:
        count, length, width = hidden.shape
        n_heads = self.num_attention_heads
        projected = (linear(hidden) for linear in (self.query, self.key, self.value))
        query, key, value = (
            x.view(count, length, n_heads, width // n_heads).transpose(1, 2) for x in projected
        )
        rate = self.rate if self.training else 0.0
        seen = functional.scaled_dot_product_attention(query, key, value, visible, rate)
        return seen.transpose(1, 2).reshape(count, length, width)


class _Sum(nn.Module):
    """A linear layer, whose result is added to what came before."""

    def __init__(self, config: Any, inputs: int):
        super().__init__()
        self.dense = nn.Linear(inputs, config.hidden_size)
        self.LayerNorm = _norm(config)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, inner: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
        summed: torch.Tensor = self.LayerNorm(self.dropout(self.dense(inner)) + before)
        return summed


class _Layer(nn.Module):
    def __init__(self, config: Any):
        super().__init__()
        self.attention: Any = nn.Module()
        self.attention.self = _Attention(config)
        self.attention.output = _Sum(config, config.hidden_size)
        self.intermediate: Any = nn.Module()
        self.intermediate.dense = nn.Linear(config.hidden_size, config.intermediate_size)
        self.intermediate.intermediate_act_fn = nn.GELU()
        self.output = _Sum(config, config.intermediate_size)

    def forward(self, hidden: torch.Tensor, visible: torch.Tensor | None = None) -> torch.Tensor:
        attended = self.attention.output(self.attention.self(hidden, visible), hidden)
        wide = self.intermediate.intermediate_act_fn(self.intermediate.dense(attended))
        out: torch.Tensor = self.output(wide, attended)
        return out


def _norm(config: Any) -> nn.LayerNorm:
    return nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
