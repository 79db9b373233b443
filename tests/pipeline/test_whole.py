"""The whole pipeline: alone or in a batch, in one process or two, in memory or loaded."""

import json
import os
import subprocess
import sys
from inspect import getsource
from typing import Any

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from ..conftest import SENTENCES, make_examples
from ..models.test_shared_gradient import count_passes
from ..pipelines import Build

TEXTS = [
    *(text for text, _, _ in SENTENCES),
    "",
    "no pain , no fever , a rash after aspirin daily . " * 12,
    " \n ",
    "Metformin 500 mg for type 2 diabetes and pain .",
]

LOADER = """
import json, socket, sys
from typing import Any
import spacy
import torch
from spacy.tokens import Doc

def refuse(*args, **kwargs):
    raise RuntimeError("a socket was opened")

# Between processes of this machine: the fork server, which starts others on Python 3.14, has one.
class LocalSocket(socket.socket):
    def __init__(self, family=-1, *args, **kwargs):
        if family != getattr(socket, "AF_UNIX", None):
            refuse()
        super().__init__(family, *args, **kwargs)

socket.socket = socket.SocketType = LocalSocket
socket.create_connection = socket.getaddrinfo = refuse

"""
PREDICT = """
nlp = spacy.load(sys.argv[1])
texts = json.loads(sys.argv[2])
torch.set_num_threads(int(sys.argv[3]))
torch.ones(512, 512) @ torch.ones(512, 512)  # starts the threads, which no fork survives
one = [content(nlp(text)) for text in texts]
two = [content(doc) for doc in nlp.pipe(texts, n_process=2, batch_size=2)]
print(json.dumps({"one": one, "two": two}))
"""


def content(doc: Doc) -> list[Any]:
    """Everything that the pipeline says of a Doc, scores last."""
    mentions = [
        (s.start_char, s.end_char, s.label_, s._.score, s._.assertion, s._.assertion_score)
        for s in doc.spans["clinical"]
    ]
    relations = [(r.head.start_char, r.tail.start_char, r.label, r.score) for r in doc._.relations]
    return [doc.text, [(e.start_char, e.label_) for e in doc.ents], mentions, relations]


def check(found: Any, expected: Any) -> None:
    """Equal, but for the last digits of numbers."""
    if isinstance(expected, float):
        assert found == pytest.approx(expected, abs=1e-5)
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            check(one, other)
    else:
        assert found == expected


@pytest.fixture(scope="module")
def expected(whole: Language) -> list[Any]:
    found = [content(whole(text)) for text in TEXTS]
    assert found[0][3][0][:3] == (22, 34, "TREATS")
    assert [m[4] for m in found[0][2]] == ["present", "present"]
    assert [m[4] for m in found[1][2]] == ["absent", "absent"]
    assert len(found[3][2]) > 3
    return found


def test_one_pass_for_all_heads(build_whole: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = build_whole()
    nlp.initialize(lambda: make_examples(nlp))
    with count_passes(monkeypatch) as passes:
        nlp.update(make_examples(nlp), sgd=False, losses={})
        assert len(list(nlp.pipe(TEXTS, batch_size=64))) == len(TEXTS)
    assert passes == [4, len(TEXTS)]


@pytest.mark.parametrize("batch_size", [1, 2, 64])
def test_batches(whole: Language, expected: list[Any], batch_size: int) -> None:
    check([content(doc) for doc in whole.pipe(TEXTS, batch_size=batch_size)], expected)


def test_order_of_a_batch(whole: Language, expected: list[Any]) -> None:
    found = [content(doc) for doc in whole.pipe(reversed(TEXTS))]
    check(found[::-1], expected)


@pytest.fixture(scope="module", params=[1, 2], ids=["one thread", "two threads"])
def loaded(
    whole: Language, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, Any]:
    """What the saved pipeline says in a new process, which it has to itself.

    The process imports nothing of ours, has no sockets, and can be ended if its children hang.
    """
    path = tmp_path_factory.mktemp("saved")
    whole.to_disk(path)
    script = LOADER + getsource(content) + PREDICT
    result = subprocess.run(
        [sys.executable, "-c", script, path, json.dumps(TEXTS), str(request.param)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "TOKENIZERS_PARALLELISM": "false"},
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_loaded_without_import_and_network(loaded: dict[str, Any], expected: list[Any]) -> None:
    check(loaded["one"], json.loads(json.dumps(expected)))


def test_two_processes(loaded: dict[str, Any], expected: list[Any]) -> None:
    check(loaded["two"], json.loads(json.dumps(expected)))


def test_bytes(whole: Language, build_whole: Build, expected: list[Any]) -> None:
    fresh = build_whole().from_bytes(whole.to_bytes())
    check([content(doc) for doc in fresh.pipe(TEXTS)], expected)


def test_docs_return_from_bytes(whole: Language, expected: list[Any]) -> None:
    for text, one in zip(TEXTS, expected, strict=True):
        doc = whole(text)
        check(content(Doc(whole.vocab).from_bytes(doc.to_bytes())), one)
        check(content(doc.copy()), one)


def test_spacys_own_views_of_a_document(whole: Language) -> None:
    """Vectors and parts, which need the tensor; there are no word vectors, so they are zeros."""
    doc = whole(TEXTS[0])
    doc[0].is_sent_start = True
    for token in doc[1:]:
        token.is_sent_start = False
    (sentence,) = doc.sents
    part = sentence.as_doc()
    assert [(ent.text, ent.label_) for ent in part.ents] == [(e.text, e.label_) for e in doc.ents]
    assert not doc.vector.any() and not doc.ents[0].vector.any()
    assert not doc.ents[0].has_vector
    with pytest.warns(UserWarning, match=r"W00[78]"):
        assert doc.similarity(whole(TEXTS[1])) == pytest.approx(0.0)
