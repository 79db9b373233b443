"""When: expressions of notes, each read by hand from the day of the note."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.graph.time_expressions import find_times
from spacy_clinical.graph.time_spans import day_of, month_of, parse_span, shift, week_of, year_of

WIDE = "2009年9月3日".translate({0x30 + i: 0xFF10 + i for i in range(10)})
TUESDAY = date(2024, 7, 2)
CASES = [
    ("Pain since three days ago.", [("three days ago", "since", "2024-06-29")]),
    ("Pain for 5 days", [("5 days", "for", "2024-06-27")]),
    ("for the past 2 weeks", [("2 weeks", "for", "2024-06-18")]),
    ("for two months", [("two months", "for", "2024-05")]),
    ("antibiotics until Friday", [("Friday", "until", "2024-07-05")]),
    ("fell on Friday", [("Friday", "at", "2024-06-28")]),
    ("on Tuesday", [("Tuesday", "at", "2024-06-25")]),  # not the note's own day
    ("last March", [("last March", "at", "2024-03")]),
    ("in December", [("December", "at", "2023-12")]),
    ("by next month", [("next month", "by", "2024-08")]),
    ("since 2011", [("2011", "since", "2011")]),
    ("quit in 2016.", [("2016", "at", "2016")]),
    ("last week", [("last week", "at", "2024-06-24/2024-06-30")]),
    ("a year ago", [("a year ago", "at", "2023")]),
    ("yesterday and today", [("yesterday", "at", "2024-07-01"), ("today", "at", "2024-07-02")]),
    ("2024-03-05, 5 March 2024", [
        ("2024-03-05", "at", "2024-03-05"), ("5 March 2024", "at", "2024-03-05")]),
    ("Admitted on May 30, 2024 ... 7.9 on admission", [
        ("May 30, 2024", "at", "2024-05-30"), ("on admission", "at", "2024-05-30")]),
    ("Colectomy on May 31, 2024. Fever on POD 2.", [
        ("May 31, 2024", "at", "2024-05-31"), ("POD 2", "at", "2024-06-02")]),
    ("Admitted May 30, 2024. HD#3: better", [
        ("May 30, 2024", "at", "2024-05-30"), ("HD#3", "at", "2024-06-01")]),
    ("3天前出现, 2024年3月入院, 昨天", [
        ("3天前", "at", "2024-06-29"), ("2024年3月", "at", "2024-03"),
        ("昨天", "at", "2024-07-01")]),
    (f"{WIDE}行手术，9月3日复查", [
        (WIDE, "at", "2009-09-03"), ("9月3日", "at", "2023-09-03")]),
    ("二零零九年九月三日", [("二零零九年九月三日", "at", "2009-09-03")]),
    ("三年前、十二天前、半年前、半个月前", [
        ("三年前", "at", "2021"), ("十二天前", "at", "2024-06-20"),
        ("半年前", "at", "2024-01"), ("半个月前", "at", "2024-06-17")]),
    ("一年半前发现，10余年前手术", [
        ("一年半前", "at", "2023-01"), ("10余年前", "at", "2014")]),
    ("近3天发热，两周来咳嗽", [("近3天", "for", "2024-06-29"), ("两周来", "for", "2024-06-18")]),
    ("自2019年起服药，至7月5日", [
        ("2019年", "since", "2019"), ("7月5日", "until", "2024-07-05")]),
    ("去年、上个月、上周、昨晚", [
        ("去年", "at", "2023"), ("上个月", "at", "2024-06"),
        ("上周", "at", "2024-06-24/2024-06-30"), ("昨晚", "at", "2024-07-01")]),
    ("2009 年 9 月 3 日入院，9 月 3 日复查", [
        ("2009 年 9 月 3 日", "at", "2009-09-03"), ("9 月 3 日", "at", "2023-09-03")]),
    ("后天复查，前晚发热，上周出院，本周化疗", [
        ("后天", "at", "2024-07-04"), ("前晚", "at", "2024-06-30"),
        ("上周", "at", "2024-06-24/2024-06-30"), ("本周", "at", "2024-07-01/2024-07-07")]),
    ("后天性心脏病；本周期化疗；10年以上周围神经病变；术前日；术前晚", []),
    ("目前日常活动；入院前晚；胸以下周身不适；下周边；说明日期；本月经期", []),
    ("今日常规复查，上周身体不适，今日间断发热，上月经治疗好转", [
        ("今日", "at", "2024-07-02"), ("上周", "at", "2024-06-24/2024-06-30"),
        ("今日", "at", "2024-07-02"), ("上月", "at", "2024-06")]),
    ("2022.8.9查血，2023/01/15至2023/1/20住院，2021-12-01行胃镜", [
        ("2022.8.9", "at", "2022-08-09"), ("2023/01/15", "at", "2023-01-15"),
        ("2023/1/20", "until", "2023-01-20"), ("2021-12-01", "at", "2021-12-01")]),
    ("前年10月确诊，去年4月5日复查，3月下旬加重，8月初起", [
        ("前年10月", "at", "2022-10"), ("去年4月5日", "at", "2023-04-05"),
        ("3月下旬", "at", "2024-03"), ("8月初", "since", "2023-08")]),
    ("2024年6月10日入院，住院第3天发热；6月15日行胆囊切除术，术后第2天拔管", [
        ("2024年6月10日", "at", "2024-06-10"), ("住院第3天", "at", "2024-06-12"),
        ("6月15日", "at", "2024-06-15"), ("术后第2天", "at", "2024-06-17")]),
    ("入院第2天，术后3天，2024.6.31，1.2024.5，2023.5.6.7", []),
    ("已戒烟3个月，停药2周，确诊糖尿病10年。患高血压10余年，停经7周", [
        ("3个月", "since", "2024-04"), ("2周", "since", "2024-06-18"),
        ("10年", "since", "2014"), ("10余年", "since", "2014"), ("7周", "since", "2024-05-14")]),
    ("建议停药2周；暂停用药2周；停药2周后复查；患者2周；未确诊3年；患病于85年；糖尿病10年", []),
    ("口服3个月，每日2次，疗程2周，停药2周内", []),
    ("13月45日；第3天前；三五天前；百日前；每日3次", []),
    # nothing that nobody can place
    ("since childhood; POD 2; room 2010; 2 tablets; may improve; back in 3 days; 58 years", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_expressions(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = find_times(text, TUESDAY)
    assert [(text[one.start : one.end], one.role, one.span.iso) for one in found] == expected


def test_a_note_without_a_date_has_only_dates_in_full() -> None:
    found = find_times("yesterday, in March, on 2024-03-05, since 2011", None)
    assert [one.span.iso for one in found] == ["2024-03-05", "2011"]


def test_days_of_durations() -> None:
    found = find_times("for 10 days, for two weeks, for a month", TUESDAY)
    assert [one.days for one in found] == [10, 14, 30]


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
@settings(max_examples=30)
def test_iso_is_read_again(day: date) -> None:
    for span in (day_of(day), month_of(day), year_of(day.year), week_of(day)):
        assert parse_span(span.iso) == span
        assert span.first <= day <= span.last


@given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(0, 60))
@settings(max_examples=30)
def test_shift(day: date, number: int) -> None:
    assert shift(day, -number, "d").first == day - timedelta(days=number)
    assert shift(shift(day, -number, "mo").first, number, "mo") == month_of(day)


@given(st.text("0123456789 -/.agodysthreJun,", max_size=60))
@settings(max_examples=60)
def test_any_text_is_survived(text: str) -> None:
    found = find_times(text, TUESDAY)
    assert all(a.end <= b.start for a, b in pairwise(found))
