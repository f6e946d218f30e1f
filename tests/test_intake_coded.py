"""Columns numbered once: what is found for a text holds at each of its rows, and equal numbers are equal texts."""

import numpy as np
import pandas as pd
import pytest

from review_kit.intake.coded import Coded, Groups, joined
from review_kit.intake.readers.plain import read_plain

ALL = np.ones(6, dtype=bool)


def column(*cells: str | None) -> Coded:
    return Coded.of(pd.Series(cells, dtype="str"))


def cells(coded: Coded) -> list[str | None]:
    return [None if pd.isna(cell) else cell for cell in coded.rows()]


def test_texts_are_numbered_as_they_first_appear_and_nothing_has_no_number():
    numbered = column("b", "a", None, "b", "c", "a")
    assert numbered.texts.tolist() == ["b", "a", "c"]
    assert numbered.numbers.tolist() == [0, 1, -1, 0, 2, 1]
    assert cells(numbered) == ["b", "a", None, "b", "c", "a"]
    assert numbered.given.tolist() == [True, True, False, True, True, True]
    assert (numbered.at(4), numbered.at(2)) == ("c", "")


def test_a_rule_sees_each_text_once_and_what_it_makes_equal_becomes_one():
    seen = []

    def rule(texts):
        seen.extend(texts)
        return texts.str.strip().replace("", None)

    changed = column(" a", "a", "  ", "b", " a", "b").changed(rule)
    assert seen == [" a", "a", "  ", "b"]
    assert changed.texts.tolist() == ["a", "b"]
    assert changed.numbers.tolist() == [0, 0, -1, 1, 0, 1]


def test_a_rule_that_leaves_out_all_texts_leaves_a_column_in_which_nothing_stands():
    changed = column("-", "-", "").changed(lambda texts: texts.where(texts.eq("x")))
    assert cells(changed) == [None, None, None]
    assert changed.rows().dtype == "str"


def test_what_holds_for_a_text_holds_at_its_rows_and_nowhere_else():
    numbered = column("b", "a", None, "b", "c", "a")
    assert numbered.where([True, False, False]).tolist() == [True, False, False, True, False, False]
    assert numbered.among(np.array([False, True, True, False, True, False])).tolist() == ["a", "c"]
    assert numbered.spread(pd.Series([1.5, 2.5, 3.5])).tolist()[3:] == [1.5, 3.5, 2.5]
    assert np.isnan(numbered.spread(pd.Series([1.5, 2.5, 3.5]))[2])


@pytest.mark.parametrize(("before", "texts"), [(("a", None, "b"), ["a", "b", ""]), (("a", None, ""), ["a", ""])])
def test_gaps_are_filled_with_a_text_that_may_stand_there_already(before, texts):
    filled = column(*before).filled("")
    assert filled.texts.tolist() == texts
    assert cells(filled)[1] == ""
    assert not filled.has_gaps


def test_cells_that_hardly_repeat_keep_their_rows_under_the_same_rules():
    each = Coded.each(pd.Series(["1", " 2", "1"], dtype="str"))
    assert cells(each.changed(lambda texts: texts.str.strip())) == ["1", "2", "1"]
    assert each.where(each.texts.eq("1")).tolist() == [True, False, True]
    assert each.numbered().numbers.tolist() == [0, 1, 0]
    with pytest.raises(TypeError, match="not numbered"):
        _ = each.numbers


def test_columns_side_by_side_are_joined_once_for_each_pair():
    asked = []

    def rule(side):
        asked.append(side)
        return "·".join(part for part in side if part)

    both = joined([column("x", "x", "y", "x"), column("1", "", "1", "1")], rule)
    assert asked == [("x", "1"), ("x", ""), ("y", "1")]
    assert cells(both) == ["x·1", "x", "y·1", "x·1"]


def test_rows_with_equal_texts_in_all_columns_are_one_group():
    groups = Groups.of(column("a", "a", "b", "a", None, None), column("1", "2", "1", "1", "1", "1"))
    assert groups.repeated(ALL).tolist() == [True, False, False, True, True, True]
    assert groups.first(ALL).tolist() == [0, 1, 2, 4]
    some = np.array([False, True, True, True, True, False])
    assert groups.first(some).tolist() == [1, 2, 3, 4]
    assert not groups.repeated(some).any()
    assert groups.sizes(some)[groups.codes[3]] == 1
    assert groups.holding(some)[groups.codes].tolist() == [True] * 6


def test_of_many_possible_groups_those_that_occur_are_numbered():
    ids = [f"{number}" for number in range(1000)]
    groups = Groups.of(column(*ids), column(*reversed(ids)), column(*ids))
    assert groups.count == 1000
    assert sorted(groups.codes.tolist()) == list(range(1000))


def test_a_text_has_one_number_however_far_apart_it_stands_in_a_large_file():
    lines = [f"{'early' if number < 150_000 else 'late'},{number % 7},{'x' * 60}" for number in range(200_000)]
    table = read_plain("\n".join(["when,day,note", *lines, "early,9,y"]).encode(), ",", 1)
    when, day, note = table.columns
    assert (when.texts.tolist(), note.texts.tolist()) == (["early", "late"], ["x" * 60, "y"])
    assert np.bincount(when.numbers).tolist() == [150_001, 50_000]
    assert day.texts.tolist() == ["0", "1", "2", "3", "4", "5", "6", "9"]
    assert (day.at(199_999), day.at(200_000), table.rows[-1]) == (str(199_999 % 7), "9", 200_002)


def test_a_column_that_stops_repeating_after_the_beginning_is_read_all_the_same():
    lines = [f"a,{1 if number < 300_000 else number}" for number in range(400_000)]
    table = read_plain("\n".join(["id,value", *lines]).encode(), ",", 1)
    assert list(table.columns[1])[299_998:300_002] == ["1", "1", "300000", "300001"]
    assert len(table.columns[1].numbered().texts) == 100_001


def test_bytes_that_are_no_text_are_left_to_the_careful_reader_wherever_they_stand():
    lines = b"\n".join([b"id,value", *[b"a,1"] * 400_000, b"\xfc,1"])
    assert read_plain(lines, ",", 1) is None
