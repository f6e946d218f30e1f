"""The bytes of a file that lies elsewhere, by any address that fsspec knows; nothing of a login in any message."""

import json
import re
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from review_kit.intake.readers.files import MOST_BYTES, CannotReadError, too_large
from review_kit.intake.readers.query import resolved
from review_kit.params import Source
from review_kit.params.origins import remote_address

_CHUNK = 1 << 20
_SECONDS_TO_CONNECT = 10
_SECONDS_OF_SILENCE = 30
_SECONDS = 600
_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 403})
_LEADS_ON = frozenset({301, 302, 303, 307, 308})
_MOST_STEPS = 10
_NO_SECRET = frozenset({"proxy", "ssl", "trust_env"})  # of options: how to get anywhere, wherever that is
_PORTS = {"http": 80, "https": 443}


def fetch(source: Source) -> bytes:
    """All bytes of the file at the address.

    Raises:
        CannotReadError: the address cannot be reached, gives nothing, or too much.

    """
    address = _address(source)
    options = _options(source)
    try:
        if urlsplit(address).scheme in _PORTS:
            return _of_web(address, options)
        import fsspec  # noqa: PLC0415 - only addresses need it

        with fsspec.open(address, "rb", **options) as file:
            return _taken(file)
    except CannotReadError:
        raise
    except FileNotFoundError as error:  # what fsspec makes of any answer but the file, and of none
        if error.__cause__ is None or _status(error.__cause__) in _GONE:
            raise CannotReadError("missing-file", "nothing lies at the address.", "check the address.") from None
        raise _unreachable(error.__cause__) from None
    except ImportError as error:
        needed = error.name or "what fsspec asks for"
        hint = f"install {needed} into the environment of `review`."
        raise CannotReadError("missing-driver", "what reads addresses of this kind is not there.", hint) from None
    except Exception as error:  # noqa: BLE001 - stores raise kinds of their own, and their words may hold the login
        raise _unreachable(error) from None


def _of_web(address: str, options: dict[str, Any]) -> bytes:
    """The file at an address of the web, wherever a server leads; another place gets nothing of the options.

    Libraries hand headers on, and so the token that a server asks for would reach whomever it names.
    """
    from fsspec import filesystem  # noqa: PLC0415 - only addresses need it

    start = _origin(address)
    for _ in range(_MOST_STEPS):
        web = filesystem("http", **_patient(options if _origin(address) == start else _harmless(options)))
        try:
            with web.open(address, "rb") as file:
                if file.r.status not in _LEADS_ON:
                    return _taken(file)
                address = _next(address, file.r.headers.get("Location", ""))
        except FileNotFoundError as error:
            if options and _status(error.__cause__) in _REFUSED and _origin(address) != start:
                told = "the server leads on to another place, which is told nothing of options and refuses."
                raise CannotReadError("no-connection", told, _ELSEWHERE) from None
            raise
    raise CannotReadError("no-connection", "the server leads on and on.", _CHECK)


def _origin(address: str) -> tuple[str, str, int]:
    """Scheme, host and port: what tells one place of the web from another."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _next(address: str, location: str) -> str:
    """Where a server leads; the login that stands in the address goes along only to the same place."""
    there = urljoin(address, location)
    if not location or urlsplit(there).scheme not in _PORTS:
        raise CannotReadError("no-connection", "the server leads on to no address of the web.", _CHECK)
    if _origin(there) != _origin(address) or "@" in urlsplit(there).netloc:
        return there
    return urlsplit(there)._replace(netloc=urlsplit(address).netloc).geturl()


def _taken(file: BinaryIO) -> bytes:
    content = BytesIO()
    while part := file.read(_CHUNK):
        content.write(part)
        if content.tell() > MOST_BYTES:
            raise too_large(f"the file has more than {MOST_BYTES // 1_000_000} MB.")
    return content.getvalue()


_ELSEWHERE = "see where it leads in a browser; if that place may know them, name its address in the source."
_CHECK = "check the address, the login in options, and whether the place can be reached from this machine."


def _address(source: Source) -> str:
    """The address, which a variable may hold; the same holds for it as for one in the parameters, but for logins."""
    if not source.url.startswith("env:"):
        return source.url
    address = resolved(source.url)
    scheme, found, rest = address.partition("://")
    through = "::" if "::" in address else ""  # fsspec opens one place through another
    try:
        remote_address(f"{scheme}{found}{re.split('[?#;]', rest.rpartition('@')[2], maxsplit=1)[0]}{through}")
    except ValueError:
        name = source.url.removeprefix("env:")
        hint = "it begins with https://, s3:// or the like; a file of the workspace has path: …."
        raise CannotReadError("unsafe-path", f"{name} holds no address of another place.", hint) from None
    return address


def _options(source: Source) -> dict[str, Any]:
    if not source.options:
        return {}
    name = source.options.removeprefix("env:")
    try:
        options = json.loads(resolved(source.options))
    except ValueError:
        options = None
    if not isinstance(options, dict):
        hint = 'write the keywords that fsspec takes for this kind of address, such as {"key": "…", "secret": "…"}.'
        raise CannotReadError("missing-secret", f"{name} holds no JSON object.", hint)
    return options


def _patient(options: dict[str, Any]) -> dict[str, Any]:
    """How long to wait, beside the options; stores other than the web have limits of their own."""
    from aiohttp import ClientTimeout  # noqa: PLC0415 - only addresses need it

    limits = ClientTimeout(total=_SECONDS, sock_connect=_SECONDS_TO_CONNECT, sock_read=_SECONDS_OF_SILENCE)
    client = {"timeout": limits, **options.get("client_kwargs", {})}
    return {"block_size": 0, **options, "client_kwargs": client, "allow_redirects": False}


def _harmless(options: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in options.items() if name in _NO_SECRET}
    client = {name: value for name, value in options.get("client_kwargs", {}).items() if name in _NO_SECRET}
    return {**kept, "client_kwargs": client}


def _unreachable(error: BaseException) -> CannotReadError:
    status = _status(error)
    told = f"the server answers {status}." if status else "the file cannot be fetched: the address does not answer."
    return CannotReadError("no-connection", told, _CHECK)


def _status(error: BaseException | None) -> int:
    status = getattr(error, "status", 0)
    return status if isinstance(status, int) else 0
