"""`python -m review_kit` is the command `review`."""

from review_kit.cli import main

main()
