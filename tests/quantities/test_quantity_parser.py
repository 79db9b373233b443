"""Two hundred clinical values that we wrote before the parser: a hundred were looked at while it
was written, a hundred weren't."""

import pytest

from spacy_clinical.quantities import parse_dosage, parse_frequency, parse_quantity, timing_code

from .said import NOTES, canonical, parse, read_values, wide

HELD_RIGHT = 97  # of the hundred that no rule was changed for


@pytest.mark.parametrize(("kind", "text", "said"), read_values("tune"))
def test_value(kind: str, text: str, said: str) -> None:
    assert canonical(parse(kind, text)) == canonical(said)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [row for part in ("dev", "rounds", "rounds_held") for row in read_values(part, NOTES)],
)
def test_value_of_a_note(kind: str, text: str, said: str) -> None:
    assert canonical(parse(kind, text)) == canonical(said)


def test_values_that_no_rule_was_changed_for() -> None:
    rows = read_values("held")
    right = sum(canonical(parse(kind, text)) == canonical(said) for kind, text, said in rows)
    assert len(rows) == 100
    assert right >= HELD_RIGHT


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("每日2次", (2, "1", "d", ())),
        ("每天三次", (3, "1", "d", ())),
        ("一日三次", (3, "1", "d", ())),
        ("每8小时一次", (1, "8", "h", ())),
        ("每12小时1次", (1, "12", "h", ())),
        ("日三次", (3, "1", "d", ())),
        ("每周一次", (1, "1", "wk", ())),
        ("隔日1次", (1, "2", "d", ())),
        (f"{wide('2')}周1次", (1, "2", "wk", ())),
        ("睡前", (1, "1", "d", ("HS",))),
        ("3次/日", (3, "1", "d", ())),
        ("每日兩次", (2, "1", "d", ())),
        ("每12小時1次", (1, "12", "h", ())),
        (f"{wide('2')}次\uff0f周", (2, "1", "wk", ())),
        ("每天早晨", (1, "1", "d", ("MORN",))),
        ("qn", (1, "1", "d", ("NIGHT",))),
        ("每28天1次", (1, "28", "d", ())),
        ("早晚各一次", (2, "1", "d", ("MORN", "EVE"))),
        ("每日一次，晨服", (1, "1", "d", ("MORN",))),
        ("每晚睡前", (1, "1", "d", ("HS",))),
        ("every night at bedtime", (1, "1", "d", ("HS",))),
        ("qhs nightly", (1, "1", "d", ("HS",))),
        ("every morning before breakfast", (1, "1", "d", ("ACM",))),
        ("every morning and at bedtime", (2, "1", "d", ("MORN", "HS"))),
        ("in the morning, at bedtime", (2, "1", "d", ("MORN", "HS"))),
    ],
)
def test_times_of_day_and_chinese_frequencies(
    text: str, code: tuple[int, str, str, tuple[str, ...]]
) -> None:
    timing = parse_frequency(text)
    assert timing is not None
    assert (timing.frequency, str(timing.period), timing.period_unit, timing.when) == code


@pytest.mark.parametrize(
    ("text", "dose", "code"),
    [
        ("0.5g tid", "0.5 g", "TID"),
        (f"{wide('0.5g')} 口服 每日{wide('3')}次", "0.5 g", "TID"),
        ("每次1片，每日两次", "1 {tablet}", "BID"),
        ("静滴 2g q12h", "2 g", ""),
        ("半片 每晚", "0.5 {tablet}", ""),
        ("一次2片，一日3次", "2 {tablet}", "TID"),
        ("2喷 bid", "2 {puff}", "BID"),
        ("两粒半，一日二次", "2.5 {capsule}", "BID"),
        ("40万单位，每日2次，肌注", "400000 U", "BID"),
        ("每次15ml，一日3次，餐后服用", "15 mL", ""),
    ],
)
def test_chinese_dosages(text: str, dose: str, code: str) -> None:
    found = parse_dosage(text)
    assert found is not None and found.dose is not None
    assert f"{found.dose.value} {found.dose.unit}" == dose
    assert not code or timing_code(found.timing) == code


@pytest.mark.parametrize(
    ("text", "grade", "flag"),
    [
        ("15.2↑", "", "H"),
        ("3↓", "", "L"),
        ("5.6 mmol/L (↑↑)", "", "H"),
        ("（++）", "2+", ""),
        ("(-)", "negative", ""),
        ("（+）", "positive", ""),
        ("弱", None, None),
        ("(+-)", None, None),
        ("(+++++)", None, None),
        ("(+", None, None),
    ],
)
def test_signs_for_grades_and_flags(text: str, grade: str | None, flag: str | None) -> None:
    found = parse_quantity(text)
    assert (found and found.grade, found and found.flag) == (grade, flag)


@pytest.mark.parametrize("text", ["每日0次", "每0天1次", "三五天一次", "每次"])
def test_what_is_no_chinese_frequency(text: str) -> None:
    assert parse_frequency(text) is None


def test_the_two_drugs_of_a_tablet_are_no_range_of_doses() -> None:
    assert parse_dosage("5-325 mg q6h") is None
    titrated = parse_dosage("2-20 mcg/min")
    assert titrated is not None and titrated.rate is not None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("each Tuesday and Friday", ("tue", "fri")),
        ("on Mon, Thurs & Sat", ("mon", "thu", "sat")),
        ("Wednesdays", ("wed",)),
        ("on sun", None),
        ("weekly on sun", ("sun",)),
        ("Mon-Thu", None),
        ("sat", None),
        ("Monday and Monday", None),
    ],
)
def test_weekdays(text: str, days: tuple[str, ...] | None) -> None:
    timing = parse_frequency(text)
    assert (timing and timing.days) == days


def test_frequencies_in_capitals() -> None:
    assert parse_frequency("Q6-8H") == parse_frequency("q6-8h") != None  # noqa: E711


@pytest.mark.parametrize(
    ("text", "bounds", "count"),
    [
        ("75mg qd 连服5天", "5 d", None),
        ("2片 bid，共2周", "2 wk", None),
        ("1g q12h 疗程为14天", "14 d", None),
        ("10mg 肌注 共2次", None, 2),
    ],
)
def test_how_long_in_chinese(text: str, bounds: str | None, count: int | None) -> None:
    found = parse_dosage(text)
    assert found is not None and found.timing is not None
    own = found.timing.bounds
    assert (f"{own.value} {own.unit}" if own else None, found.timing.count) == (bounds, count)


@pytest.mark.parametrize("text", ["5mg qd 共3", "5mg qd 疗程", "2片半小时"])
def test_what_is_no_length_of_time(text: str) -> None:
    assert parse_dosage(text) is None


@pytest.mark.parametrize(("text", "most"), [("每日2~3次", 3), ("每天3到4次", 4), ("2-3次/日", 3)])
def test_as_often_as(text: str, most: int) -> None:
    timing = parse_frequency(text)
    assert timing is not None
    assert (timing.frequency, timing.frequency_max, timing.period_unit) == (most - 1, most, "d")


@pytest.mark.parametrize(
    ("text", "route"),
    [("1.0g ivgtt q12h", "IV"), ("1袋 3次/日 冲服", "PO"), ("60mg 静脉输注 qd", "IV")],
)
def test_chinese_routes(text: str, route: str) -> None:
    dosage = parse_dosage(text)
    assert dosage is not None
    assert dosage.route == route
