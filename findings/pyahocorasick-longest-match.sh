#!/usr/bin/env bash
# The longest terms of a terminology in a note.
#
# Guess: Automaton.iter_long finds the leftmost, longest terms that don't overlap, as daachorse does
#   with the same terms: a term inside of a longer one that isn't there whole is still found.
# Behaviour: where the text ends while a longer term has begun, the term inside is lost:
#   "history of asthma" has no "asthma" once "history of asthma attack" is a term too. With anything
#   behind it, even a full stop, it is found. `iter` finds it in both texts.
# Version: pyahocorasick 2.3.1; daachorse 0.5.0 finds it.
# Source: the end of the text in iter_long of pyahocorasick isn't followed along the failure links;
#   its documentation, "iter_long", promises the longest matches; open there as issue 189.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pyahocorasick==2.3.1 daachorse==0.5.0

seen=$(cat <<'SEEN'
history of asthma | iter_long [] | daachorse ['asthma'] | iter ['asthma']
history of asthma. | iter_long ['asthma'] | daachorse ['asthma'] | iter ['asthma']
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import ahocorasick
import daachorse

TERMS = ["asthma", "history of asthma attack"]
automaton = ahocorasick.Automaton()
for term in TERMS:
    automaton.add_word(term, term)
automaton.make_automaton()
peer = daachorse.CharwiseDoubleArrayAhoCorasick(
    TERMS, match_kind=daachorse.MATCH_KIND_LEFTMOST_LONGEST
)
for note in ("history of asthma", "history of asthma."):
    longest = [term for _, term in automaton.iter_long(note)]
    every = [term for _, term in automaton.iter(note)]
    by_peer = [TERMS[number] for *_, number in peer.find(note)]
    print(note, "| iter_long", longest, "| daachorse", by_peer, "| iter", every)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: the longest matches are others than were seen" >&2
    exit 1
fi
