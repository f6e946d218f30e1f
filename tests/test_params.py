"""Parameters: strict, located, all mistakes at once."""

import os
from datetime import date
from pathlib import Path

import pytest

from review_kit.errors import ParamsError, UsageError
from review_kit.model.words import Audience
from review_kit.params import (
    Source,
    check_named_kpis,
    find_checkpoint,
    known_cycles,
    load_params,
    next_cycle_yaml,
)

SOUND = """\
cycle: "2025"
organisation: Snacks
calendar: {start: 2025-01-01, end: 2025-12-31}
sources:
  objectives: data/objectives.csv
  kpis: data/kpis.csv
  actuals: data/actuals.csv
"""


def write(folder: Path, text: str, name: str = "2025") -> Path:
    path = folder / "params" / f"{name}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def told(folder: Path, text: str, name: str = "2025") -> str:
    with pytest.raises(ParamsError) as caught:
        load_params(write(folder, text, name))
    return str(caught.value)


def test_defaults_are_those_of_the_design(tmp_path):
    params = load_params(write(tmp_path, SOUND))
    assert (params.scoring.profile, params.scoring.green, params.scoring.amber, params.scoring.cap) == (
        "progress",
        1.0,
        0.8,
        1.2,
    )
    assert params.scoring.min_confidence == 0.5
    assert params.signals.rules == "nhs_r"
    assert params.reset.guardrails.max_step == 0.25
    assert params.editions["analyst"].sees == tuple(Audience)
    assert params.title == "Strategy review"
    assert params.year == 2025
    assert params.file == "params/2025.yml"


def test_all_mistakes_are_told_at_once_each_with_its_line_and_key(tmp_path):
    text = SOUND + "scoring: {amber: 0.9, treshold: 0.5, green: .nan}\norganisaton: Snacks\n"
    message = told(tmp_path, text)
    assert "params/2025.yml, line 8, key scoring.treshold: there is no such key." in message
    assert "params/2025.yml, line 8, key scoring.green: '.nan' is not a finite number." in message
    assert "line 9, key organisaton: there is no such key.\nHint: did you mean 'organisation'?" in message


@pytest.mark.parametrize("text", ["2025_26", "NO", "007", "1:30", "0x1F", "~", "1e3", "2025-01-01"])
def test_plain_values_stay_the_text_that_was_written(tmp_path, text):
    params = load_params(write(tmp_path, SOUND.replace("Snacks", text)))
    assert params.organisation == text


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("1_000", "underscores are not read"),
        (".inf", "is not a finite number"),
        ("1e999", "is too large"),
        ("80%", "is not a number"),
        ("0,8", "is not a number"),
        ("\uff11", "is not a number"),
        ("", "nothing stands after the colon"),
        ("[1]", "not a list"),
        ("0x10", "is not a number"),
    ],
)
def test_a_number_that_is_not_plainly_written_is_refused(tmp_path, value, why):
    assert why in told(tmp_path, f"{SOUND}scoring:\n  amber: {value}\n")


@pytest.mark.parametrize(
    ("change", "line", "why"),
    [
        (("organisation: Snacks", "organisation: !!python/object/apply:os.system [ls]"), 2, "the tag"),
        (("organisation: Snacks", "organisation: &name Snacks"), 2, "'&name' names a part"),
        (("organisation: Snacks", "organisation: Snacks\norganisation: Other"), 3, "stands twice, first in line 2"),
        (("sources:\n", "sources:\n\tobjectives: x\n"), 5, "indented with a tab"),
        (("organisation: Snacks", "organisation: Snacks\n---\ncycle: x"), 3, "a second document starts"),
        (("calendar: {start", "calendar: [start"), 3, "cannot be read"),
    ],
)
def test_yaml_that_could_surprise_is_refused_at_its_line(tmp_path, change, line, why):
    message = told(tmp_path, SOUND.replace(*change))
    assert f"params/2025.yml, line {line}" in message
    assert why in message


def test_an_alias_is_refused_where_it_stands(tmp_path):
    text = SOUND.replace("Snacks", "&x Snacks") + "title: *x\n"
    assert "line 8: '*x' repeats another part." in told(tmp_path, text)


def test_a_top_that_is_a_list_is_refused(tmp_path):
    assert "line 1: the file is not a mapping" in told(tmp_path, "- cycle: 2025\n")


def test_an_empty_file_is_refused(tmp_path):
    assert "the file is not a mapping" in told(tmp_path, "")


def test_a_file_that_is_not_utf_8_is_refused_at_its_line(tmp_path):
    path = write(tmp_path, SOUND)
    path.write_bytes(SOUND.replace("Snacks", "S\xfcd").encode("latin-1"))
    with pytest.raises(ParamsError, match="line 2: the file is not UTF-8"):
        load_params(path)


@pytest.mark.parametrize(
    ("profile", "green", "amber", "cap", "rollup"),
    [
        ("attainment", 1.0, 0.8, 1.2, "mean"),
        ("goal_redflag", 1.0, 0.0, 2.0, "mean"),
        ("health", 0.95, 0.85, 1.0, "mean"),
        ("bands", 0.9, 0.75, 1.2, "worst"),
        ("cagr", 0.95, 0.6, 1.3, "mean"),
    ],
)
def test_a_profile_brings_the_thresholds_of_its_source_unless_others_are_written(
    tmp_path, profile, green, amber, cap, rollup
):
    scoring = load_params(write(tmp_path, f"{SOUND}scoring: {{profile: {profile}}}\n")).scoring
    assert (scoring.green, scoring.amber, scoring.cap, scoring.rollup) == (green, amber, cap, rollup)
    own = load_params(write(tmp_path, f"{SOUND}scoring: {{profile: {profile}, green: 0.99, rollup: mean}}\n")).scoring
    assert (own.green, own.amber, own.rollup) == (0.99, amber, "mean")


def test_deep_nesting_is_refused_and_not_followed(tmp_path):
    assert "nested too deep" in told(tmp_path, "cycle: " + "[" * 5000 + "]" * 5000)


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        (
            "scoring: {amber: 90, green: 100, cap: 120}",
            "key scoring.green: 100 is too large.\nHint: 1.0 stands for 100 %",
        ),
        ("scoring: {amber: 1.1}", "key scoring.green: amber 1.1, green 1 and cap 1.2 do not rise"),
        ("scoring: {min_confidence: 1.5}", "key scoring.min_confidence: 1.5 does not lie between 0 and 1."),
        ("scoring: {profile: progres}", "key scoring.profile: this is not one of"),
        ("scoring: {profile: health, cap: 0.9}", "amber 0.85, green 0.95 and cap 0.9 do not rise in this order."),
        ("scoring: {rollup: median}", "key scoring.rollup: this is not one of"),
        ("scoring: {thresholds: {bands: {green: 0.7, amber: 0.8}}}", "amber 0.8 and green 0.7 do not rise from 0"),
        ("signals: {rules: none}", "key signals.rules"),
        ("signals: {freeze: 5}", "key signals.freeze: limits cannot be frozen after 5 values."),
        ("signals: {centre: mode}", "key signals.centre: this is not one of"),
        ("signals: {rebase: [{kpi_id: a, from: 2025-04-01}]}", "line 8, key signals.rebase[1].reason"),
        (
            "signals: {rebase: [{kpi_id: a, from: 2025-04-01, reason: ' '}]}",
            "key signals.rebase[1].reason: no reason is given.\nHint: say what changed",
        ),
        (
            "signals: {rebase: [{kpi_id: a, from: spring, reason: b}]}",
            "key signals.rebase[1].from: 'spring' is not a day",
        ),
        (
            "signals: {rebase: [{kpi_id: a, from: 2025-04-01, reason: b}, {kpi_id: a, from: 2025-04-01, reason: c}]}",
            "key signals.rebase: 'a' is rebased from 2025-04-01 twice.",
        ),
        ("signals: {seasonal: {always: a, never: [a]}}", "key signals.seasonal.never: 'a' is under always and under"),
        ("brand: {colour: blue}", "key brand.colour: 'blue' is not a colour."),
        ("editions: {../x: {sees: [executive]}}", "key editions.../x: '../x' cannot name files."),
        ("editions: {board: {sees: [boss]}}", "key editions.board.sees[1]: this is not one of"),
        ("previous_cycle: ../../2024", "key previous_cycle: '../../2024' cannot name files."),
        ('previous_cycle: "2025"', "a cycle does not come before itself"),
        ("reset: {guardrails: {max_step: 0}}", "key reset.guardrails.max_step: 0 is not a share above 0."),
        ("commentary: {rests_on: {csat: high}}", "key commentary.rests_on.csat: 'high' is not a number."),
        ("risks: {bands: {high: 15}}", "key risks.bands.moderate: 5, 15 and 15 do not rise from band to band"),
        ("risks: {stale_after_days: 0}", "key risks.stale_after_days: 0 is not a number of days from 1 to 3660."),
        (
            "initiatives: {currency: euros}",
            "line 8, key initiatives.currency: 'euros' is not a currency.\nHint: write a code of ISO 4217 such as EUR",
        ),
        ("initiatives: {currency: eur}", "'eur' is not a currency.\nHint: write EUR."),
        ("initiatives: {currency: EUR m}", "'EUR m' is not a currency.\nHint: write a code"),
        ("initiatives: {currency: ABC}", "'ABC' is not a currency."),
        ("initiatives: {currency: US$}", "'US$' is not a currency."),
        ("initiatives: {currency: [EUR]}", "key initiatives.currency: one value belongs here"),
        ("commentary: [a]", "key commentary: a mapping of keys to values belongs here."),
        ("file: x", "key file: there is no such key."),
    ],
)
def test_an_impossible_value_is_told_with_its_key(tmp_path, extra, why):
    assert why in told(tmp_path, SOUND + extra + "\n")


def test_a_kpi_that_the_signals_name_and_the_cycle_does_not_have_is_told_with_its_line(tmp_path):
    text = (
        SOUND
        + """signals:
  rules: wheeler
  rebase:
    - {kpi_id: csat, from: 2025-04-01, reason: New survey}
    - {kpi_id: margn, from: 2025-04-01, reason: New price list}
  seasonal: {always: [sales], never: [margin]}
commentary:
  summary: Sales rose.
  rests_on: {csat: 82.1, nsp: "37"}
"""
    )
    path = write(tmp_path, text)
    params = load_params(path)
    assert [one.reason for one in params.signals.rebase] == ["New survey", "New price list"]
    assert params.commentary.rests_on == {"csat": "82.1", "nsp": "37"}
    check_named_kpis(params, path, {"csat", "margn", "sales", "margin", "nsp"})
    with pytest.raises(ParamsError) as error:
        check_named_kpis(params, path, {"csat", "margin", "nps"})
    assert str(error.value).splitlines() == [
        f"{path.parent.name}/{path.name}, line 12, key signals.rebase[2].kpi_id: no KPI is called 'margn'.",
        "Hint: did you mean 'margin'?",
        f"{path.parent.name}/{path.name}, line 13, key signals.seasonal.always[1]: no KPI is called 'sales'.",
        "Hint: the kpis table lists them.",
        f"{path.parent.name}/{path.name}, line 16, key commentary.rests_on.nsp: no KPI is called 'nsp'.",
        "Hint: did you mean 'nps'?",
    ]


@pytest.mark.parametrize(("written", "read"), [("CAD", "CAD"), ("$", "$"), ("€", "€"), ('""', ""), (" ", "")])
def test_the_currency_of_initiatives_is_a_code_or_a_sign_and_goes_into_the_next_cycle(tmp_path, written, read):
    params = load_params(write(tmp_path, f"{SOUND}initiatives: {{currency: {written}}}\n"))
    assert params.initiatives.currency == read
    assert ("currency" in next_cycle_yaml(params, cycle="2026", kpis="data/kpis.csv")) == bool(read)
    folder = tmp_path / "next"
    folder.mkdir()
    draft = folder / "2026.yml"
    draft.write_text(next_cycle_yaml(params, cycle="2026", kpis="data/kpis.csv"), encoding="utf-8")
    assert load_params(draft).initiatives.currency == read


def test_the_next_cycle_keeps_how_charts_are_read(tmp_path):
    said = "signals: {rules: wheeler, freeze: 12, rebase: [{kpi_id: a, from: 2025-04-01, reason: b}]}\n"
    params = load_params(write(tmp_path, SOUND + said))
    draft = next_cycle_yaml(params, cycle="2026", kpis="data/kpis.csv")
    assert load_params(write(tmp_path, draft, "2026")).signals == params.signals


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("2025-12-31", "2024-12-31"), "key calendar.start: start does not lie before end."),
        (("2025-12-31", "2025-11-30"), "key calendar.end: 2025-01-01 to 2025-11-30 is not twelve whole months."),
        (("2025-12-31", "2025-02-30"), "key calendar.end: '2025-02-30' is not a day of the calendar."),
        (
            ("start: 2025-01-01, end: 2025-12-31", "start: 2023-01-01, end: 2023-12-31"),
            "called 2025 but runs from 2023",
        ),
        (('cycle: "2025"', 'cycle: "2026"'), "'2026' is not the name of its file.\nHint: write cycle: \"2025\""),
        (('cycle: "2025"', "cycle: ../../pwned"), "'../../pwned' cannot name files."),
        (("  kpis: data/kpis.csv\n", ""), "the source of kpis is missing."),
        (("  kpis:", "  kpi:"), "key sources.kpi: there is no such table.\nHint: did you mean 'kpis'?"),
    ],
)
def test_parts_that_contradict_each_other_are_told(tmp_path, change, why):
    assert why in told(tmp_path, SOUND.replace(*change))


@pytest.mark.parametrize(
    "path", ["http://127.0.0.1:9/a.csv", "/etc/passwd", "../a.csv", "data/../../a.csv", "C:\\a.csv", "~/a.csv"]
)
def test_a_source_outside_the_workspace_is_refused(tmp_path, path):
    message = told(tmp_path, SOUND.replace("data/actuals.csv", path))
    assert "line 7, key sources.actuals: " in message


def test_a_source_that_is_a_link_out_of_the_workspace_is_refused(tmp_path):
    inside = tmp_path / "workspace"
    (inside / "data").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("x")
    (inside / "data" / "actuals.csv").symlink_to(tmp_path / "secret.csv")
    assert "leads out of the workspace" in told(inside, SOUND)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ('"data/a\\0.csv"', "leads out of the workspace"),
        ("loop/a.csv", "leads out of the workspace"),
        (f"data/{'a' * 300}.csv", "is too long for a path"),
        ("/".join(["data"] * 300), "is too long for a path"),
    ],
)
def test_a_path_that_no_file_can_have_is_one_mistake(tmp_path, path, why):
    (tmp_path / "loop").symlink_to("loop")
    assert why in told(tmp_path, SOUND.replace("data/actuals.csv", path))


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), os.mkdir])
def test_params_that_are_a_pipe_a_device_or_a_folder_are_told_and_not_waited_for(tmp_path, make):
    (tmp_path / "params").mkdir()
    make(tmp_path / "params" / "2025.yml")
    with pytest.raises(UsageError, match=r"params/2025\.yml: the file cannot be read"):
        load_params(tmp_path / "params" / "2025.yml")


def test_a_hundred_megabytes_and_thousands_of_mistakes_are_told_in_few_words(tmp_path):
    path = write(tmp_path, "")
    path.write_bytes(b"#" * 100_000_000)
    with pytest.raises(ParamsError, match="larger than 1 MB"):
        load_params(path)
    message = told(tmp_path, SOUND + "".join(f"k{number}: 1\n" for number in range(20_000)))
    assert message.count("there is no such key.") == 99
    assert message.splitlines()[0] == "params/2025.yml: there are 19,800 more mistakes."


def test_nothing_that_a_terminal_would_obey_is_repeated(tmp_path):
    message = told(tmp_path, SOUND.replace('"2025"', '"\\e[31m2025"') + '"\\e[2Jred": 1\n"\\u202e": 2\n')
    assert message.isprintable() or message.replace("\n", "").isprintable()
    assert r"key \x1b[2Jred: there is no such key." in message


def test_a_tab_is_blamed_only_where_it_stands_at_the_mistake(tmp_path):
    message = told(tmp_path, SOUND + "commentary:\n  summary: |\n    a\n    \tb\n\nscoring: {amber\n")
    assert "tab" not in message


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("date_format", '"%d.%m.%Y %Y"', "is not a date format"),
        ("columns", "{kpi_id: []}", "the list is empty"),
        ("melt", "{period: []}", "no heading is named"),
        ("melt", '{period: ["2024", {"2024": "2025"}]}', "the heading '2024' stands twice"),
        ("where", "{Region: []}", "the list is empty"),
        ("delimiter", "'\"'", "belongs to what stands in the cells"),
        ("delimiter", '"\\n"', "belongs to what stands in the cells"),
        ("decimal", '"5"', "belongs to what stands in the cells"),
        ("thousands", '"-"', "belongs to what stands in the cells"),
        ("encoding", "base64", "no encoding is called"),
        ("sheet", '"a\\u2028b"', "spans several lines"),
        ("sheet", '"a\\x9bb"', "control characters"),
    ],
)
def test_a_declaration_that_no_file_can_obey_is_refused_at_its_key(tmp_path, key, value, why):
    message = told(tmp_path, SOUND.replace("data/actuals.csv", f"{{path: data/a.csv, {key}: {value}}}"))
    assert f"line 7, key sources.actuals.{key}" in message
    assert why in message


EVERY_KEY = {  # each key of a source with a value that is not its default, beside one of three origins
    "path": "data/a.csv",
    "url": "https://example.org/a",
    "options": "env:REVIEW_STORE",
    "sql": "select * from a where b = 'x: y'",
    "connection": "env:REVIEW_DB",
    "format": "excel",
    "sheet": "Ergebnis: 2025 #1",
    "header_row": 3,
    "header_rows": 2,
    "transpose": True,
    "columns": {"kpi_id": ["Area", "No."], "status": "State"},
    "in_brackets": {"unit": "Measure"},
    "constants": {"note": "yes"},
    "values": {"status": {"P": "preliminary", "*": "actual"}},
    "melt": {"period": ["2024", {"YTD": "2025"}]},
    "missing": ["n/a", ""],
    "decimal": ",",
    "thousands": "\u00a0",
    "signs": ["%", "€"],
    "negatives": ["brackets"],
    "delimiter": "\t",
    "encoding": "cp1252",
    "date_format": "%d.%m.%Y",
    "fiscal_year": "end",
    "distinct": True,
    "where": {"Region": ["North", "007"]},
}
ORIGINS = (
    {"url", "options"},
    {"sql", "connection"},
    {"path"},
)


def test_the_draft_of_the_next_cycle_keeps_every_key_of_every_source(tmp_path):
    assert set(EVERY_KEY) == set(Source.model_fields)
    keys = set(EVERY_KEY) - {"path"}.union(*ORIGINS)
    params = load_params(write(tmp_path, SOUND))
    for origin in ORIGINS:
        told_keys = origin | (keys - {"format"} if "connection" in origin else keys)
        source = Source.model_validate({key: EVERY_KEY[key] for key in told_keys})
        assert source.model_fields_set == told_keys
        with_all = params.model_copy(update={"sources": params.sources | {"actuals": source}})
        draft = next_cycle_yaml(with_all, cycle="2026", kpis="data/kpis_2026.csv")
        assert load_params(write(tmp_path, draft, "2026")).sources["actuals"] == source


def test_a_mapping_that_names_no_column_of_ours_is_told_with_the_nearest(tmp_path):
    text = SOUND.replace(
        "data/actuals.csv", "\n    path: data/a.csv\n    columns:\n      kpi: Ref\n      vallue: Result"
    )
    message = told(tmp_path, text)
    assert "line 11, key sources.actuals.columns.vallue: actuals has no column of this name." in message
    assert "did you mean 'value'?" in message


def test_a_mapping_reads_melt_values_and_joined_columns(tmp_path):
    source = """
    path: data/a.csv
    columns: {kpi_id: [Area, No.]}
    melt: {period: ["2024", {YTD: "2025"}]}
    values: {status: {P: preliminary}}
    header_row: 3
    delimiter: tab
    distinct: true"""
    read = load_params(write(tmp_path, SOUND.replace(" data/actuals.csv", source))).sources["actuals"]
    assert read.columns["kpi_id"] == ("Area", "No.")
    assert read.melt["period"] == (("2024", "2024"), ("YTD", "2025"))
    assert (read.header_row, read.delimiter, read.distinct) == (3, "\t", True)


@pytest.mark.parametrize(
    ("cycle", "days", "year"),
    [("nyc-2023", ("2022-07-01", "2023-06-30"), 2023), ("2025_26", ("2025-04-01", "2026-03-31"), 2025)],
)
def test_the_first_four_digits_of_a_cycle_are_its_year(tmp_path, cycle, days, year):
    text = SOUND.replace('"2025"', cycle).replace("2025-01-01", days[0]).replace("2025-12-31", days[1])
    params = load_params(write(tmp_path, text, cycle))
    assert params.year == year
    assert params.twelve_months.start == date.fromisoformat(days[0])


def test_the_longest_file_name_wins_over_a_checkpoint_of_a_shorter_one(tmp_path):
    write(tmp_path, SOUND)
    write(tmp_path, SOUND.replace('"2025"', "2025-09"), "2025-09")
    write(tmp_path, "decisions: []\n", "2025.decisions")
    folder = tmp_path / "params"
    assert known_cycles(folder) == ("2025", "2025-09")
    assert find_checkpoint("2025-09", folder)[1].title == "Year 2025"
    assert find_checkpoint("2025-10", folder)[1].title == "October 2025"
    assert find_checkpoint("2025-Q3", folder)[1].as_of == date(2025, 9, 30)


@pytest.mark.parametrize("name", ["2052", "2025-Q5", "2025-13", "../2025", "2025-Q3-Q3"])
def test_a_name_that_no_cycle_has_is_refused_with_the_nearest(tmp_path, name):
    write(tmp_path, SOUND)
    with pytest.raises(UsageError, match="Hint: "):
        find_checkpoint(name, tmp_path / "params")


def test_the_draft_of_the_next_cycle_can_be_read_again_and_maps_as_before(tmp_path):
    text = SOUND.replace(
        "data/actuals.csv", '{path: data/a.csv, melt: {period: ["2024", {YTD: "2025"}]}, decimal: ","}'
    )
    params = load_params(write(tmp_path, text + "scoring: {amber: 0.7}\nbrand: {colour: '#0B5CAD'}\n"))
    draft = next_cycle_yaml(params, cycle="2026", kpis="data/kpis_2026.csv")
    again = load_params(write(tmp_path, draft, "2026"))
    assert again.calendar.end == date(2026, 12, 31)
    assert again.previous_cycle == "2025"
    assert again.sources["actuals"] == params.sources["actuals"]
    assert again.sources["kpis"].path == "data/kpis_2026.csv"
    assert (again.scoring, again.brand, again.editions) == (params.scoring, params.brand, params.editions)


def test_a_rhythm_that_is_left_out_is_not_scheduled(tmp_path):
    schedule = load_params(write(tmp_path, SOUND + "schedule: {quarterly: 15, from: 2025-04-01}\n")).schedule
    assert (schedule.monthly, schedule.quarterly, schedule.annual) == (None, 15, None)
    assert schedule.since == date(2025, 4, 1)


def test_without_the_key_every_rhythm_is_scheduled_and_none_takes_the_cycle_out(tmp_path):
    schedule = load_params(write(tmp_path, SOUND)).schedule
    assert (schedule.monthly, schedule.quarterly, schedule.annual, schedule.since) == (5, 10, 20, None)
    assert load_params(write(tmp_path, SOUND + "schedule: none\n")).schedule is None


@pytest.mark.parametrize(
    ("value", "key", "why"),
    [
        ("{}", "schedule", "no rhythm is scheduled."),
        ("{from: 2025-01-01}", "schedule", "no rhythm is scheduled."),
        ("off", "schedule", "'off' is not a schedule."),
        ("{monthly: 0}", "schedule.monthly", "0 is not a number of days from 1 to 366."),
        ("{annual: 400}", "schedule.annual", "400 is not a number of days from 1 to 366."),
        ("{annual: ten}", "schedule.annual", "'ten' is not a whole number."),
        ("{annual: 20, from: soon}", "schedule.from", "'soon' is not a day of the calendar."),
        ("{montly: 5, annual: 20}", "schedule.montly", "there is no such key.\nHint: did you mean 'monthly'?"),
        (
            "{since: 2025-01-01, annual: 20}",
            "schedule.since",
            "there is no such key.\nHint: the keys here are monthly, quarterly, annual, from.",
        ),
    ],
)
def test_a_schedule_that_cannot_be_meant_is_refused_at_its_key(tmp_path, value, key, why):
    assert f"params/2025.yml, line 8, key {key}: {why}" in told(tmp_path, f"{SOUND}schedule: {value}\n")


@pytest.mark.parametrize("text", ["env:REVIEW_ALERT", "[env:REVIEW_ALERT]", '["${REVIEW_ALERT}"]'])
def test_an_alert_is_the_name_of_a_variable(tmp_path, text):
    assert load_params(write(tmp_path, f"{SOUND}alerts: {text}\n")).alerts == ("REVIEW_ALERT",)


@pytest.mark.parametrize("text", ["https://hook/s3cr3t", "env:1s3cr3t", "s3cr3t", '"${A}s3cr3t"', '"env:"', "$s3cr3t"])
def test_an_address_in_the_params_is_refused_and_not_repeated(tmp_path, text):
    message = told(tmp_path, f"{SOUND}alerts: [env:GOOD, {text}]\n")
    assert (
        "params/2025.yml, line 8, key alerts[2]: an address for alerts is a secret and is not written here." in message
    )
    assert "s3cr3t" not in message


@pytest.mark.parametrize("schedule", ["none", "{monthly: 7, annual: 30, from: 2025-06-01}"])
def test_the_draft_of_the_next_cycle_keeps_schedule_and_alerts_and_starts_with_its_first_month(tmp_path, schedule):
    params = load_params(write(tmp_path, f"{SOUND}schedule: {schedule}\nalerts: [env:REVIEW_ALERT]\n"))
    again = load_params(write(tmp_path, next_cycle_yaml(params, cycle="2026", kpis="data/kpis_2026.csv"), "2026"))
    assert again.alerts == params.alerts
    assert again.schedule == (params.schedule.model_copy(update={"since": None}) if params.schedule else None)
