#!/usr/bin/env bash
# Two programs that take down dictation are compared by their word errors, as usual after a normalizer has
# made one text of "five" and "5"; the sentences are of doses, lenses and findings.
#
# Guess: numbers and units survive: "cm" for "mm", a unit left out, and another number are errors; "take one
#   two times a day" and "twelve times a day" differ; a point within a number is no punctuation.
# Behaviour: -2.50 dioptres and +2.50 are the same, while "minus 2.50", rightly heard, is an error; 5 mm is 5,
#   since "mm" is taken for a hesitation, and a pressure in mm Hg is in hg; one tablet two times a day is
#   twelve times a day, "every four six hours" every 46. No error in any of them. With jiwer's own removal
#   of punctuation 2.5 mg are 25 mg, and -2.50 is 2.50. An ST segment is a saint's. Nothing warns.
# Version: whisper-normalizer 0.1.15, jiwer 4.0.0.
# Source: whisper_normalizer/english.py, EnglishTextNormalizer: its steps, written over it, name "mm" between
#   "hmm" and "mhm"; signs that aren't before a number in words fall with the symbols, and numerals in a
#   row are joined. jiwer/transforms.py, RemovePunctuation: all characters of Unicode's category P.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet whisper-normalizer==0.1.15 jiwer==4.0.0

seen=$(cat <<'SEEN'
Left lens -2.50. | Left lens +2.50. errors 0%, by jiwer alone 33%; compared: left lens 2.50 | left lens 2.50
Left lens -2.50. | Left lens 2.50. errors 0%, by jiwer alone 0%; compared: left lens 2.50 | left lens 2.50
Left lens -2.50. | Left lens minus 2.50. errors 33%, by jiwer alone 33%; compared: left lens 2.50 | left lens -2.50
Nodule of 5 mm. | Nodule of 5. errors 0%, by jiwer alone 25%; compared: nodule of 5 | nodule of 5
Nodule of 5 mm. | Nodule of 5 cm. errors 33%, by jiwer alone 25%; compared: nodule of 5 | nodule of 5 cm
Mean pressure 60 mm Hg. | Mean pressure 60 hg. errors 0%, by jiwer alone 20%; compared: mean pressure 60 hg | mean pressure 60 hg
Take one two times a day. | Take twelve times a day. errors 0%, by jiwer alone 33%; compared: take 12 times a day | take 12 times a day
One tablet every four six hours. | One tablet every 46 hours. errors 0%, by jiwer alone 33%; compared: one tablet every 46 hours | one tablet every 46 hours
Give 2.5 mg. | Give 25 mg. errors 33%, by jiwer alone 0%; compared: give 2.5 mg | give 25 mg
ST segment raised. | Saint segment raised. errors 0%, by jiwer alone 33%; compared: saint segment raised | saint segment raised
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

whisper = EnglishTextNormalizer()
plain = jiwer.Compose(
    [jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.RemoveMultipleSpaces(), jiwer.Strip()]
)
for said, heard in (
    ("Left lens -2.50.", "Left lens +2.50."),
    ("Left lens -2.50.", "Left lens 2.50."),
    ("Left lens -2.50.", "Left lens minus 2.50."),
    ("Nodule of 5 mm.", "Nodule of 5."),
    ("Nodule of 5 mm.", "Nodule of 5 cm."),
    ("Mean pressure 60 mm Hg.", "Mean pressure 60 hg."),
    ("Take one two times a day.", "Take twelve times a day."),
    ("One tablet every four six hours.", "One tablet every 46 hours."),
    ("Give 2.5 mg.", "Give 25 mg."),
    ("ST segment raised.", "Saint segment raised."),
):
    errors = [jiwer.wer(normal(said), normal(heard)) for normal in (whisper, plain)]
    print(f"{said} | {heard} errors {errors[0]:.0%}, by jiwer alone {errors[1]:.0%};", end=" ")
    print(f"compared: {whisper(said)} | {whisper(heard)}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: errors of what was heard are other ones than were seen" >&2
    exit 1
fi
