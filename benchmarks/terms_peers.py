"""Run by terms.py with the Python of an environment with a peer: its matcher on our names.

PYTHON terms_peers.py quickumls|medcat|edsnlp TASK.json FOUND.json FOLDER

quickumls: `pip install medspacy-quickumls` (3.2, simstring); all semantic types, other settings as
they come; POS tags it has none of, as it brings no model, and spaCy's stop words stand for NLTK's.
medcat: `pip install medcat` (2.9); names prepared by its CDBMaker, its vectors made of the texts
(counts of neighbours, projected at random), its linker trained on the texts without supervision.
edsnlp: `pip install edsnlp` (0.23), `eds.terminology` on lower case.
"""

import json
import random
import re
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any


def quickumls(names: list, texts: list, folder: Path) -> Any:
    """RETURNS (Callable): Finds extents in a text."""
    import nltk
    import spacy
    from quickumls.core import QuickUMLS
    from quickumls.install import parse_and_encode_ngrams

    words = folder / "nltk/corpora/stopwords"
    words.mkdir(parents=True, exist_ok=True)
    (words / "english").write_text("\n".join(sorted(spacy.blank("en").Defaults.stop_words)))
    nltk.data.path.insert(0, str(folder / "nltk"))
    base = folder / "base"
    base.mkdir()
    rows = ((name.lower(), id, ["T047"], 1) for id, name in names)
    parse_and_encode_ngrams(
        rows, str(base / "umls-simstring.db"), str(base / "cui-semtypes.db"), "unqlite"
    )
    (base / "lowercase.flag").touch()
    (base / "language.flag").write_text("ENG")
    (base / "database_backend.flag").write_text("unqlite")
    matcher = QuickUMLS(
        str(base), accepted_semtypes=None, spacy_component=True, overlapping_criteria="length"
    )
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    docs: dict[str, Any] = {}

    def find(text: str) -> list:
        doc = docs.pop(text, None) or nlp(text)
        return [[row[0]["start"], row[0]["end"]] for row in matcher._match(doc)]

    find.prepare = lambda: docs.update((text, nlp(text)) for text in texts)  # type: ignore[attr-defined]
    return find


def medcat(names: list, texts: list, folder: Path) -> Any:
    """RETURNS (Callable): Finds extents in a text."""
    import numpy
    import pandas
    from medcat.cat import CAT
    from medcat.config import Config
    from medcat.model_creation.cdb_maker import CDBMaker
    from medcat.vocab import Vocab

    config = Config()
    frame = pandas.DataFrame([{"cui": id, "name": name} for id, name in names])
    cdb = CDBMaker(config).prepare_csvs([frame])
    vocab, rng = Vocab(), numpy.random.default_rng(0)
    sentences = [re.findall(r"\w+", text.lower()) for text in texts]
    own = defaultdict(lambda: rng.choice((-1.0, 1.0), 300))
    sums: dict[str, Any] = defaultdict(lambda: numpy.zeros(300))
    counts: dict[str, int] = defaultdict(int)
    for words in sentences:
        for i, word in enumerate(words):
            counts[word] += 1
            for other in words[max(0, i - 5) : i] + words[i + 1 : i + 6]:
                sums[word] += own[other]
    for word, total in sums.items():
        vocab.add_word(word, cnt=counts[word], vec=total / (numpy.linalg.norm(total) + 1e-9))
    vocab.init_cumsums()
    cat = CAT(cdb, vocab, config)
    cat.trainer.train_unsupervised(texts)
    return lambda text: [
        [e["start"], e["end"]] for e in cat.get_entities(text)["entities"].values()
    ]


def edsnlp(names: list, texts: list, folder: Path) -> Any:
    """RETURNS (Callable): Finds extents in a text."""
    import edsnlp as library

    nlp = library.blank("eds")
    terms = defaultdict(list)
    for id, name in names:
        terms[id].append(name)
    nlp.add_pipe("eds.terminology", config={"label": "NAME", "terms": dict(terms), "attr": "LOWER"})
    return lambda text: [[ent.start_char, ent.end_char] for ent in nlp(text).ents]


def main(name: str, source: str, target: str, folder: str) -> None:
    """Prepare, find, write."""
    random.seed(0)
    task = json.loads(Path(source).read_text(encoding="utf-8"))
    Path(folder).mkdir(parents=True, exist_ok=True)
    start = time.process_time()
    find = globals()[name](task["names"], task["texts"], Path(folder))
    loaded = time.process_time() - start
    getattr(find, "prepare", lambda: None)()
    start = time.process_time()
    found = [find(text) for text in task["texts"]]
    seconds = {"load": loaded, "find": time.process_time() - start}
    status = Path("/proc/self/status").read_text()
    resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 2**20  # type: ignore[index]
    done = {"found": found, "seconds": seconds, "resident": resident}
    Path(target).write_text(json.dumps(done), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
