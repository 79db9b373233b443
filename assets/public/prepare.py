"""Public corpora into the parts of one training, each with what its annotators looked for.

    python assets/public/prepare.py corpus/public bc5cdr=FOLDER ncbi=FOLDER biored=FOLDER \
        maccrobat=FOLDER

Writes train/NAME.spacy and dev/NAME.spacy for each. Labels become those of labels.tsv; a corpus
knows the labels of mentions and relations that its training part has, and no assertions but
MACCROBAT's POLARITY. MACCROBAT's folder is what assets/split_maccrobat.py wrote; dev is its test.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from spacy_clinical.corpus.corpus_files import read_corpus
from spacy_clinical.docs import Annotated, get_concept_relations, get_relation_rows, restrict
from spacy_clinical.files import new_file
from spacy_clinical.formats import Reject
from spacy_clinical.formats.rejected_documents import describe
from spacy_clinical.tokenizer import make_tokenizer
from spacy_clinical.tsv import read_rows

LABELS = Path(__file__).with_name("labels.tsv")
PARTS = ("train", "dev")
FILES = {
    "bc5cdr": ("CDR_TrainingSet.PubTator.txt", "CDR_DevelopmentSet.PubTator.txt"),
    "ncbi": ("NCBItrainset_corpus.txt", "NCBIdevelopset_corpus.txt"),
    "biored": ("Train.PubTator", "Dev.PubTator"),
    "maccrobat": ("train.jsonl", "test.jsonl"),
}
WITH_ASSERTIONS = ("maccrobat",)


def prepare(name: str, folder: Path, target: Path, nlp: Language) -> None:
    """Write both parts of a corpus.

    name (str): Of FILES.
    folder (Path): Where its files are.
    target (Path): The folder with folders of both parts.
    nlp (Language): Its tokenizer cuts the texts.
    """
    rejects: list[Reject] = []  # NCBI Disease has a document whose mention isn't its text
    train, dev = (list(read_corpus(folder / file, nlp, rejects)) for file in FILES[name])
    if rejects:
        print(f"Set aside: {describe(rejects)}")
    own = (row[1:] for row in read_rows(LABELS) if row[0] == name)
    annotated = looked_for(train, dict(own), assertions=name in WITH_ASSERTIONS)
    for part, docs in zip(PARTS, (train, dev), strict=True):
        for doc in docs:
            restrict(doc, annotated)
        with new_file(target / part / f"{name}.spacy") as file:
            file.write(DocBin(docs=docs, store_user_data=True).to_bytes())
        print(f"{name}, {part}: {len(docs)} documents")


def looked_for(docs: list[Doc], rename: Mapping[str, str], *, assertions: bool) -> Annotated:
    """What the annotators of a corpus looked for, by its training part.

    docs (list[Doc]): The part.
    rename (Mapping[str, str]): Its labels to those of the training.
    assertions (bool): Whether they looked for assertions.
    RETURNS (Annotated): All labels that there are.
    """
    labels = {
        rename.get(span.label_, span.label_) for doc in docs for span in doc.spans["clinical"]
    }
    relations = {row[2] for doc in docs for row in get_relation_rows(doc)}
    relations |= {found.label for doc in docs for found in get_concept_relations(doc)}
    return Annotated(
        rename, sorted(labels), bool(relations), sorted(relations), assertions=assertions
    )


def main(target: Path, folders: Mapping[str, Path]) -> None:
    """Prepare all corpora.

    target (Path): The folder that the parts go to; made if need be.
    folders (Mapping[str, Path]): Name to folder.
    """
    for part in PARTS:
        (target / part).mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("en")
    nlp.tokenizer = make_tokenizer()(nlp)
    for name, folder in folders.items():
        if name not in FILES or not folder.is_dir():
            raise SystemExit(f"'{name}={folder}': one of {', '.join(FILES)}, and its folder.")
        prepare(name, folder, target, nlp)


if __name__ == "__main__":
    pairs = (argument.partition("=") for argument in sys.argv[2:])
    main(Path(sys.argv[1]), {name: Path(folder) for name, _, folder in pairs})
