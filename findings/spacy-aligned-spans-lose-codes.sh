#!/usr/bin/env bash
# Gold mentions with codes, aligned to a predicted document.
#
# Guess: the spans that Example.get_aligned_spans_y2x gives are the gold ones on the other Doc, with
#   their label, the code that they are linked to (kb_id) and their id; the texts and tokens are even
#   the same here.
# Behaviour: only the label comes along. kb_id and id are empty, so whatever learns or scores links
#   from aligned spans finds no mention linked. Span.as_doc and Doc.to_bytes keep both.
# Version: spaCy 3.8.18.
# Source: spacy/training/example.pyx, Example._get_aligned_spans: a new Span of the indices and the
#   label. The documentation of get_aligned_spans_y2x says that it gives aligned spans, no more.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet spacy==3.8.18

seen=$(cat <<'SEEN'
gold ('heart failure', 'CONDITION', '84114007', 'T1')
aligned ('heart failure', 'CONDITION', '', '')
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import spacy
from spacy.tokens import Span
from spacy.training import Example

nlp = spacy.blank("en")
predicted, gold = nlp("He has heart failure."), nlp("He has heart failure.")
mention = Span(gold, 2, 4, label="CONDITION", kb_id="84114007", span_id="T1")
(aligned,) = Example(predicted, gold).get_aligned_spans_y2x([mention])
for name, span in (("gold", mention), ("aligned", aligned)):
    print(name, (span.text, span.label_, span.kb_id_, span.id_))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: aligned spans carry other things than was seen" >&2
    exit 1
fi
