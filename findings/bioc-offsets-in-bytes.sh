#!/usr/bin/env bash
# Two libraries of one format: what do the offsets of BioC count?
#
# Guess: a note with a Greek letter that bioc writes is read by bconv, and the other way round, with
#   every mention where it was: both know BioC, in XML as in JSON.
# Behaviour: bconv counts bytes of UTF-8, bioc characters. bconv refuses the JSON of bioc at the first
#   mention behind the letter, whose text isn't at its bytes; bioc reads what bconv writes without a
#   word, and each mention is off by one for every such letter before it. Only a reader or writer who
#   knows of `byte_offsets` is safe.
# Version: bconv 1.2.1, bioc 2.1.
# Source: bconv/fmt/bioc.py, `byte_offsets=True` of reader and writer; bioc's annotations are slices
#   of a Python string. The BioC.dtd of Comeau et al. 2013 (Database, bat064) says "offset" and
#   leaves to the maker's key file what it counts.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet bconv==1.2.1 bioc==2.1

seen=$(cat <<'SEEN'
bioc to bconv: AssertionError
bioc to bconv in characters: ['β-blocker', 'metformin']
bconv to bioc: 'β-blocker' is at 'β-blocker;'
bconv to bioc: 'metformin' is at 'etformin '
SEEN
)
got=$(cd "$work" && venv/bin/python - <<'PYTHON'
import bconv
import bioc
from bioc import biocjson

NOTE = "Stopped β-blocker; started metformin today."


def written_by_bioc(path):
    passage = bioc.BioCPassage()
    passage.offset, passage.text = 0, NOTE
    for number, words in enumerate(("β-blocker", "metformin")):
        mention = bioc.BioCAnnotation()
        mention.id, mention.text, mention.infons = str(number), words, {"type": "Drug"}
        mention.add_location(bioc.BioCLocation(NOTE.index(words), len(words)))
        passage.add_annotation(mention)
    document, collection = bioc.BioCDocument(), bioc.BioCCollection()
    document.id = "1"
    document.add_passage(passage)
    collection.add_document(document)
    with open(path, "w", encoding="utf-8") as file:
        biocjson.dump(collection, file)


written_by_bioc("note.json")
try:
    bconv.load("note.json", fmt="bioc_json")
except AssertionError as error:
    print("bioc to bconv:", type(error).__name__)
read = bconv.load("note.json", fmt="bioc_json", byte_offsets=False)
print("bioc to bconv in characters:", [entity.text for entity in read.iter_entities()])
for passage in biocjson.loads(bconv.dumps(read, fmt="bioc_json")).documents[0].passages:
    for mention in passage.annotations:
        place = mention.total_span
        print(f"bconv to bioc: {mention.text!r} is at {NOTE[place.offset : place.end]!r}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: bconv and bioc count other units than was seen" >&2
    exit 1
fi
