"""The operator is told that a run needs a hand, by real webhooks and mail; never what the data say, never a secret."""

import json
import logging
import socket
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from webhooks import Hook, dripping, listening

from review_kit.errors import ExitCode
from review_kit.schedule import alerts
from review_kit.schedule.alerts import message_about, send_alert, services_at
from review_kit.schedule.calendar import State
from review_kit.schedule.trigger import Entry

FAILED = Entry(
    name="2025-09",
    cycle="2025",
    state=State.FAILED,
    sentence="02_kpi_scoring failed in cell 2: ValueError: salary of Jane Doe is 91,000",
    ran=True,
    exit_code=ExitCode.STAGE_FAILED,
    stage="02_kpi_scoring",
    message="ValueError: salary of Jane Doe is 91,000\nin /home/jane/secret/plan.py",
    look_at="Look at outputs/.failed/2025-09/",
)
MISSING = Entry(
    name="2025-10",
    cycle="2025",
    state=State.MISSING,
    sentence="data/payroll.csv is not there.",
    exit_code=ExitCode.INPUTS_REFUSED,
    look_at="Hint: review due --dry-run",
)
TOLD = (
    "2025-09: failed in 02_kpi_scoring (exit code 3). Look at outputs/.failed/2025-09/\n"
    "2025-10: inputs missing (exit code 1). Hint: review due --dry-run"
)
KEPT_BACK = ("Jane", "91,000", "payroll", "/home", "ValueError")


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as server:
        yield server


class Box:
    """Takes mail, or refuses it."""

    def __init__(self) -> None:
        self.letters, self.refuse = [], False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it
        if self.refuse:
            return "451 try again later"
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Box, str]]:
    """A mail server, and its address as an alert has it."""
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"mailto://127.0.0.1:{port}?from=review@example.org&to=ops@example.org&mode=insecure"
    controller.stop()


def test_a_webhook_is_posted_json_that_names_what_needs_a_hand_and_nothing_else(hook, monkeypatch):
    monkeypatch.setenv("REVIEW_ALERT", hook.address)
    assert send_alert("REVIEW_ALERT", message_about([FAILED, MISSING])) == ""
    ((path, headers, body),) = hook.got
    assert path == "/hook/s3cr3t-token?key=p4ssw0rd"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "title": "Strategy review: 2 checkpoints need a hand",
        "text": f"Strategy review: 2 checkpoints need a hand\n{TOLD}",
        "problems": [
            {
                "checkpoint": "2025-09",
                "state": "failed",
                "exit_code": 3,
                "stage": "02_kpi_scoring",
                "look_at": "Look at outputs/.failed/2025-09/",
            },
            {
                "checkpoint": "2025-10",
                "state": "inputs missing",
                "exit_code": 1,
                "stage": "",
                "look_at": "Hint: review due --dry-run",
            },
        ],
    }
    assert not [words for words in KEPT_BACK if words.encode() in body]


def test_mail_says_the_same(post, monkeypatch):
    box, address = post
    monkeypatch.setenv("REVIEW_ALERT", address)
    assert send_alert("REVIEW_ALERT", message_about([FAILED, MISSING])) == ""
    ((sender, receivers, content),) = box.letters
    letter = message_from_bytes(content)
    parts = [part for part in letter.walk() if part.get_content_type() == "text/plain"]
    assert (sender, receivers) == ("review@example.org", ["ops@example.org"])
    assert letter["Subject"] == "Strategy review: 2 checkpoints need a hand"
    assert parts[0].get_payload(decode=True).decode().splitlines() == TOLD.splitlines()
    assert not [words for words in KEPT_BACK if words.encode() in content]


def test_one_problem_stands_in_the_title():
    assert message_about([FAILED]).title == "Strategy review: 2025-09 needs a hand"


@pytest.mark.parametrize(
    ("answer", "told"), [(500, "500 Internal Server Error"), (302, "302 Found"), (404, "404 Not Found")]
)
def test_a_webhook_that_does_not_take_it_is_told_without_its_address(hook, monkeypatch, answer, told):
    monkeypatch.setenv("REVIEW_ALERT", hook.address)
    hook.answer = answer
    assert (
        send_alert("REVIEW_ALERT", message_about([FAILED])) == f"alert REVIEW_ALERT was not taken: it answered {told}."
    )
    assert len(hook.got) == 1  # the message goes nowhere else


@pytest.mark.parametrize("scheme", ["http", "json"])
def test_nobody_waits_for_the_end_of_an_answer_that_has_none(monkeypatch, scheme):
    monkeypatch.setattr(alerts, "LONGEST_SECONDS", 1.0)
    with dripping() as address:
        monkeypatch.setenv("REVIEW_ALERT", f"{scheme}://{address}")
        told = send_alert("REVIEW_ALERT", message_about([FAILED]))
    assert told == "alert REVIEW_ALERT was not taken: no whole answer within 1 seconds."


def test_mail_that_is_refused_is_told_without_its_address(post, monkeypatch):
    box, address = post
    box.refuse = True
    monkeypatch.setenv("REVIEW_ALERT", address)
    told = send_alert("REVIEW_ALERT", message_about([FAILED]))
    assert told == "alert REVIEW_ALERT was not taken: the service did not accept it."


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "was not sent: the variable is not set."),
        ("  ", "was not sent: the variable is not set."),
        ("http://127.0.0.1:1/s3cr3t", "was not taken: no answer (Connection refused)."),
        ("json://127.0.0.1:1/s3cr3t", "was not taken: the service did not accept it."),
        ("https://s3cr3t.invalid/x", "was not taken: no answer (gaierror)."),
        ("s3cr3t", "was not taken: the variable holds no address that is known."),
        ("nosuch://s3cr3t", "was not taken: the variable holds no address that is known."),
        ("http://[s3cr3t", "was not taken: ValueError."),
        ("http://s3cr3t:port/", "was not taken: InvalidURL."),
        ("ftp://s3cr3t/x", "was not taken: the variable holds no address that is known."),
        ("file:///etc/passwd", "was not taken: the variable holds no address that is known."),
    ],
)
def test_an_address_that_is_of_no_use_is_told_and_never_shown(monkeypatch, capfd, caplog, address, told):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("REVIEW_ALERT", address)
    assert send_alert("REVIEW_ALERT", message_about([FAILED])) == f"alert REVIEW_ALERT {told}"
    shown = capfd.readouterr()
    assert "s3cr3t" not in shown.out + shown.err
    assert not [record for record in caplog.records if record.name == "apprise"]


def test_a_service_that_is_known_by_its_web_address_gets_its_own_form():
    found = services_at(f"https://hooks.slack.com/services/T{'A' * 8}/B{'B' * 8}/{'c' * 24}")
    assert [type(service).__name__ for service in found] == ["NotifySlack"]
