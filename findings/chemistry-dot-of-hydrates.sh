#!/usr/bin/env bash
# Molar masses of two salts that hold water, for a dose in mmol: how much is a gram?
#
# Guess: "MgSO4.7H2O" is magnesium sulfate with seven waters, 246.47, in every library of chemical
#   formulas, or the full stop is refused; InChI's own form of morphine sulfate pentahydrate, with
#   factors before its three parts, gives 758.83 or an error.
# Behaviour: three masses for one salt, four for the other. chempy, periodictable and chemparse take
#   "4.7" for the number of oxygens and give 149.58: a gram is 6.7 mmol of magnesium instead of 4.1.
#   chemformula drops the dot: 47 oxygens, 826.33. Of morphine's salt, periodictable gives 770.80,
#   chemformula 529.67, chemparse no atoms at all. molmass and pyvalem are right. Nothing warns.
# Version: chempy 0.10.2, periodictable 2.1.0, chemparse 0.3.2, chemformula 1.5.1, molmass 2026.1.8,
#   pyvalem 3.0.2.
# Source: chempy/util/parsing.py knows ".." and a centred dot for water, periodictable/formulas.py "+":
#   their pages show these, not that one dot is taken for a decimal point; the pages of chemparse and
#   chemformula have no formula with water and a dot. InChI Technical Manual, formula layer: parts are
#   separated by dots, factors come before them.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet chempy==0.10.2 periodictable==2.1.0 chemparse==0.3.2 chemformula==1.5.1 molmass==2026.1.8 pyvalem==3.0.2

seen=$(cat <<'SEEN'
MgSO4.7H2O, 246.5
  molmass 246.5
  pyvalem 246.5
  chempy 149.6
  periodictable 149.6
  chemparse 149.6
  chemformula 826.3
2C17H19NO3.H2O4S.5H2O, 758.8
  molmass 758.8
  pyvalem 758.8
  chempy ParseException
  periodictable 770.8
  chemparse 0.0
  chemformula 529.7
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import chemparse
import chempy
import molmass
import periodictable
from chemformula import ChemFormula
from pyvalem.formula import Formula


def by_atoms(formula):
    atoms = chemparse.parse_formula(formula)
    return sum(periodictable.elements.symbol(atom).mass * n for atom, n in atoms.items())


MASSES = {
    "molmass": lambda formula: molmass.Formula(formula).mass,
    "pyvalem": lambda formula: Formula(formula).rmm,
    "chempy": lambda formula: chempy.Substance.from_formula(formula).mass,
    "periodictable": lambda formula: periodictable.formula(formula).mass,
    "chemparse": by_atoms,
    "chemformula": lambda formula: ChemFormula(formula).formula_weight,
}


def mass(library, formula):
    try:
        return round(float(MASSES[library](formula)), 1)
    except Exception as error:
        return type(error).__name__


for formula, right in {"MgSO4.7H2O": 246.5, "2C17H19NO3.H2O4S.5H2O": 758.8}.items():
    print(f"{formula}, {right}")
    for library in MASSES:
        print(" ", library, mass(library, formula))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: molar masses of hydrates are others than were seen" >&2
    exit 1
fi
