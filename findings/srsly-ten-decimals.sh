#!/usr/bin/env bash
# Probabilities in JSON of spaCy's own library.
#
# Guess: a float that srsly.json_dumps writes is the same when json_loads reads it, as with the
#   standard library, which it stands in for in `cfg` files, meta.json and JSONL.
# Behaviour: ten digits are kept after the point. A score moves, up as well as down, so that a
#   threshold taken from a score can lie above it after a save; 2e-12 becomes 0.0. Asked
#   for sorted keys, the same function writes every digit. Reading isn't exact either: the text
#   0.3 is read as 0.30000000000000004, which is what 0.1 + 0.2 makes, not 0.3.
# Version: srsly 2.5.6.
# Source: srsly/_json_api.py, json_dumps: the srsly.ujson in the package, a copy of UltraJSON before
#   2.0, whose encoder has a `double_precision`; with `sort_keys` the standard library's encoder.
#   RFC 8259, section 6, lets a writer choose, and names the precision of a double as what is good.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet srsly==2.5.6

seen=$(cat <<'SEEN'
0.3 -> 0.30000000000000004 above
0.837284624576568 -> 0.8372846246000001 above
0.837284615039825 -> 0.8372846150000001 below
2e-12 -> 0.0 below
2e-12 with sorted keys -> 2e-12
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import srsly

for score in (0.3, 0.837284624576568, 0.837284615039825, 2e-12):
    kept = srsly.json_loads(srsly.json_dumps(score))
    print(score, "->", kept, "above" if kept > score else "below" if kept < score else "same")
print(2e-12, "with sorted keys ->", srsly.json_loads(srsly.json_dumps(2e-12, sort_keys=True)))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: srsly keeps other digits of a float than was seen" >&2
    exit 1
fi
