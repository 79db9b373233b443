#!/usr/bin/env bash
# A label with a colon as a key of a config.
#
# Guess: a table of settings by label, {"CPR:3": 0.4} as ChemProt's relations are called, comes back
#   from Config.to_str and Config.from_str as it was, or to_str refuses it.
# Behaviour: it comes back with another key and another value: {"CPR": "3 = 0.4"}. A "=" in a key
#   does the same; a key that begins with "#" or ";" is gone, as a comment. Nothing is raised.
# Version: confection 1.3.4, the configs of thinc and spaCy.
# Source: confection/_parser.py, _get_configparser: a ConfigParser of the standard library with its
#   own delimiters ("=", ":") and comment signs; values are written as JSON, keys as they are.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet confection==1.3.4

seen=$(cat <<'SEEN'
wrote {'CPR:3': 0.4} read {'CPR': '3 = 0.4'}
wrote {'dose=high': 0.4} read {'dose': 'high = 0.4'}
wrote {'#2': 0.4, 'Drug': 0.5} read {'Drug': 0.5}
wrote {'ADE-Drug': 0.4} read {'ADE-Drug': 0.4}
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from confection import Config

for thresholds in ({"CPR:3": 0.4}, {"dose=high": 0.4}, {"#2": 0.4, "Drug": 0.5}, {"ADE-Drug": 0.4}):
    text = Config({"relations": {"thresholds": thresholds}}).to_str()
    print("wrote", thresholds, "read", Config().from_str(text)["relations"]["thresholds"])
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: keys of a confection config are read in another way than was seen" >&2
    exit 1
fi
