#!/usr/bin/env bash
# Doses, ages and temperatures in words, as they are dictated: "dos y medio mg", "tres y medio años",
# "deux et demi milligrammes", 三十八度五 (38.5 degrees).
#
# Guess: "dos y medio" is 2.5, "dois e meio" 2.5, "deux et demi" 2.5, "tres y tres cuartos" 3.75, as they
#   are in English; 三十八度五 is 38.5, 三岁半 three years and a half.
# Behaviour: in English they are; in Spanish, Portuguese and French the whole is counted among the parts: two
#   and a half milligrams are two halves, 1, three and a half years 1.5, and "tres y tres cuartos" is six
#   quarters, 1.5. A Chinese fever of 38.5 is 38, a child of three and a half is three. What was found is
#   said to be the whole phrase, but in Chinese without its half. Nothing warns.
# Version: recognizers-text-number and recognizers-text-number-with-unit 1.0.2a2, the newest, with
#   recognizers-text 1.0.2a2; emoji 1.7.0, since with 2 they can't be imported.
# Source: recognizers_number/number/parsers.py, _frac_like_number_parse: (whole + numerator) / denominator
#   wherever no separator with words behind it is found; resources/spanish_numeric.py: "con" is one,
#   portuguese_numeric.py: "com", french_numeric.py: "et", with nothing between it and "demi".
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet recognizers-text==1.0.2a2 recognizers-text-number==1.0.2a2 recognizers-text-number-with-unit==1.0.2a2 emoji==1.7.0

seen=$(cat <<'SEEN'
English, two and a half milligrams: two and a half milligrams = 2.5 Milligram
Spanish, dos y medio miligramos: dos y medio miligramos = 1 Miligramo
Portuguese, dois e meio miligramas: dois e meio miligramas = 1 Miligrama
French, deux et demi milligrammes: deux et demi milligrammes = 1 Milligramme
English, three and three quarters: three and three quarters = 3.75
Spanish, tres y tres cuartos: tres y tres cuartos = 1,5
Spanish, uno y medio: uno y medio = 0,5
English, two and a half years old: two and a half years old = 2.5 Year
Spanish, tres y medio años: tres y medio años = 1,5 Año
Chinese, 三岁半: 三岁 = 3 Year
Chinese, 三十八点五度: 三十八点五度 = 38.5 Degree
Chinese, 三十八度五: 三十八度 = 38 Degree
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
from recognizers_number import Culture, recognize_number
from recognizers_number_with_unit import recognize_age, recognize_dimension, recognize_temperature


def show(recognize, language, text):
    found = recognize(text, getattr(Culture, language))
    said = "; ".join(
        f"{one.text} = {one.resolution['value']} {one.resolution.get('unit', '')}".strip() for one in found
    )
    print(f"{language}, {text}: {said}")


show(recognize_dimension, "English", "two and a half milligrams")
show(recognize_dimension, "Spanish", "dos y medio miligramos")
show(recognize_dimension, "Portuguese", "dois e meio miligramas")
show(recognize_dimension, "French", "deux et demi milligrammes")
show(recognize_number, "English", "three and three quarters")
show(recognize_number, "Spanish", "tres y tres cuartos")
show(recognize_number, "Spanish", "uno y medio")
show(recognize_age, "English", "two and a half years old")
show(recognize_age, "Spanish", "tres y medio años")
show(recognize_age, "Chinese", "三岁半")
show(recognize_temperature, "Chinese", "三十八点五度")
show(recognize_temperature, "Chinese", "三十八度五")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: a whole and a half are other numbers than were seen" >&2
    exit 1
fi
