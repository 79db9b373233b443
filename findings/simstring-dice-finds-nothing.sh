#!/usr/bin/env bash
# Approximate lookup of terms by their Dice similarity, one of the measures of QuickUMLS.
#
# Guess: a search gives all terms that are at least as similar as asked for; the README says "100%
#   exact retrieval". A term that is in the database is found by itself at any threshold: its
#   similarity to itself is 1.
# Behaviour: with DiceMeasure none of five terms finds itself at 0.7, and nothing else either; with
#   Jaccard and Cosine all five do. Nothing is raised: a diagnosis that isn't found looks like one
#   that the terminology doesn't have.
# Version: simstring-fast 0.6.0; simstring-pure 1.0.0 has the same line.
# Source: simstring/measure/dice.py, DiceMeasure.minimum_common_feature_count: half the threshold
#   times the *product* of the two sizes; Okazaki and Tsujii 2010 (COLING, C10-1096), table 1: times
#   their sum. searcher.py then wants more common n-grams than the term has.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet simstring-fast==0.6.0

seen=$(cat <<'SEEN'
CosineMeasure: 5 of 5 terms find themselves; hypertension finds ['hypertension', 'hypotension']
JaccardMeasure: 5 of 5 terms find themselves; hypertension finds ['hypertension']
DiceMeasure: 0 of 5 terms find themselves; hypertension finds []
by hand: Dice of hypertension and hypotension is 0.80
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from simstring.database.dict import DictDatabase
from simstring.feature_extractor.character_ngram import CharacterNgramFeatureExtractor
from simstring.measure.cosine import CosineMeasure
from simstring.measure.dice import DiceMeasure
from simstring.measure.jaccard import JaccardMeasure
from simstring.searcher import Searcher

TERMS = ["hypertension", "hypotension", "heart failure", "congestive heart failure", "MI"]
pairs_of = CharacterNgramFeatureExtractor(2)
database = DictDatabase(pairs_of)
for term in TERMS:
    database.add(term)
for measure in (CosineMeasure, JaccardMeasure, DiceMeasure):
    find = Searcher(database, measure()).search
    own = sum(term in find(term, 0.7) for term in TERMS)
    found = sorted(find("hypertension", 0.7))
    print(f"{measure.__name__}: {own} of 5 terms find themselves; hypertension finds {found}")
one, other = (set(pairs_of.features(term)) for term in TERMS[:2])
dice = 2 * len(one & other) / (len(one) + len(other))
print(f"by hand: Dice of hypertension and hypotension is {dice:.2f}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: simstring finds other terms by Dice than was seen" >&2
    exit 1
fi
