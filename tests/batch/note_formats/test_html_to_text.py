"""HTML as text: what a browser shows, a line a block."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.batch.note_formats.html_to_text import html_to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>No\n   fever.</p><p>Pulse&nbsp;80 &lt; 90</p>", "No fever.\nPulse 80 < 90"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>rash<li>cough</ul>", "- rash\n- cough"),
        ("<table><tr><th>Test<th>Value<tr><td>Na</td><td>140</td></tr></table>",
         "Test | Value\nNa | 140"),
        ("<table><tr><td>a<p>b</p></td><td></td><td>c</td></tr></table>", "a b | | c"),
        ("<table><tr><td>x<table><tr><td>1<td>2<tr><td>3</table>y</td><td>z</td></tr></table>",
         "x 1 | 2 3 y | z"),
        ("on <del>aspirin</del><ins>warfarin</ins>", "on warfarin"),
        ("<style>p {}</style><script>if (a < b) x()</script>seen<!-- not seen -->", "seen"),
        ('a<span style="Display: none">b<span>c</span></span>d<i hidden>e</i>f', "adf"),
        ("<pre>BP   120/80\n  T   37\n</pre>end", "BP   120/80\n  T   37\nend"),
        ("<head><title>Letter</title></head><body>Dear", "Dear"),
        ("<title>never closed<body>text", "text"),
        ("a<img hidden src=x>b", "ab"),
        ("<p>-</p><p> </p><p>|</p>", "-\n|"),
        ("no markup at all & more", "no markup at all & more"),
    ],
)  # fmt: skip
def test_text(source: str, text: str) -> None:
    assert html_to_text(source) == text


HIDDEN = " hidden>gone<b>"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<div><p{}<p>kept</div>end", "kept\nend"),
        ("<div><p{}<ul><li>kept</ul></div>end", "- kept\nend"),
        ("<div><p{}</div>end", "end"),
        ("<p{}<table><tr><td>a<td>b</table>", "a | b"),
        ("<ul><li>a<li{}<li>b</ul>end", "- a\n- b\nend"),
        ("<ul><li{}<ul><li>inner</ul><li>b</ul>", "- b"),
        ("<ul><li>a<li{}</ul>end", "- a\nend"),
        ("<dl><dt>a<dd{}<dt>b<dd>c</dl>", "a\nb\nc"),
        ("<table><tr><td>a<td{}<td>b<tr><td>c</table>end", "a | b\nc\nend"),
        ("<table><tr><td>a<th{}<tr><td>c</table>", "a\nc"),
        ("<table><tr><td{}<table><tr><td>inner</table><td>b</table>", "b"),
        ("<table><thead><tr{}<tbody><tr><td>b</table>end", "b\nend"),
        ("<table><tbody{}<tr><td>c<tfoot><tr><td>b</table>", "b"),
        ("<table><tr><td><p{}</td><td>b</table>", "| b"),
        ("<div>a<span{}</div>end", "a\nend"),
        ("<div{}</p></td></i></ul>more</div>end", "end"),
        ("<div{}<div>more</div>more</div>end", "end"),
        ("<p>a<del>b<p>c</del>d", "a\ncd"),
        ("<select><option{}<option>b</select>", "b"),
    ],
)
def test_hidden_elements_whose_end_tags_are_left_out(source: str, text: str) -> None:
    assert html_to_text(source.format(HIDDEN)) == text


WORDS = st.lists(st.text("abc<>&\"'|-é\U0001f600", min_size=1), min_size=1, max_size=4).map(
    " ".join
)


@settings(max_examples=60)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=4), st.booleans())
def test_no_word_is_lost(rows: list[list[str]], table: bool) -> None:
    start, cell, end = (
        ("<tr>", "<td>{}</td>", "</tr>") if table else ("<div>", "<p>{}</p>", "</div>")
    )
    inner = "".join(start + "".join(cell.format(html.escape(x)) for x in row) + end for row in rows)
    text = html_to_text(f"<table>{inner}</table>" if table else inner)
    if table:
        assert text == "\n".join(" | ".join(row) for row in rows)
    else:
        assert text == "\n".join(x for row in rows for x in row)


TAGS = [
    "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<p>", "</p>", "<li>", "<pre>",
    "</pre>", "</div>", "x1 ",
]  # fmt: skip


@settings(max_examples=100)
@given(st.lists(st.sampled_from(TAGS)))
def test_unsound_markup_loses_no_word(parts: list[str]) -> None:
    assert html_to_text("".join(parts)).count("x1") == parts.count("x1 ")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("No<![foo[bar]]> rash", "No rash"),
        ("<p>No <![CDA>rash<td>x", "No rash"),
        ("a<![if !x]>b<![endif]>c", "abc"),
        ("No <![x[rash", "No <![x[rash"),
    ],
)
def test_sections_that_html_has_not_are_comments(html: str, text: str) -> None:
    assert html_to_text(html).startswith(text)
