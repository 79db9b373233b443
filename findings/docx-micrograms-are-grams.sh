#!/usr/bin/env bash
# A letter of Word as text: signs that were put in by "Insert, Symbol" with the font Symbol.
#
# Guess: micro, beta and "greater or equal" are in the text that a library takes out of the file, as
#   letters or as some mark that shows that something stands there.
# Behaviour: python-docx and docx2txt leave nothing, not even a blank or a mark: 50 micrograms become
#   "50 g", a million times as much; "hold if K is at least 5.5" becomes "K  5.5", a lower limit is an
#   upper one's twin; a beta blocker is a blocker. Typed signs of the same look stay, so that one
#   letter may have both. mammoth writes all of them. Nothing warns.
# Version: python-docx 1.2.0, docx2txt 0.9, mammoth 1.13.0.
# Source: such a sign is an element w:sym with a font and a code (ECMA-376 Part 1, 17.3.3.30), no w:t;
#   docx/oxml/text/run.py, CT_R.text, and docx2txt's xml2text know w:t, tabs and breaks. Issue 948 of
#   python-docx, open since 2021.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet python-docx==1.2.0 docx2txt==0.9 mammoth==1.13.0

seen=$(cat <<'SEEN'
mammoth
  Fentanyl 50 μg i.v.; levothyroxine 75 µg.
  Hold if K ≥ 5.5 or INR ≤ 1.5.
  No β-blocker.
python-docx
  Fentanyl 50 g i.v.; levothyroxine 75 µg.
  Hold if K  5.5 or INR  1.5.
  No -blocker.
docx2txt
  Fentanyl 50 g i.v.; levothyroxine 75 µg.
  Hold if K  5.5 or INR  1.5.
  No -blocker.
SEEN
)
got=$(cd "$work" && venv/bin/python -W ignore - <<'PYTHON'
import docx
import docx2txt
import mammoth
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

# Words, and between them codes of the font Symbol, as Word writes them.
LINES = [
    ("Fentanyl 50 ", 0xF06D, "g i.v.; levothyroxine 75 µg."),
    ("Hold if K ", 0xF0B3, " 5.5 or INR ", 0xF0A3, " 1.5."),
    ("No ", 0xF062, "-blocker."),
]
letter = docx.Document()
for line in LINES:
    paragraph = letter.add_paragraph()
    for part in line:
        if isinstance(part, str):
            paragraph.add_run(part)
            continue
        sign = OxmlElement("w:sym")
        sign.set(qn("w:font"), "Symbol")
        sign.set(qn("w:char"), f"{part:04X}")
        paragraph.add_run()._r.append(sign)
letter.save("letter.docx")


def show(what, text):
    print(what)
    for line in filter(None, text.splitlines()):
        print(" ", line)


with open("letter.docx", "rb") as file:
    show("mammoth", mammoth.extract_raw_text(file).value)
show("python-docx", "\n".join(paragraph.text for paragraph in docx.Document("letter.docx").paragraphs))
show("docx2txt", docx2txt.process("letter.docx"))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: signs of the font Symbol are read in another way than was seen" >&2
    exit 1
fi
