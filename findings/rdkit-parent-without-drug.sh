#!/usr/bin/env bash
# Salts of drugs brought to the parent, so that each salt counts for the drug that it holds.
#
# Guess: the parent of olanzapine pamoate is olanzapine, of imipramine pamoate imipramine; that of a
#   salt of lithium or iron keeps lithium or iron, or is the salt as it came.
# Behaviour: the pamoates of olanzapine (a depot), imipramine and pyrantel have one parent, pamoic acid,
#   which is no drug: three drugs are one. Hydroxyzine is found: it is larger. Lithium carbonate
#   is carbonate; the sulfates of iron, magnesium and barium are one. The pipeline of ChEMBL, which
#   has a list of acids and bases, is right in all of them.
# Version: rdkit 2026.9.1, chembl_structure_pipeline 1.2.4.
# Source: documentation of rdMolStandardize.FragmentParent: the largest fragment, which is counted by
#   atoms, hydrogens too; CleanupParameters can count others or want carbon, and none knows an acid
#   from a drug (pull request 4791 there). chembl_structure_pipeline/standardizer.py, get_parent_mol,
#   with data/salts.smi.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet rdkit==2026.9.1 chembl-structure-pipeline==1.2.4

seen=$(cat <<'SEEN'
olanzapine pamoate: rdkit pamoic acid, ChEMBL olanzapine
imipramine pamoate: rdkit pamoic acid, ChEMBL imipramine
pyrantel pamoate: rdkit pamoic acid, ChEMBL pyrantel
hydroxyzine pamoate: rdkit hydroxyzine, ChEMBL hydroxyzine
lithium carbonate: rdkit carbonate, ChEMBL lithium carbonate
iron sulfate: rdkit sulfate, ChEMBL iron sulfate
magnesium sulfate: rdkit sulfate, ChEMBL magnesium sulfate
barium sulfate: rdkit sulfate, ChEMBL barium sulfate
SEEN
)
got=$("$work/venv/bin/python" - 2>"$work/errors" <<'PYTHON'
from chembl_structure_pipeline import get_parent_mol
from rdkit import Chem
from rdkit.Chem.MolStandardize import rdMolStandardize

DRUGS = {
    "olanzapine": "CN1CCN(CC1)C1=Nc2ccccc2Nc2sc(C)cc12",
    "imipramine": "CN(C)CCCN1c2ccccc2CCc2ccccc12",
    "pyrantel": "CN1CCCN=C1C=Cc1cccs1",
    "hydroxyzine": "OCCOCCN1CCN(CC1)C(c1ccccc1)c1ccc(Cl)cc1",
}
ACIDS = {
    "pamoic acid": "OC(=O)c1cc2ccccc2c(Cc2c(O)c(cc3ccccc23)C(O)=O)c1O",
    "carbonate": "[O-]C([O-])=O",
    "sulfate": "[O-]S(=O)(=O)[O-]",
}
SALTS = {f"{drug} pamoate": f"{DRUGS[drug]}.{ACIDS['pamoic acid']}" for drug in DRUGS}
SALTS["lithium carbonate"] = f"[Li+].[Li+].{ACIDS['carbonate']}"
for metal, ion in (("iron", "[Fe+2]"), ("magnesium", "[Mg+2]"), ("barium", "[Ba+2]")):
    SALTS[f"{metal} sulfate"] = f"{ion}.{ACIDS['sulfate']}"
NAMES = {Chem.CanonSmiles(smiles): name for name, smiles in (DRUGS | ACIDS | SALTS).items()}

for name, smiles in SALTS.items():
    salt = Chem.MolFromSmiles(smiles)
    parents = rdMolStandardize.FragmentParent(salt), get_parent_mol(salt)[0]
    one, other = (NAMES[Chem.MolToSmiles(parent)] for parent in parents)
    print(f"{name}: rdkit {one}, ChEMBL {other}")
PYTHON
) || { cat "$work/errors" >&2; exit 1; }
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: salts have other parents than were seen" >&2
    exit 1
fi
