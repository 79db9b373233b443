"""Pages of notes: what they hold, what they never load, how long they take."""

import re
from dataclasses import replace

import pytest
import spacy
from spacy.tokens import Doc

from spacy_clinical.docs import Assertion, set_assertions, to_doc
from spacy_clinical.errors import ViewerError
from spacy_clinical.records import Attribute, Entity, Record, Relation
from spacy_clinical.viewer import display, render

from ..growth import growth
from .long_note import make_long_note

BLANK = spacy.blank("en")
TEXT = 'No fever <script>alert(1)</script> & aspirin.\nSecond line "quoted".'
NOTE = Record(
    '<b>id"',
    TEXT,
    (
        Entity("T1", "SIGN", ((3, 8),), 'C"1<', 0.75),
        Entity("T2", "<i>", ((37, 44),)),
    ),
    (Relation("T2", "T1", "TREATS<", 0.5),),
    (Attribute("T1", "assertion", "absent"), Attribute("T2", "trend", "up<")),
)


def body(page: str) -> str:
    return page[page.index("<body>") : page.index("<script>")]


def visible_text(page: str) -> list[str]:
    """The text of each line of the notes, tags taken out."""
    from html import unescape

    lines = re.findall(r'<div class="line.*?">(.*?)</div>', page, flags=re.S)
    return [unescape(re.sub(r"<[^>]*>", "", line)) for line in lines]


def test_text_is_escaped_and_whole() -> None:
    page = render([NOTE])
    assert page.count("<script>") == 1
    assert "<i>" not in body(page).replace("<i>0.50</i>", "")
    assert "<b>id" not in page
    assert visible_text(page) == TEXT.split("\n")


def test_what_is_said() -> None:
    page = render([NOTE])
    assert 'data-tag="SIGN · absent"' in page
    assert 'aria-label="SIGN · score 0.75 · absent · C&#34;1&lt;"' in page
    assert 'data-tag="&lt;i&gt; · trend up&lt;"' in page
    assert "a-absent" in body(page).split("<main>")[1]
    assert re.search(r"<span>aspirin</span> <b>TREATS&lt;</b> <span>fever</span> <i>0.50</i>", page)


def test_all_that_holds_is_shown() -> None:
    both = tuple(Attribute("T1", "assertion", value) for value in ("absent", "family"))
    page = render([replace(NOTE, attributes=both)])
    assert 'data-tag="SIGN · absent · family"' in page
    marked = re.search(r'class="([^"]*)"[^>]*data-tag="SIGN', page)
    assert marked and {"a-absent", "a-family"} <= set(marked[1].split())


def test_scores_of_assertions_come_from_docs() -> None:
    doc = to_doc(replace(NOTE, entities=NOTE.entities[:1], relations=(), attributes=()), BLANK)
    set_assertions(doc, [[Assertion("assertion", "possible", 0.625)]])
    assert "SIGN · score 0.75 · possible 0.62" in render([doc])


def test_lost_mentions_are_shown() -> None:
    """What the tokenisation can't hold still stands in the text."""
    record = Record("a", "aspirin", (Entity("T1", "DRUG", ((0, 3),)),))
    assert ">asp</span>" in render([to_doc(record, BLANK)])


def test_docs_of_other_pipelines() -> None:
    doc = BLANK("Aspirin helps.")
    doc.ents = [doc.char_span(0, 7, label="DRUG")]
    assert 'data-tag="DRUG"' in render([doc])
    assert visible_text(render([Doc(BLANK.vocab)])) == [""]


@pytest.mark.parametrize("notes", [[NOTE], [NOTE, NOTE], [make_long_note()], []])
def test_nothing_is_loaded(notes: list[Record]) -> None:
    page = render(notes, gold=notes)
    assert not re.search(r'(?:src|href)="(?!#|data:,)', page)
    assert not re.search(r"@import|url\(", page)
    addresses = set(re.findall(r"https?://[\w./]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, not a place
    assert "default-src 'none'" in page
    assert "This page holds the text of patient notes" in page


def test_ids_are_unique() -> None:
    page = render([make_long_note(), NOTE], gold=[make_long_note(), NOTE])
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 800
    assert {x for pair in re.findall(r'data-h="(\w+)" data-t="(\w+)"', page) for x in pair} <= set(
        ids
    )


def test_gold_beside_predicted() -> None:
    """fever: right, but its assertion isn't; aspirin: other borders; a spurious one and no
    relation."""
    found = Record(
        "",
        TEXT,
        (
            Entity("a", "SIGN", ((3, 8),)),
            Entity("b", "<i>", ((35, 44),)),
            Entity("c", "SIGN", ((46, 52),)),
        ),
    )
    page = render([found], gold=[NOTE])
    assert page.count("✗ border") == 2
    assert page.count("✗ assertion") == 2
    assert page.count("✗ spurious") == 1
    assert page.count("<em>✗ missed</em>") == 1
    assert visible_text(page) == [line for line in TEXT.split("\n") for _ in "gp"]
    same = render([NOTE], gold=[NOTE])
    assert "✗" not in same


@pytest.mark.parametrize(
    ("gold", "code"), [([], "SC701"), ([replace(NOTE, text=TEXT + " ")], "SC702")]
)
def test_notes_that_dont_fit(gold: list[Record], code: str) -> None:
    with pytest.raises(ViewerError, match=code) as caught:
        render([NOTE], gold=gold)
    assert "fever" not in str(caught.value)


def test_a_long_note_is_quick() -> None:
    """Time grows as the note does."""
    render([NOTE])  # compiles the template

    def make(words: int) -> Record:
        return make_long_note(words, words * 2 // 15, words // 10)

    assert growth(make, lambda note: render([note], gold=[note]), 1500) < 7
    note = make_long_note()
    page = render([note], gold=[note])
    assert page.count('class="tag') == 2 * (400 + 20)


def test_notebook() -> None:
    shown = display(NOTE, height=300)
    frame = shown._repr_html_()
    assert frame.count("<iframe") == 1
    assert "height:300px" in frame
    assert 'sandbox="allow-scripts"' in frame
    inside = re.search(r'srcdoc="([^"]*)"', frame)
    assert inside
    from html import unescape

    assert unescape(inside.group(1)) == shown.html == render([NOTE])
    assert display([NOTE], gold=NOTE).html == render([NOTE], gold=[NOTE])
