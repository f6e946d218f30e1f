"""The command `review`: each verb is one call deep, speaks in paths, and says on failure what to do next."""

import click

from review_kit import __version__
from review_kit.cli.check import check
from review_kit.cli.compare import compare
from review_kit.cli.desktop import lab, new, open_report
from review_kit.cli.due import due
from review_kit.cli.run import run
from review_kit.cli.seal import seal
from review_kit.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="review")
def main() -> None:
    """The annual strategy review: from the folder of spreadsheets to one report that can be run again.

    \b
    A review is called by its checkpoint:
      2025       the year that params/2025.yml describes
      2025-Q3    its third quarter, from the same file
      2025-09    its September

    \b
    First steps:
      review new my-review      a workspace of your own, with an example to overwrite
      review check 2025         is every row of the sources sound?
      review run 2025           score, find, propose, and write the report
      review open 2025          read it

    Exit codes: 0 done, 1 inputs refused, 2 wrong usage, 3 a stage failed, 4 cannot write, 5 being run already,
    130 interrupted.
    """  # noqa: D301 - click takes the character for lines to keep


for verb in (run, check, open_report, lab, new, due, compare, verify, seal):
    main.add_command(verb)
