"""What is compared: the bare encoder, the stock path, and ours on its engines. Same weights."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import spacy
import torch
from spacy.language import Language
from spacy.training.initialize import init_nlp
from spacy.util import load_config
from transformers import AutoModel, PreTrainedTokenizerFast

from spacy_clinical.docs import to_doc
from spacy_clinical.encoder.choose_engine import use_engine
from spacy_clinical.encoder.find_encoders import find_encoders
from spacy_clinical.encoder.windows import batch_windows

from .texts import ROOT

Run = Callable[[list[str]], Any]
OPENVINO = ("float32", "bfloat16", "int8")
HEADS = ("clinical_ner", "clinical_assertion", "clinical_rel")
STOCK = """
[nlp]
lang = "en"
pipeline = ["transformer", "ner"]
batch_size = 64

[components]

[components.transformer]
factory = "transformer"

[components.transformer.model]
@architectures = "spacy-transformers.TransformerModel.v3"
name = ""
tokenizer_config = {"use_fast": true}

[components.transformer.model.get_spans]
@span_getters = "spacy-transformers.strided_spans.v1"
window = 128
stride = 96

[components.ner]
factory = "ner"

[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 64
maxout_pieces = 2
use_upper = false

[components.ner.model.tok2vec]
@architectures = "spacy-transformers.TransformerListener.v1"
grad_factor = 1.0

[components.ner.model.tok2vec.pooling]
@layers = "reduce_mean.v1"
"""


def load_ours(model: str | None, **settings: Any) -> Language:
    """Load a trained pipeline, or set up that of configs/sample.cfg with untrained heads.

    model (str | None): An installed pipeline or a folder.
    settings (Any): Of the encoder's model, such as `max_padded`.
    RETURNS (Language): In float32 on torch; windows are cut as in configs/sample.cfg.
    """
    sample = load_config(ROOT / "configs" / "sample.cfg")["components"]["transformer"]["model"]
    cut = {key: sample[key] for key in ("window", "overlap", "max_padded")}
    settings = {"precision": "float32", "engine": "torch", **cut, **settings}
    changes = {f"components.transformer.model.{key}": value for key, value in settings.items()}
    if model is not None:
        nlp = spacy.load(model, config=changes)
        nlp.max_length = 10**9  # spaCy refuses notes of more than a million characters
        return nlp
    with tempfile.TemporaryDirectory() as folder:
        paths = {f"paths.{part}": _write_sample(Path(folder), part) for part in ("train", "dev")}
        config = load_config(ROOT / "configs" / "sample.cfg", overrides={**paths, **changes})
        nlp = init_nlp(config)
    nlp.max_length = 10**9
    return nlp


def _write_sample(folder: Path, part: str) -> str:
    from build import build
    from spacy.tokens import DocBin

    nlp = spacy.blank("en")
    docs = [to_doc(record, nlp.make_doc) for record in build(generated=20)[part]]
    DocBin(docs=docs, store_user_data=True).to_disk(folder / f"{part}.spacy")
    return str(folder / f"{part}.spacy")


def with_heads(nlp: Language, heads: tuple[str, ...]) -> Language:
    """RETURNS (Language): The pipeline, less the clinical heads that aren't named."""
    for name in HEADS:
        if name in nlp.pipe_names and name not in heads:
            nlp.remove_pipe(name)
    return nlp


def load_stock(ours: Language, examples: Callable[[Language], Any]) -> Language:
    """Set up spacy-transformers' `transformer` and spaCy's `ner` on our pipeline's encoder.

    ours (Language): Gives the weights and the tokenizer.
    examples (Callable): Takes the new pipeline, gives the function for `initialize`.
    RETURNS (Language): With an untrained `ner`.
    """
    from thinc.api import Config

    with tempfile.TemporaryDirectory() as folder:
        save_encoder(ours, folder)
        config = Config().from_str(STOCK)
        config["components"]["transformer"]["model"]["name"] = folder
        nlp = spacy.util.load_model_from_config(config, auto_fill=True)
        nlp.initialize(examples(nlp))
    return nlp


def save_encoder(nlp: Language, folder: str) -> None:
    """Write a pipeline's encoder in Hugging Face's layout.

    nlp (Language): The pipeline.
    folder (str): Where to.
    """
    shim = find_encoders(nlp)[0].shim
    assert shim.vocabulary is not None
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=shim.vocabulary.tokenizer,
        model_max_length=shim.vocabulary.max_length,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        mask_token="[MASK]",
    )
    tokenizer.save_pretrained(folder)
    shim._model.save_pretrained(folder)


class Floor:
    """The bare encoder, transformers' own network: wordpieces cut every `window`, no overlap, by
    length. Tokenising and everything else is done before the clock starts.

    nlp (Language): Gives network, tokenizer, window and budget.
    """

    def __init__(self, nlp: Language):
        _, model, self.shim = find_encoders(nlp)[0]
        self.settings = model.attrs["settings"]
        with tempfile.TemporaryDirectory() as folder:
            save_encoder(nlp, folder)
            self.network = AutoModel.from_pretrained(folder).to(self.shim.device).eval()

    def prepare(self, texts: list[str]) -> list[tuple[Any, Any]]:
        """RETURNS (list[tuple[Tensor, Tensor]]): Ids and mask of each batch."""
        vocabulary = self.shim.vocabulary
        special = len(vocabulary.prefix) + len(vocabulary.suffix)
        room = min(self.settings.window, vocabulary.max_length) - special
        rows = []
        for encoding in vocabulary.tokenizer.encode_batch(texts, add_special_tokens=False):
            for start in range(0, len(encoding.ids), room):
                piece = encoding.ids[start : start + room]
                rows.append([*vocabulary.prefix, *piece, *vocabulary.suffix])
        lengths = numpy.asarray([len(row) for row in rows])
        groups = batch_windows(lengths - special, self.settings.max_padded)
        return [self._pad([rows[i] for i in group]) for group in groups]

    def _pad(self, rows: list[list[int]]) -> tuple[Any, Any]:
        longest = max(map(len, rows))
        pad, device = self.shim.vocabulary.pad, self.shim.device
        ids = torch.tensor([row + [pad] * (longest - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        return ids.to(device), mask.to(device)

    def run(self, batches: list[tuple[Any, Any]]) -> None:
        """Encode prepared batches."""
        with torch.no_grad():
            for ids, mask in batches:
                self.network(input_ids=ids, attention_mask=mask)
        if self.shim.device.type == "cuda":
            torch.cuda.synchronize()


def pipe_through(nlp: Language) -> Run:
    """RETURNS (Callable): Takes texts and sends them through `nlp.pipe`."""

    def run(texts: list[str]) -> None:
        for _ in nlp.pipe(texts):
            pass

    return run


def installed_engines(nlp: Language) -> list[tuple[str, str]]:
    """RETURNS (list[tuple[str, str]]): Engine and precision of all that can run this encoder."""
    from spacy_clinical.errors import EncoderError

    found = []
    wishes = [("torch", "bfloat16"), ("onnx", "float32")]
    for name, precision in [*wishes, *(("openvino", p) for p in OPENVINO)]:
        try:
            use_engine(nlp, name, precision=precision)
        except EncoderError:
            continue
        found.append((name, precision))
    use_engine(nlp, "torch", precision="float32")
    return found
