"""Texts that must not go into a report: control characters, keys and tokens, and letters that an export has lost."""

import re

from review_kit.intake.numbers import Problem, is_spreadsheet_error

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f"
_LINES = "\r\n\x85\u2028\u2029"
_TOKENS = (  # as the services that give them out publish their forms
    r"gh[pousr]_[A-Za-z0-9]{30,}", r"github_pat_\w{30,}", r"glpat-[\w-]{20,}", r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    r"xox[abeprs]-[\w-]{10,}", r"sk-[A-Za-z0-9_-]{20,}", r"[srp]k_(?:live|test)_[A-Za-z0-9]{16,}", r"AIza[\w-]{35}",
    r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}", r"npm_[A-Za-z0-9]{36}", r"hf_[A-Za-z0-9]{30,}", r"pypi-[\w-]{50,}",
    r"SG\.[\w-]{16,}\.[\w-]{16,}", r"ya29\.[\w-]{20,}", r"dop_v1_[a-f0-9]{60,}",
    r"hooks\.slack\.com/services/\w+/\w+/\w+", r"[Bb]earer [\w.~+/-]{20,}", r"AccountKey=[\w+/=]{40,}",
    r"(?i:aws_secret_access_key|api[_-]?key|secret[_-]?key|passwor[dt]|passwd|pwd)\s*[:=]\s*(?=\S*[0-9])\S{6,}",
    r"[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@",
)  # fmt: skip
SECRET = re.compile(rf"\b(?:{'|'.join(_TOKENS)})|-----BEGIN [A-Z ]*PRIVATE KEY-----")
SUSPECT = (  # a cheap look at all texts; the few that it finds are looked at closely
    f"[{_CONTROL}{_LINES}]|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|xox[abeprs]-|sk-|k_live_|k_test_|AIza|eyJ|npm_|hf_"
    r"|pypi-|SG\.|ya29|dop_v1_|hooks\.slack|[Bb]earer |AccountKey|(?i:access_key|api[_-]?key|secret[_-]?key|passw|pwd)"
    r"|://|PRIVATE KEY|^#[A-Z¡¿]|^Err:"
)
_UNSAFE = re.compile(f"[{_CONTROL}]")
_BREAK = re.compile(f"[{_LINES}]")
# a letter that is gone, or UTF-8 that was read as cp1252: a capital with a mark and then no letter
LOST = r"\x{FFFD}|[ÃÂ][\x{80}-\x{BF}]|â\x{20AC}|\x{EF}\x{BB}\x{BF}|Ã[^\sA-Za-zÀ-ÿ0-9.,;:!?)]"


def why_hostile(text: str, *, lines: bool) -> Problem | None:
    """What keeps a text from standing in a report; with `lines` it may span several."""
    if is_spreadsheet_error(text):
        return Problem("spreadsheet-error", "'{value}' is an error of a spreadsheet.", "mend the formula.")
    if _UNSAFE.search(text):
        return Problem("unsafe-text", "'{value}' holds control characters.", "type the text anew, without formatting.")
    if not lines and _BREAK.search(text):
        return Problem("unsafe-text", "'{value}' spans several lines.", "write it on one line.")
    if SECRET.search(text):
        return Problem("secret-in-data", "the cell holds a key or a token.", "remove it here, and revoke it at once.")
    return None
