"""Where sources may lie: files by their names, addresses and databases without any secret in them."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from review_kit.yaml_text.scalars import refusal

FETCHED = "fetched"  # the folder of the frozen inputs that holds what was fetched from elsewhere
_KINDS = {
    "csv": (".csv", ".tsv", ".txt"),
    "excel": (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    "parquet": (".parquet", ".pq"),
    "jsonl": (".jsonl", ".ndjson"),
    "sqlite": (".sqlite", ".sqlite3", ".db"),
}
_REFERENCE = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_QUERY = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:select|with|values|table)\b", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
# What fsspec would open on this machine itself, or hand through to another address.
_NEAR = re.compile(
    "arrow_hdfs|asynclocal|blockcache|cached|dask|data|dir|file|filecache|generic|git|jlab|jupyter|lfs|libarchive|"
    "local|reference|simplecache|tar|zip"
)
_CREDENTIAL = re.compile(  # whole words of a name: `author` and `country_code` are none
    r"\b(?:sig|signature|token|key|apikey|secret|password|passwd|pwd|credentials?|auth|authorization|jwt|jsessionid)\b"
    r"|^code$"
)
_NAMED = re.compile(r"[?&;#]([^=?&;#]*)=")  # the names of what stands behind an address
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|_")  # accessToken, access_token
_WITH_AT = frozenset({"abfs", "abfss", "wasb", "wasbs", "github"})  # container@account is no login
_LONGEST_NAME = 80
_LONGEST_SLUG = 48


def kind_of(name: str) -> str:
    """'excel' for book.xlsx; '' for a name that does not tell the form of the file."""
    suffix = PurePosixPath(name).suffix.lower()
    return next((kind for kind, suffixes in _KINDS.items() if suffix in suffixes), "")


def known_suffixes() -> str:
    """All endings that are read, for a hint."""
    return " ".join(suffix for suffixes in _KINDS.values() for suffix in suffixes)


def variable(text: str) -> str:
    """'NAME' for env:NAME or ${NAME}; '' for anything else."""
    found = _REFERENCE.fullmatch(text)
    return (found[1] or found[2]) if found else ""


def reference(text: str) -> str:
    """'env:NAME' for env:NAME or ${NAME}. What was written may be the secret itself, so it is not repeated."""
    name = variable(text)
    if not name:
        hint = "write env:REVIEW_DB, and put the address into the variable REVIEW_DB where `review run` runs."
        raise refusal("an address with a login is a secret and is not written here.", hint)
    return f"env:{name}"


def remote_address(text: str) -> str:
    """An address of a store elsewhere that holds no secret, or the reference to a variable that holds the address."""
    if variable(text):
        return reference(text)
    scheme, found, _ = text.partition("://")
    if not found or not _SCHEME.fullmatch(scheme.lower()):
        raise refusal("the address has no scheme such as https:// or s3://.", "a file of the workspace has path: ….")
    if _NEAR.fullmatch(scheme.lower()) or "::" in text:
        hint = "put the file into the workspace and write path: …."
        raise refusal(f"'{scheme}' is not an address of another place.", hint)
    place, _, _ = text.partition("://")[2].partition("/")
    if not place:
        raise refusal(f"'{text}' names no place.", "write the whole address, such as https://example.org/a.csv.")
    words = [_HUMP.sub("-", unquote(name)).lower() for name in _NAMED.findall(text)]
    if ("@" in place and scheme.lower() not in _WITH_AT) or any(map(_CREDENTIAL.search, words)):
        hint = "write url: env:NAME with the whole address in the variable, or its login into options: env:NAME."
        raise refusal("the address holds a login or a key.", hint)
    return text


def query(text: str) -> str:
    """A query that reads. Databases are also told that nothing is to be changed."""
    if not _QUERY.match(text):
        raise refusal("sql is no query.", "write one that begins with select or with.")
    return text.strip()


def public_address(url: str) -> str:
    """The address up to its query, which may be long or hold what is not for everybody."""
    return re.split(r"[?#]", url, maxsplit=1)[0]


def readable(name: str) -> str:
    """'REVIEW_DB-select-from-actuals' for a query: a name of a file by which people know what it holds."""
    return "-".join(re.findall(r"[A-Za-z0-9_]+", name.removeprefix("env:")))[:_LONGEST_SLUG].strip("-")


def public_query(sql: str, connection: str) -> str:
    """'env:REVIEW_DB: select * from actuals', on one line and not too long."""
    told = f"{connection}: {' '.join(sql.split())}"
    return told if len(told) <= _LONGEST_NAME else f"{told[:_LONGEST_NAME]}…"
