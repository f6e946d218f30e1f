"""The errors of a review: each says what, where and what to do next, for the person who can mend it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command `review` returns to the shell."""

    DONE = 0
    INPUTS_REFUSED = 1
    WRONG_USAGE = 2
    STAGE_FAILED = 3
    CANNOT_WRITE = 4
    ALREADY_RUNNING = 5
    INTERRUPTED = 130


class ReviewError(Exception):
    """Anything that a person can put right; the message stands alone, without a traceback."""

    exit_code: ExitCode = ExitCode.WRONG_USAGE


class UsageError(ReviewError):
    """A command, a parameter or a name that does not exist or does not fit."""


class ParamsError(ReviewError):
    """The cycle's parameter file cannot be used; lists every mistake with its key and line."""

    exit_code = ExitCode.INPUTS_REFUSED


class InputsRefusedError(ReviewError):
    """At least one fault of the sources is an error, so nothing was scored."""

    exit_code = ExitCode.INPUTS_REFUSED


class InvalidTableError(ReviewError):
    """A stage made a table that breaks its contract; a fault of the program, not of the sources."""

    exit_code = ExitCode.STAGE_FAILED


class StageFailedError(ReviewError):
    """A notebook of the chain did not finish; the last good report stands."""

    exit_code = ExitCode.STAGE_FAILED


class CannotWriteError(ReviewError):
    """The outputs cannot be written: permission, space or a name in the way."""

    exit_code = ExitCode.CANNOT_WRITE


class AlreadyRunningError(ReviewError):
    """Another process holds this checkpoint."""

    exit_code = ExitCode.ALREADY_RUNNING
