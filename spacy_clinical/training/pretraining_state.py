"""Where a masked-language training was, and the encoder that comes of it: folders, without text."""

from pathlib import Path
from typing import Any

import srsly
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ..errors import CorpusError, Errors
from ..files import replaced_folder
from ..optimizers.adamw import AdamW

PARTS = ("mom1", "mom2", "steps")


def write_state(folder: Path, model: torch.nn.Module, optimizer: AdamW, facts: Any) -> None:
    """Write weights, the optimizer's memory, and what the training depends on.

    folder (Path): Replaced when the new one is complete.
    model (Module): The encoder and its head.
    optimizer (AdamW): Its keys end in the parameters' names.
    facts (dict): "step" and whatever must be the same for it to go on.
    """
    memory = {
        f"{name}/{part}": tensor.cpu()
        for (_, name), tensors in optimizer.get_state().items()
        for part, tensor in zip(PARTS, tensors, strict=False)
    }
    weights = {name: t.cpu().contiguous() for name, t in model.state_dict().items()}
    with replaced_folder(folder) as new:
        save_file(weights, new / "model.safetensors")
        save_file(memory, new / "optimizer.safetensors")
        srsly.write_json(new / "state.json", facts)


def read_state(
    folder: Path, model: torch.nn.Module, optimizer: AdamW, facts: Any
) -> dict[str, Any]:
    """Take over what `write_state` wrote.

    folder (Path): As it was written.
    model, optimizer (Module, AdamW): Made from the same settings; changed in place.
    facts (dict): What they depend on, to be compared.
    RETURNS (dict): The facts as they were written.
    """
    try:
        found: Any = srsly.read_json(folder / "state.json")
        weights = load_file(folder / "model.safetensors")
        memory = load_file(folder / "optimizer.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise CorpusError(Errors.SC415.format(path=folder)) from error
    for name in ("settings", "texts"):
        if found[name] != facts[name]:
            raise CorpusError(Errors.SC422.format(path=folder, what=name))
    model.load_state_dict(weights)
    device = next(model.parameters()).device
    names = {key.rpartition("/")[0] for key in memory}
    optimizer.set_state(
        {(0, name): tuple(memory[f"{name}/{part}"].to(device) for part in PARTS) for name in names}
    )
    return dict(found)


def write_encoder(folder: Path, network: Any, source: str) -> None:
    """Write an encoder as `EncoderWeights` and Hugging Face read it.

    folder (Path): Takes its name when it is complete, in place of an older one.
    network (PreTrainedModel): The encoder.
    source (str): Whose tokenizer and configuration it has.
    """
    from transformers import AutoConfig, AutoTokenizer

    with replaced_folder(folder) as new:
        network.save_pretrained(new)
        AutoConfig.from_pretrained(source).save_pretrained(new)
        AutoTokenizer.from_pretrained(source).save_pretrained(new)
