#!/usr/bin/env bash
# Chinese notes say "some" with two neighbouring numerals: 七八次, seven or eight times, 两三天, two or three
# days, 一两片, one or two tablets. Numbers of such notes are wanted in digits.
#
# Guess: such pairs stay words, or become two numbers; names of drugs and organs with a numeral in them stay
#   as they are.
# Behaviour: the pair is one number of two digits: diarrhoea seven or eight times a day is 78 times, a fever
#   of two or three days one of 23, one or two tablets are 12, three to five years 35, and a heart of class
#   two to three is of class 23. Fifteen or sixteen years stay words, with a warning; the others come
#   without one. Metformin, 二甲双胍, is 2甲双胍 for whoever searches it. By the other library a boy of fifteen
#   or sixteen is 66, and 两, two, which is a weight of 50 grams too, isn't a numeral: "1两片".
# Version: cn2an 0.5.24, chinese2digits 6.0.2.
# Source: cn2an/transform.py: what looks like a numeral goes to cn2an(..., "smart"), for which digits in a row
#   are places; its page shows that with 一二三, 123, for the mode "normal", and calls the conversion of
#   sentences experimental. GB/T 15835, read in pages that quote it: neighbouring numerals that say about
#   how many stand in characters, with nothing between them.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet cn2an==0.5.24 chinese2digits==6.0.2

seen=$(cat <<'SEEN'
腹泻七次: 腹泻7次; chinese2digits 腹泻7次
每日腹泻七八次: 每日腹泻78次; chinese2digits 每日腹泻78次
发热两三天: 发热23天; chinese2digits 发热两3天
每次一两片: 每次12片; chinese2digits 每次1两片
病程三五年: 病程35年; chinese2digits 病程35年
心功能二三级: 心功能23级; chinese2digits 心功能23级
年龄十五六岁: 年龄十五六岁, with a warning; chinese2digits 年龄66岁
口服二甲双胍: 口服2甲双胍; chinese2digits 口服2甲双胍
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import warnings

import chinese2digits
import cn2an

for text in (
    "腹泻七次",
    "每日腹泻七八次",
    "发热两三天",
    "每次一两片",
    "病程三五年",
    "心功能二三级",
    "年龄十五六岁",
    "口服二甲双胍",
):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        said = cn2an.transform(text, "cn2an")
    other = chinese2digits.takeNumberFromString(text)["replacedText"]
    print(f"{text}: {said}{', with a warning' if told else ''}; chinese2digits {other}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: numbers that say about how many are other ones than were seen" >&2
    exit 1
fi
