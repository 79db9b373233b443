"""An encoder as a message: in full, or as adapters whose base stands elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import torch

from ..errors import EncoderError, Errors
from ..tensors import pack, unpack
from .adapters import LowRank, adapters_of, make_adapters, put_adapters
from .base_encoder import BaseEncoder, share_base
from .bert import BertConfig, BertNetwork, is_plain_bert
from .branches import fork, n_branch_layers
from .layer_names import layer_number
from .vocabulary import Vocabulary, read_vocabulary, vocabulary_message
from .weights import EncoderWeights

MAX_LAYERS = 1000
MAX_RANK = 4096
Read = tuple[Any, Vocabulary, BaseEncoder | None]


@dataclass(frozen=True)
class AdapterSettings:
    """Which adapters an encoder has.

    rank (int): 0 for none.
    only (bool): They are saved without the network.
    weights (EncoderWeights): Where the network comes from then.
    overrides (dict[str, Any]): Changes to its configuration.
    """

    rank: int = 0
    only: bool = False
    weights: EncoderWeights = field(default_factory=EncoderWeights)
    overrides: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.rank <= MAX_RANK:
            raise EncoderError(Errors.SC227.format(rank=self.rank))
        if self.only and not self.rank:
            raise EncoderError(Errors.SC228)


def encoder_message(network: Any, vocabulary: Vocabulary) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): All that it takes to build the network again."""
    config = network.config.to_dict()
    config.pop("_name_or_path", None)
    message = {"config": config, **vocabulary_message(vocabulary), **_places(network)}
    if n_branch_layers(network):
        message["branch_layers"] = n_branch_layers(network)
    return message | pack(network.state_dict())


def adapters_message(network: Any, base: BaseEncoder) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): The adapters, where they belong, and the digest of their base."""
    return {"base": base.digest, **_places(network), **pack(adapters_of(network).state_dict())}


def read_encoder(message: Mapping[str, Any], settings: AdapterSettings) -> Read:
    """Build what either function above has saved.

    message (Mapping[str, Any]): As it was read.
    settings (AdapterSettings): Of the pipeline that it is read for.
    RETURNS (tuple): The network, its vocabulary, and the base that it shares with others, if it
        does. Raises PackageError where the message is damaged, EncoderError where the base isn't
        here or isn't the one.
    """
    if "base" in message:
        return _read_adapters(message, settings)
    network = unpack("the encoder", partial(_build, message), message)
    vocabulary = read_vocabulary(message)
    return _put_on_base(network, settings) if settings.only else (network, vocabulary, None)


def _read_adapters(message: Mapping[str, Any], settings: AdapterSettings) -> Read:
    source = settings.weights.locate_installed()
    base = share_base(source, settings.overrides)
    if message["base"] != base.digest:
        raise EncoderError(Errors.SC224.format(source=source))
    rank, first = message.get("adapter_rank"), message.get("adapter_first")
    make = partial(make_adapters, base.network, rank, first)
    network = base.lend()
    put_adapters(network, cast(torch.nn.ModuleDict, unpack("the adapters", make, message)))
    return network, base.vocabulary, base


def _put_on_base(network: Any, settings: AdapterSettings) -> Read:
    """Take the adapters of a network that was saved in full, if the rest is the base."""
    base = share_base(settings.weights.locate_installed(), settings.overrides)
    own, known = network.state_dict(), base.network.state_dict()
    rest = [name for name in known if "pooler" not in name]
    if not adapters_of(network) or not all(torch.equal(own[n], known[n]) for n in rest):
        raise EncoderError(Errors.SC226)
    message = {**_places(network), **pack(adapters_of(network).state_dict())}
    return _read_adapters({"base": base.digest, **message}, settings)


def _places(network: Any) -> dict[str, Any]:
    """The rank of the adapters, and the lowest layer that has them."""
    found = adapters_of(network)
    if not found:
        return {}
    first = min(layer_number(name.replace("/", ".")) or 0 for name in found)
    low = cast(LowRank, next(iter(found.values())))
    return {"adapter_rank": len(low.down), "adapter_first": first}


def _build(message: Mapping[str, Any]) -> Any:
    """The network that a saved encoder's config describes: no repository and no file of code."""
    network = _network(message["config"])
    if "adapter_rank" in message:
        made = make_adapters(network, message["adapter_rank"], message["adapter_first"])
        put_adapters(network, made)
    if "branch_layers" in message:
        fork(network, message["branch_layers"])
    return network


def _network(values: dict[str, Any]) -> Any:
    """A network whose weights are still to come."""
    if values.get("num_hidden_layers", 0) > MAX_LAYERS:
        raise ValueError
    if is_plain_bert(values):
        return BertNetwork(BertConfig(values))
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.for_model(**values)
    if config.num_hidden_layers > MAX_LAYERS:
        raise ValueError
    return AutoModel.from_config(config)
