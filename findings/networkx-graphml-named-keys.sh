#!/usr/bin/env bash
# A graph of laboratory results in GraphML, its keys named for people who read the file.
#
# Guess: with named_key_ids=True write_graphml writes what it writes without, under other ids; the
#   values 1, 1.5 and "1" of one attribute come back as int, float and str.
# Behaviour: the three share one id, though a key is declared for each type: the file isn't valid,
#   and read_graphml reads all values by one of the types: 1.5 as int raises ValueError. Without the
#   setting all three come back.
# Version: networkx 3.6.1.
# Source: networkx/readwrite/graphml.py, GraphMLWriter.get_key: keys are told apart by name, type and
#   scope, but the id is the name alone. GraphML Primer, "GraphML-Attributes": a key's id is of the
#   XML type ID, once in a document.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet networkx==3.6.1

seen=$(cat <<'SEEN'
named_key_ids=False: [1, 1.5, '1']
named_key_ids=True: ValueError, ids ['value', 'value', 'value']
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import io
import re

import networkx

graph = networkx.DiGraph()
for name, value in (("day 1", 1), ("day 2", 1.5), ("day 3", "1")):
    graph.add_node(name, value=value)
for named in (False, True):
    file = io.BytesIO()
    networkx.write_graphml_xml(graph, file, named_key_ids=named)
    file.seek(0)
    try:
        read = networkx.read_graphml(file)
        print(f"named_key_ids={named}:", [read.nodes[name]["value"] for name in sorted(read)])
    except ValueError as error:
        ids = re.findall(r'<key id="(\w+)"', file.getvalue().decode())
        print(f"named_key_ids={named}: {type(error).__name__}, ids {ids}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: networkx names keys of GraphML in another way than was seen" >&2
    exit 1
fi
