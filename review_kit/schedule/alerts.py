"""Tells the operator that a run needs a hand: by webhook, mail, or any service that Apprise knows.

A message holds names of checkpoints, states, exit codes, stages and where to look. It holds no data, no text of an
error (which may quote data), no organisation and no path of the machine. The address is a secret: it is read from its
environment variable when it is used, and stands in no file, no log and no message.
"""

import http.client
import json
import logging
import os
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from review_kit.schedule.trigger import Entry

SECONDS = 10.0  # for each part of an answer
LONGEST_SECONDS = 30.0  # for all of it; a run must not hang because an answer comes in drops
WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, the same for every service."""

    title: str
    problems: tuple[dict[str, Any], ...]  # checkpoint, state, exit_code, stage, look_at

    @property
    def text(self) -> str:
        """One line a problem."""
        return "\n".join(map(told, self.problems))

    def as_json(self) -> bytes:
        """For a webhook of one's own; `text` is what chat services show."""
        body = {"title": self.title, "text": f"{self.title}\n{self.text}", "problems": self.problems}
        return json.dumps(body).encode()


def told(problem: dict[str, Any]) -> str:
    """'2025-09: failed in 02_kpi_scoring (exit code 3). Look at outputs/.failed/2025-09/'."""
    where = f" in {problem['stage']}" if problem["stage"] else ""
    code = f"exit code {problem['exit_code']}"
    return f"{problem['checkpoint']}: {problem['state']}{where} ({code}). {problem['look_at']}"


def message_about(entries: Sequence[Entry]) -> Message:
    """What an alert says of these checkpoints."""
    one = len(entries) == 1
    what = f"{entries[0].name} needs a hand" if one else f"{len(entries)} checkpoints need a hand"
    problems = tuple(
        {
            "checkpoint": entry.name,
            "state": entry.state.value,
            "exit_code": int(entry.exit_code),
            "stage": entry.stage,
            "look_at": entry.look_at,
        }
        for entry in entries
    )
    return Message(f"Strategy review: {what}", problems)


TEST_MESSAGE = Message("Strategy review: this is a test of the alert", ())


def send_alert(variable: str, message: Message) -> str:
    """Send the message to the address that the environment variable holds.

    Returns why it was not taken, as a sentence without the address; empty where it was. Nothing is raised.
    """
    address = os.environ.get(variable, "").strip()
    if not address:
        return f"alert {variable} was not sent: the variable is not set."
    answers: list[str] = []
    sending = threading.Thread(target=lambda: answers.append(_try_to_send(address, message)), daemon=True)
    sending.start()
    sending.join(LONGEST_SECONDS)
    problem = answers[0] if answers else f"no whole answer within {LONGEST_SECONDS:.0f} seconds"
    return f"alert {variable} was not taken: {problem}." if problem else ""


def _try_to_send(address: str, message: Message) -> str:
    try:
        return _send(address, message)
    except Exception as error:  # noqa: BLE001 - whatever a service does, the runs are done; the words may hold the address
        return type(error).__name__


def _send(address: str, message: Message) -> str:
    services = services_at(address)
    if services:
        taken = services.notify(title=message.title, body=message.text or message.title, body_format="text")
        return "" if taken else "the service did not accept it"
    if address.lower().startswith(WEB):
        return _post(address, message)
    return "the variable holds no address that is known"


def services_at(address: str) -> Any:
    """The service that Apprise sees in the address, as it wants to be called; nothing is in it where it sees none.

    What Apprise itself says may hold the address, so nobody hears it.
    """
    logging.getLogger("apprise").disabled = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it asks for modules that later Pythons drop
        import apprise  # noqa: PLC0415 - a hundred services, needed only when something is wrong

        services = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
        service = services.instantiate(address)
        if service is not None:
            services.add(service)
        return services


class _Stay(HTTPRedirectHandler):
    """A webhook that leads elsewhere is refused: following it would drop the message and show the address to others."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _post(address: str, message: Message) -> str:
    """POST the message as JSON; any status of the two hundreds is a yes."""
    headers = {"Content-Type": "application/json", "User-Agent": "review"}
    request = Request(address, data=message.as_json(), headers=headers, method="POST")  # noqa: S310 - http(s) alone, see _send
    try:
        with build_opener(_Stay).open(request, timeout=SECONDS):
            return ""
    except HTTPError as error:
        return f"it answered {error.code} {http.client.responses.get(error.code, '')}".rstrip()
    except OSError as error:
        return f"no answer ({_kind(error)})"


def _kind(error: OSError) -> str:
    """What went wrong on the way, in words that cannot hold the address."""
    reason = getattr(error, "reason", error)
    number = getattr(reason, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else type(reason).__name__
