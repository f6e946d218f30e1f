"""What the documents, the lists of packages and the contract of the layers promise about the project itself."""

import ast
import importlib.util
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from review_kit.cli import main
from review_kit.errors import ExitCode
from review_kit.params import Params, load_params
from review_kit.schema import render_contract

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCUMENTS = [
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/method.md", "docs/data-contract.md", "docs/architecture.md",
    "docs/decisions.md", "docs/performance.md", "docs/scheduling.md", "docs/proof.md", "docs/reliability.md",
    "docs/intake.md",
    "data/global_snack_retailer/README.md", "data/nyc_mmr/README.md",
    "data/canada_it_projects/README.md",
]  # fmt: skip
PINS = ("requirements.txt", "requirements-test.txt")
OF_ANOTHER_NAME = {"matplotlib-base": "matplotlib"}  # on conda-forge: the part without windows


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def split_requirement(text: str) -> tuple[str, str]:
    """Name as package indexes compare it, and what is asked of its version."""
    found = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[\w+\])?\s*(.*)", text)
    name = re.sub(r"[-_.]+", "-", found[1]).lower()
    return OF_ANOTHER_NAME.get(name, name), found[2]


def asked_for(*extras: str) -> dict[str, str]:
    """What pyproject.toml asks for."""
    wanted = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        wanted += PROJECT["project"]["optional-dependencies"][extra]
    return dict(map(split_requirement, wanted))


def pinned(name: str) -> dict[str, set[str]]:
    """The versions of each package in a list of pins; there are several where platforms or Pythons differ."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", read(name), re.MULTILINE):
        found.setdefault(split_requirement(package)[0], set()).add(version)
    return found


def version_of(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


# Packages


def test_conda_and_pip_are_asked_for_the_same_packages():
    entries = yaml.safe_load(read("environment.yml"))["dependencies"]
    conda = dict(split_requirement(entry) for entry in entries if isinstance(entry, str))
    assert conda.pop("python") == PROJECT["project"]["requires-python"]
    assert conda.pop("pip") == ""
    assert conda == asked_for()
    assert entries[-1] == {"pip": ["--editable ."]}


@pytest.mark.parametrize(("name", "extras"), [(PINS[0], ("build",)), (PINS[1], ("build", "test"))])
def test_every_package_asked_for_is_pinned_in_a_version_that_will_do(name, extras):
    pins = pinned(name)
    for package, wanted in asked_for(*extras).items():
        assert wanted.startswith(">=")
        assert all(version_of(version) >= version_of(wanted) for version in pins[package]), package


def test_what_builds_the_package_is_pinned_too():
    for requirement in PROJECT["build-system"]["requires"]:
        name, wanted = split_requirement(requirement)
        assert asked_for("build")[name] == wanted


def test_the_tests_run_on_the_versions_that_users_get():
    users, tests = map(pinned, PINS)
    assert {name: tests[name] for name in users} == users


@pytest.mark.parametrize("name", PINS)
def test_pins_have_hashes_and_name_no_place_to_fetch_from(name):
    text = read(name)
    assert "--hash=sha256:" in text
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[a-z0-9]\S*==", block) and "--hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|file:| @ ", text)


@pytest.mark.parametrize(
    ("folder", "extras"), [("review_kit", ()), ("tests", ("test",)), ("benchmarks", ("test", "bench"))]
)
def test_every_package_that_is_imported_is_asked_for(folder, extras):
    imported = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module)
    beside = {path.stem for path in (ROOT / folder).iterdir()}
    theirs = {name.split(".")[0] for name in imported} - set(sys.stdlib_module_names) - beside - {"review_kit"}
    brought = packages_distributions()
    part_of = {"pydantic_core": "pydantic"}  # pydantic pins it to the digit
    wanted = asked_for(*extras)
    missing = [
        name
        for name in sorted(theirs)
        if not {split_requirement(part_of.get(name, each))[0] for each in brought.get(name, [name])} & set(wanted)
    ]
    assert missing == []


# The house


def test_every_module_has_its_place_in_the_layers_as_the_architecture_tells_them():
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    told = re.findall(r"^\| (`.+?) \| [^|]+ \|$", read("docs/architecture.md").replace("\\|", ";"), re.MULTILINE)
    shown = [re.findall(r"`(\w+)`", row) for row in told if "/" not in row]
    assert shown == [re.split(r" \| ", layer) for layer in layers if layer != "__main__"]
    modules = {path.stem for path in (ROOT / "review_kit").glob("*.py")} - {"__init__"}
    modules |= {path.parent.name for path in (ROOT / "review_kit").glob("*/__init__.py")}
    assert modules == {name for layer in layers for name in layer.split(" | ")}


def test_checks_before_a_commit_fetch_nothing():
    hooks = yaml.safe_load(read(".pre-commit-config.yaml"))
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]
    assert {hook["language"] for hook in hooks["repos"][0]["hooks"]} == {"system"}


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_hold_no_outputs(path):
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "review_kit" / "py.typed").is_file()


# Documents


def plain_words(text: str) -> str:
    """The text without fenced blocks."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def headings_of(text: str) -> set[str]:
    """The anchors of a document's headings, as they are made on the web."""
    found = re.findall(r"^#+ (.+)$", plain_words(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_the_data_contract_is_what_the_schema_says():
    page = read("docs/data-contract.md")
    assert page[page.index("## Input tables") :] == render_contract()


def keys_of(model) -> dict[str, object]:
    """The keys of a part of the params and their defaults."""
    return {field.alias or name: field.default for name, field in model.model_fields.items() if not field.exclude}


def test_every_key_of_the_params_is_explained_with_its_default():
    head = read("docs/data-contract.md").split("## Input tables")[0]
    tables = [dict(re.findall(r"^\| `(\w+)`\*? \|([^|]*)\|", part, re.MULTILINE)) for part in re.split(r"\n\n", head)]
    whole, scoring, signals, reset, initiatives, risks, bands, schedule, source = [table for table in tables if table]
    params = load_params(ROOT / "params" / "2025.yml")
    parts = (type(params.scoring), type(params.reset), type(params.sources["kpis"]))
    assert set(schedule) == set(keys_of(type(params.schedule)))
    assert set(whole) == set(keys_of(Params))
    assert set(signals) == set(keys_of(type(params.signals)))
    told = {name: words.strip() for name, words in initiatives.items()}
    assert told.pop("currency") == "blank"
    limits = {name: float(words) for name, words in told.items()}
    assert {**limits, "currency": ""} == keys_of(type(params.initiatives))
    assert set(risks) == set(keys_of(type(params.risks)))
    assert {name: words.strip() for name, words in bands.items()} == {
        name: str(value) for name, value in keys_of(type(params.risks.bands)).items()
    }
    assert [set(table) for table in (scoring, reset, source)] == [set(keys_of(part)) for part in parts]
    assert {name: str(value) for name, value in keys_of(parts[0]).items()} == {
        name: words.strip() for name, words in scoring.items()
    }
    told = {name: words.strip(" `") for name, words in source.items()}
    for name, value in keys_of(parts[2]).items():
        if isinstance(value, str | int) and not isinstance(value, bool):
            assert told[name] == str(value)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_what_is_there(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", plain_words(read(name))):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        place = (ROOT / name).parent / path if path else ROOT / name
        assert place.exists(), target
        assert not anchor or anchor in headings_of(place.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "docs/intake.md"])  # it names files of yours
def test_paths_that_are_named_are_there(name):
    here = (ROOT, ROOT / "review_kit", (ROOT / name).parent)
    for told in re.findall(r"`([\w.\-]+(?:/[\w.\-]*)+|\w[\w-]*\.(?:csv|xlsx|yml|toml|md|ipynb|py))`", read(name)):
        made_later = told.startswith(("outputs/", "inputs/", ".")) and told != ".ci/run"
        made_later |= told.startswith("20")
        assert made_later or any((folder / told).exists() for folder in here), told


def test_what_the_method_names_stands_in_the_code():
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "review_kit").rglob("*.py"))
    source += read("params/2025.yml")
    for told in re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)`", read("docs/method.md")):
        for word in told.removesuffix(".py").split("."):
            assert re.search(rf"\b{word}\b", source), told


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "CHANGELOG.md"])
def test_commands_that_are_named_are_there(name):
    text = read(name)
    code = "\n".join(re.findall(r"^ *```.*?^ *```", text, re.MULTILINE | re.DOTALL) + re.findall(r"`[^`\n]+`", text))
    code = re.sub(r" +# .*", "", code)
    for command in re.findall(r"(?:^|[\s`/\\])review (\w+)", code):
        assert command in main.commands, command
    for target in re.findall(r"\bmake ([a-z]+)", code):
        assert re.search(rf"^{target}:", read("Makefile"), re.MULTILINE), target
    for line in text.splitlines():
        command = re.match(r"\| `review (\w+)", line)
        if command:
            known = {option for parameter in main.commands[command[1]].params for option in parameter.opts}
            assert set(re.findall(r"--[a-z-]*[a-z]", line)) <= known, line


def test_the_readme_names_every_command():
    assert set(re.findall(r"^\| `review (\w+)", read("README.md"), re.MULTILINE)) == set(main.commands)


def test_the_readme_explains_every_exit_code():
    told = re.findall(r"^\| (\d+) \| ", read("README.md"), re.MULTILINE)
    assert [int(code) for code in told] == [int(code) for code in ExitCode]


def test_the_picture_of_the_readme_is_small_enough_to_load_at_once():
    path = ROOT / "docs" / "images" / "report.png"
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size < 300_000


def test_the_readmes_way_to_ones_own_data_says_what_it_promises(tmp_path):
    """The workspace, the mapping and the fault of the section, taken from the text itself."""
    text = read("README.md")
    review = CliRunner()
    assert review.invoke(main, ["new", str(tmp_path / "my-review"), "--year", "2025"]).exit_code == 0
    workspace = tmp_path / "my-review"
    (workspace / "data" / "objectives.csv").write_text("objective_id,name\nS1,Serve at the first contact\n")
    (workspace / "data" / "kpis.csv").write_text(
        "kpi_id,name,objective_id,unit,direction,target\ncsat,Satisfied callers,S1,%,higher,≥ 77 %\n", encoding="utf-8"
    )
    book = openpyxl.Workbook()
    book.active.title = "Results"
    for row in (["Results 2025"], [], ["KPI no.", "Month", "Result"]):
        book.active.append(row)
    for month, value in enumerate([71, 72, "n/a"], start=1):
        book.active.append(["csat", f"2025-{month:02d}", value])
    book.save(workspace / "data" / "results.xlsx")
    mapping = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1]
    lines = "\n".join(line.removeprefix("   ") for line in mapping.splitlines())
    head = 'cycle: "2025"\norganisation: Mine\ncalendar: {start: 2025-01-01, end: 2025-12-31}\n'
    params = workspace / "params" / "2025.yml"
    params.write_text(head + lines, encoding="utf-8")
    refused = review.invoke(main, ["check", "2025", "--workspace", str(workspace)])
    assert refused.exit_code == ExitCode.INPUTS_REFUSED
    shown = re.search(r"\$ review check 2025\n(.*?)```", text, re.DOTALL)[1]
    for line in shown.strip().splitlines():
        assert line.strip() in refused.output
    hint = re.search(r"add (missing: \[.+?\])", refused.output)[1]
    params.write_text(head + lines.replace("header_row: 3", f"header_row: 3\n    {hint}"), encoding="utf-8")
    assert review.invoke(main, ["check", "2025", "--workspace", str(workspace)]).exit_code == ExitCode.DONE


def test_every_file_that_holds_tests_is_found_by_pytest():
    holding = [path for path in (ROOT / "tests").rglob("*.py") if "\ndef test_" in path.read_text(encoding="utf-8")]
    assert len(holding) > 50
    assert [path.name for path in holding if not path.name.startswith("test_")] == []


def test_the_tools_that_make_calls_are_installed():
    """`make check` calls them by these names."""
    for module in ("ruff", "importlinter", "mypy", "pytest", "nbval", "nbstripout", "pre_commit"):
        assert importlib.util.find_spec(module), module
