"""What is to be done: which note is the first of a block, and how long it takes to tell."""

from spacy_clinical.batch.note_digests import BLOCK, Manifest
from spacy_clinical.note import Note

from ..growth import growth


def test_all_blocks_but_the_last_are_full() -> None:
    notes = [Note(str(i), "x") for i in range(2 * BLOCK + 3)]
    manifest = Manifest.read(notes)
    assert [n for n, _ in manifest.blocks] == [BLOCK, BLOCK, 3]
    firsts = [int(block[0].id) + 1 for _, block in manifest.same(notes)]
    assert [manifest.first(i) for i in range(3)] == firsts


def test_a_first_note_is_told_without_counting() -> None:
    def made(n: int) -> Manifest:
        return Manifest([(BLOCK, 1)] * n, [], "")

    def ask(manifest: Manifest) -> None:
        for block in range(len(manifest.blocks)):
            manifest.first(block)

    assert growth(made, ask, 1500) < 8
