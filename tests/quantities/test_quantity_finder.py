"""Quantities in running text."""

import time

import pytest

from spacy_clinical.quantities import COMMA, find_quantities, parse_quantity

from .said import wide

NOTE = (
    "Pt is a 58-year-old man, BP 168/94, HR 102 bpm, T 38.9 C, SpO2 91% on 4 L NC.\n"
    "WBC 14.2 K/uL (H), K 3.1 mmol/L (L), creatinine 1.30 mg/dL [0.6-1.2], troponin <0.01 ng/mL. "
    "CT of 12/05/2019: 2.3 x 1.9 cm nodule at L4-5, ANA 1:640, 2+ edema; call 555-0137 ext 12. "
    "Metformin 500 mg BID x 10 days, room 412, ICD-10 code E11.9, vitamin B12 250 mcg."
)
FOUND = [
    ("58-year-old", "58 a"),
    ("168/94", "168,94 None"),
    ("102 bpm", "102 /min"),
    ("38.9 C", "38.9 Cel"),
    ("91% on 4 L NC", "91 %"),
    ("14.2 K/uL (H)", "14.2 10*3/uL"),
    ("3.1 mmol/L (L)", "3.1 mmol/L"),
    ("1.30 mg/dL [0.6-1.2]", "1.30 mg/dL"),
    ("<0.01 ng/mL", "0.01 ng/mL"),
    ("2.3 x 1.9 cm", "2.3,1.9 cm"),
    ("1:640", "1,640 None"),
    ("2+", "2+ None"),
    ("500 mg", "500 mg"),
    ("10 days", "10 d"),
    ("250 mcg", "250 ug"),
]


def test_quantities_of_a_note() -> None:
    found = [(NOTE[f.start : f.end], f.quantity) for f in find_quantities(NOTE)]
    shown = [
        (text, f"{q.value or ','.join(map(str, q.parts)) or q.grade} {q.unit}") for text, q in found
    ]
    assert shown == FOUND


@pytest.mark.parametrize(
    "text",
    [
        "pain 5 in left leg",
        "65F with chest pain",
        "98F admitted",
        "the 35C-spine film",
        "COVID-19 ward 5",
        "at 10:30 and 7:45",
        "discharged 3/4/2015 to 2015-06-01",
        "T4 N0 M1, L4 L5, C3 C4",
        "5-HT3 and CYP2D6",
        "take 5 a day",
        "10.0.0.1 and v2.3.1",
        "MRN 000123456",
        "1-0-1",
    ],
)
def test_what_is_no_quantity_is_not_found(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "24 H",
        "98 degrees",
        "5 MU",
        "1.2.3 mg",
        "007 mg",
        "5 mg or 10 mg",
        "1,2 mg",
        "10 to 5 mg",
        "3 x 4",
        "12:30",
        "over 3 days",
        "",
        " ",
        "mg",
        "-",
        "1/3 tablet",
        "<",
    ],
)
def test_what_may_mean_two_things_is_not_read(text: str) -> None:
    assert parse_quantity(text) is None


def test_bare_numbers_on_request() -> None:
    (found,) = find_quantities("INR was high: 4.1", bare=True)
    assert str(found.quantity.value) == "4.1"
    assert find_quantities("INR was high: 4.1") == []


@pytest.mark.parametrize(
    ("text", "value"), [("55,2 mm", "55.2"), ("1.250,50 mg", "1250.50"), ("0,100 g", "0.100")]
)
def test_decimal_comma(text: str, value: str) -> None:
    quantity = parse_quantity(text, COMMA)
    assert quantity is not None
    assert str(quantity.value) == value


@pytest.mark.parametrize("text", ["7.2 mg", "1.25,5 mg", "1,250,000 mg"])
def test_what_a_decimal_comma_does_not_allow(text: str) -> None:
    assert parse_quantity(text, COMMA) is None


@pytest.mark.parametrize(
    "piece", ["1-", "1/", "1x", "1 ", "< ", "half a ", "1:", "(", "5 mg ", "1,", "9", "+"]
)
def test_time_is_linear(piece: str) -> None:
    def spent(n: int) -> float:
        text = piece * n
        start = time.process_time()
        find_quantities(text)
        return time.process_time() - start

    spent(1_000)
    short, long = (min(spent(n) for _ in range(3)) for n in (1_000, 8_000))
    assert long < 8 * 3 * max(short, 0.002)


CHINESE = f"""患者3天前发热，体温38.5℃，病程三年余，十二小时内加重，服药半年，2009年9月3日入院，
住院十天。术后第3天血压{wide("120/80mmHg")}，阿莫西林{wide("0.5g")}，9月3日复查，一年半后约5年以上，
一日三次，二尖瓣、一秒率。"""
FOUND_CHINESE = [
    ("3天", "3 d"),
    ("38.5℃", "38.5 Cel"),
    ("三年余", "~3 a"),
    ("十二小时", "12 h"),
    ("半年", "0.5 a"),
    ("十天", "10 d"),
    (wide("120/80mmHg"), "120,80 mm[Hg]"),
    (wide("0.5g"), "0.5 g"),
    ("一年半", "1.5 a"),
    ("约5年以上", "~>=5 a"),
]


def test_quantities_of_a_chinese_note() -> None:
    """Numerals, double width, more or less; dates and ordinals are none."""
    shown = [
        (
            CHINESE[f.start : f.end],
            f"{'~' * q.approximate}{q.comparator}{q.value or ','.join(map(str, q.parts))} {q.unit}",
        )
        for f in find_quantities(CHINESE)
        for q in [f.quantity]
    ]
    assert shown == FOUND_CHINESE


@pytest.mark.parametrize(
    "text",
    [
        "2009年9月3日", "2009 年 9 月 3 日", "2009年", "二零零九年九月", "9月3号", "9 月 3 日",
        "第三天", "百日咳", "百分之五", "三分之二", "三分之一片", "5分之3", "发热三五天",
        "二三十天", "十五六天", "星期三天气", "周五天亮", "一日两次", "一天3次",
    ],
)  # fmt: skip
def test_what_is_no_chinese_quantity(text: str) -> None:
    """Dates, days of the week, parts, and numbers of which nobody knows what they are."""
    assert parse_quantity(text) is None
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("体重（千克）：60", []),
        ("III期5cm肿块", ["5cm"]),
        ("二期3cm", ["3cm"]),
        ("孕20周5cm", ["5cm"]),
        ("三天之后复查", ["三天"]),
        ("周一5mg", ["5mg"]),
        ("三周五天", ["三周五天"]),
        ("每周3天", ["3天"]),
        ("一百零五天", ["一百零五天"]),
        ("两千毫升", ["两千毫升"]),
        ("体温39度，屈曲40度", ["39度"]),
        ("体温37.8度", ["37.8度"]),
        ("近4月，4月复查", ["近4月"]),
        ("病程6月余", ["6月余"]),
        ("160万U，三万单位，5万元", ["160万U", "三万单位"]),
        ("11.2x10^9/L，N 71.5%", ["11.2x10^9/L", "71.5%"]),
        ("餐前2片半小时后", ["2片", "半小时"]),
    ],
)
def test_signs_beside_a_chinese_quantity(text: str, found: list[str]) -> None:
    assert [text[one.start : one.end] for one in find_quantities(text)] == found


def test_a_letter_of_a_word_is_no_flag() -> None:
    (sodium,) = find_quantities("Na 131 mEq/L, A1c pending")
    assert sodium.quantity.flag == ""


@pytest.mark.parametrize("text", ["rate in the 80s", "BP 140s/90s", "a man in his 70s"])
def test_decades_are_no_seconds(text: str) -> None:
    assert find_quantities(text) == []


def test_seconds() -> None:
    assert [f.quantity.unit for f in find_quantities("refill 3s, clotting time 40 s")] == ["s", "s"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CRP>50mg/L", ["> 50 mg/L"]),
        ("CRP\uff1e50mg/L", ["> 50 mg/L"]),
        ("PCT<0.05ng/ml", ["< 0.05 ng/mL"]),
        ("PLT≧100\u00d710^9/L", [">= 100 10*9/L"]),
        ("CRP大于50mg/L", ["> 50 mg/L"]),
        ("體溫大於38.5℃", ["> 38.5 Cel"]),
        ("BNP不到100pg/ml", ["< 100 pg/mL"]),
        ("肌酐未超过100μmol/L", ["<= 100 umol/L"]),
        ("Cr>1.5, K<3.5", ["> 1.5 None", "< 3.5 None"]),
        ("術後3個月", [" 3 mo"]),
        ("兩週前", [" 2 wk"]),
        ("B12 T4 C3", []),
        ("CT三次", []),
    ],
)
def test_a_sign_behind_a_name_is_kept(text: str, said: list[str]) -> None:
    """What stood behind "CRP" was 50, not more than 50."""
    found = [f.quantity for f in find_quantities(text)]
    assert [f"{q.comparator} {q.value} {q.unit}" for q in found] == said


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("3~5天", 3, 5, "d"),
        ("50\uff5e60mg/L", 50, 60, "mg/L"),
        ("95%~98%", 95, 98, "%"),
        ("3至5天", 3, 5, "d"),
        ("1到2片", 1, 2, "{tablet}"),
        ("18\u223c20次/分", 18, 20, "/min"),
    ],
)
def test_ranges_with_a_tilde(text: str, low: int, high: int, unit: str) -> None:
    """Of "3~5天" not the last five days alone, of "95%~98%" not about 98 %."""
    (found,) = find_quantities(text)
    assert (found.quantity.form, found.quantity.unit) == ("range", unit)
    assert (found.quantity.low, found.quantity.high) == (low, high)
