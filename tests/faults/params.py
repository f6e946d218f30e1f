"""The lines of `expected/faults.csv` about parameters: a change of the file, and the key and line that are told."""

from dataclasses import dataclass

from faults.base import PARAMS


@dataclass(frozen=True)
class ParamsCase:
    old: str
    new: str
    told: tuple[str, ...] = ()  # words of the refusal; none where the file is read
    reads: tuple[str, str] = ("", "")  # an attribute of the parameters, and its text


def _scoring(value: str) -> tuple[str, str]:
    return "editions:", f"scoring:\n  green: {value}\neditions:"


PARAMS_CASES = {
    "200": ParamsCase(*_scoring("!!python/object/apply:os.system ['true']"), ("line 9", "!!python/object/apply")),
    "202": ParamsCase("[department]}", "[department, NO]}", ("line 10", "sees[2]")),
    "203": ParamsCase('"2026"', "2026_1", ("line 1", "key cycle", "'2026_1' is not the name of its file")),
    "205": ParamsCase("organisation: Snacks", "organisation: 12:30", reads=("organisation", "12:30")),
    "206": ParamsCase("editions:", "scoring: {ambre: 0.5}\neditions:", ("line 8", "scoring.ambre", "'amber'")),
    "208": ParamsCase(*_scoring("90"), ("line 9", "scoring.green", "1.0 stands for 100 %")),
    "209": ParamsCase('"2026"', "../../../../pwned_cycle", ("line 1", "key cycle", "cannot name files")),
    "211": ParamsCase("  kpis:", "\tkpis:", ("line 6", "tab")),
    "212": ParamsCase(PARAMS, "- cycle: 2026\n", ("line 1", "not a mapping")),
    "214": ParamsCase("start: 2026-01-01", "start: 2026-12-31", ("line 3", "calendar")),
    "215": ParamsCase("sources:", 'previous_cycle: "2026"\nsources:', ("line 4", "previous_cycle")),
    "217": ParamsCase(*_scoring(".nan"), ("line 9", "not a finite number")),
    "218": ParamsCase(*_scoring(""), ("line 9", "nothing stands after the colon")),
    "220": ParamsCase("data/actuals.csv", "http://127.0.0.1:9/actuals.csv", ("line 7", "sources.actuals", "address")),
    "221": ParamsCase("data/actuals.csv", "/etc/passwd", ("line 7", "sources.actuals")),
    "226": ParamsCase("editions:", "---\neditions:", ("line 8", "second document")),
    "227": ParamsCase(
        "organisation: Snacks",
        "organisation: \"x\\\"'; import os; os.system('touch /pwned_param')#\"",
        reads=("organisation", "x\"'; import os; os.system('touch /pwned_param')#"),
    ),
    # of the same families, not on the list
    "201": ParamsCase("organisation: Snacks", "organisation: &a Snacks\ntitle: *a", ("line 2", "'&a'", "'*a'")),
    "204": ParamsCase("Snacks", "007", reads=("organisation", "007")),
    "207": ParamsCase("organisation: Snacks", "organisation: A\norganisation: B", ("line 3", "stands twice")),
    "210": ParamsCase('"2026"', "CON/2026", ("line 1", "cannot name files")),
    "213": ParamsCase("end: 2026-12-31", "end: 2027-12-31", ("line 3", "twelve whole months")),
    "216": ParamsCase("editions:", "reset: {guardrails: {max_step: -1}}\neditions:", ("line 8", "max_step")),
    "219": ParamsCase("data/actuals.csv", "../actuals.csv", ("line 7", "upwards")),
    "222": ParamsCase("data/actuals.csv", "file:///etc/passwd", ("line 7", "sources.actuals")),
    "225": ParamsCase("  kpis: data/kpis.csv\n", "", ("line 4", "source of kpis is missing")),
    "228": ParamsCase(
        "data/actuals.csv", '{path: data/actuals.csv, signs: ["-"]}', ("line 7", "signs", "part of a number")
    ),
    "229": ParamsCase(
        "data/actuals.csv", '{path: data/actuals.csv, date_format: "%d.%m"}', ("line 7", "names no year")
    ),
    "230": ParamsCase("data/actuals.csv", "{path: data/actuals.csv, negatives: red}", ("line 7", "negatives")),
}
