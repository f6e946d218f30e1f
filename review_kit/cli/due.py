"""`review due`: what a scheduler calls, as often as it likes."""

import json
import sys
from datetime import date, datetime
from pathlib import Path

import click

from review_kit.cli.common import WORKSPACE, told_plainly, workspace_of
from review_kit.errors import ExitCode, UsageError


@click.command(short_help="Run what is due and not done.")
@click.option("--at", metavar="MOMENT", help="As if it were this moment, such as 2025-10-10; now where it is left out.")
@click.option("--dry-run", is_flag=True, help="Say what is due and run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print every checkpoint with its state as JSON.")
@click.option("--quiet", is_flag=True, help="Say nothing but what needs a hand.")
@click.option("--test-alert", is_flag=True, help="Send a test to every alert that params name, and run nothing.")
@WORKSPACE
@told_plainly
def due(*, at: str | None, dry_run: bool, as_json: bool, quiet: bool, test_alert: bool, workspace: Path | None) -> None:
    """Run every checkpoint that is due by the calendars in params/ and not done.

    May be called as often as you like, for example by cron every morning: each checkpoint is run once, what was missed
    is caught up, and what could not be run is tried again the next time.

    Exit code 0 when all that is due is done. Otherwise the gravest of 4 (cannot write), 3 (a stage failed), 2 (wrong
    notebooks or paths), 1 (inputs refused or missing) and 5 (being run by another process).
    """
    root = workspace_of(workspace)
    day = local_day(at)
    if test_alert:
        try_alerts(root)
        return
    from review_kit.schedule import look, run_due  # noqa: PLC0415 - what a verb needs is loaded by that verb
    from review_kit.schedule.telling import as_json as tree_of  # noqa: PLC0415
    from review_kit.schedule.telling import lines_of, problem_lines  # noqa: PLC0415

    if dry_run:
        trigger = look(root, day)
    else:
        from review_kit.chain.progress import TerminalProgress  # noqa: PLC0415

        with TerminalProgress(quiet=quiet or not sys.stderr.isatty()) as observer:
            trigger = run_due(root, day, observer=observer)
    if as_json:
        click.echo(json.dumps(tree_of(trigger), indent=1, ensure_ascii=False))
    elif not quiet:
        for line in lines_of(trigger):
            click.echo(line)
    if quiet or as_json:
        for line in problem_lines(trigger):
            click.echo(line, err=True)
    sys.exit(trigger.exit_code)


def local_day(at: str | None) -> date:
    """The day that this moment is on the calendar of the machine; today where none is given.

    Raises:
        UsageError: it is no moment.

    """
    if at is None:
        return date.today()  # noqa: DTZ011 - a schedule goes by the local calendar
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone() if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):  # the latter within hours of the first and the last day there is
        hint = "write 2025-10-10 or 2025-10-10T06:00, with an offset such as +02:00 where it is not local time."
        raise UsageError(f"--at: '{at}' is no moment.\nHint: {hint}") from None


def try_alerts(root: Path) -> None:
    """Send a test to every alert, and say which were taken.

    Raises:
        UsageError: no params name an alert.

    """
    from review_kit.schedule.alerts import TEST_MESSAGE, send_alert  # noqa: PLC0415
    from review_kit.schedule.looking import read_cycles  # noqa: PLC0415

    cycles, _ = read_cycles(root)
    names = sorted({name for params in cycles.values() for name in params.alerts})
    if not names:
        raise UsageError("no params name an alert.\nHint: add alerts: [env:REVIEW_ALERT] to params/2025.yml.")
    problems = {name: send_alert(name, TEST_MESSAGE) for name in names}
    for name, problem in problems.items():
        click.echo(problem or f"alert {name} was taken.", err=bool(problem))
    if any(problems.values()):
        sys.exit(ExitCode.INPUTS_REFUSED)
