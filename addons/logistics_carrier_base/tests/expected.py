"""Compares what a mapper gives with results that were read from a payload by hand.

An `expected.jsonl` has one line per payload file of its folder: `file`, `adapter`,
`error`, `events`, and where needed `optional_events` and `also` (further values that
are accepted). Results are compared as sets, both ways: every expected event has a match
and every result is one of the expected or optional events.
"""

import json
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from odoo.addons.logistics_carrier_base.exceptions import CarrierAnswer
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_events.vocabulary import normalise_tracking

# Samples of the partners themselves, where they lie beside the project.
SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "fixtures"

_LOOKED_AT = ("classifier", "precision", "leg", "reason", "delivery_mode", "currency")


def read_lines(folder):
    """Read the expectations of a folder; messages that we send are left out.

    :param Path folder: The folder with `expected.jsonl` and the payloads.
    :return: The lines; none when the folder is not there.
    :rtype: list[dict]
    """
    path = folder / "expected.jsonl"
    if not path.exists():
        return []
    lines = [json.loads(text) for text in path.read_text().splitlines() if text]
    return [line for line in lines if line.get("kind") != "request"]


def check(case, parse, folder):
    """Assert that a mapper gives what is expected of every payload of a folder.

    :param BaseCase case: The test.
    :param parse: The mapper: bytes to events.
    :param Path folder: The folder with `expected.jsonl` and the payloads.
    :return: How many payloads were compared, and remarks on lesser fields.
    :rtype: tuple[int, list[str]]
    """
    lines, remarks = read_lines(folder), []
    for line in lines:
        with case.subTest(line["file"]):
            body = (folder / line["file"]).read_bytes()
            failures, seen = compare(line, *run(parse, body))
            case.assertEqual(failures, [])
            remarks += [f"{line['file']}: {text}" for text in seen]
    return len(lines), remarks


def run(parse, body):
    """Run a mapper and check what must hold for every result.

    :param parse: The mapper.
    :param bytes body: The payload.
    :return: The events as printed, and the error answer, if it was one.
    :rtype: tuple[list[dict], CarrierAnswer | None]
    """
    answer = None
    try:
        events = parse(body)
    except CarrierAnswer as error:
        events, answer = error.events, error
    keys = {}
    for event in events:
        key = event_key("test", event)
        other = keys.setdefault(key, event)
        # One fact told twice in a message may differ in its words, not in what it is.
        if content_hash(other) != content_hash(event) or (
            other.event_type != event.event_type
        ):
            raise AssertionError(f"Two facts under one key: {other} and {event}")
    return [event.as_dict() for event in events], answer


def compare(line, results, answer=None):
    """Compare one payload's results with its line.

    :param dict line: The line of `expected.jsonl`.
    :param list[dict] results: The events as printed.
    :param CarrierAnswer | None answer: The error answer.
    :return: What is wrong, and what deserves a second look.
    :rtype: tuple[list[str], list[str]]
    """
    failures = _compare_error(line.get("error"), answer)
    expected, optional = line["events"], line.get("optional_events", [])
    remarks = []
    for event in expected:
        matches = [result for result in results if _is_match(event, result)]
        if not matches:
            failures.append(f"missing: {_short(event)}")
            continue
        worst = [_second_look(event, match) for match in matches]
        wrong, odd = min(worst, key=lambda pair: (len(pair[0]), len(pair[1])))
        failures += [f"{_short(event)}: {text}" for text in wrong]
        remarks += [f"{_short(event)}: {text}" for text in odd]
    for result in results:
        if result["event_type"] == "eta_updated" and result["classifier"] == "actual":
            failures.append(f"actual: {_short(result)}")
        if not any(_is_match(event, result) for event in expected) and not any(
            _is_optional(event, result) for event in optional
        ):
            failures.append(f"not expected: {_short(result)}")
    return failures, remarks


def _compare_error(error, answer):
    if not error:
        return [f"error answer: {answer.kind} {answer.code}"] if answer else []
    if not answer:
        return [f"no error answer, expected {error}"]
    also = error.get("also", {})
    failures = []
    if answer.kind not in (error["class"], *also.get("class", ())):
        failures.append(f"error class {answer.kind}, expected {error['class']}")
    codes = [str(code) for code in (error["code"], *also.get("code", ()))]
    if error["code"] is not None and str(answer.code) not in codes:
        failures.append(f"error code {answer.code}, expected {error['code']}")
    return failures


def _is_match(event, result):
    return (
        _is_same_type(event, result)
        and _is_same_time(event, result)
        and _is_same_number(event, result)
        and _is_same_code(event, result)
    )


def _is_optional(event, result):
    return _is_same_type(event, result) and _is_same_number(event, result)


def _accepted(event, name):
    return (event[name], *event.get("also", {}).get(name, ()))


def _is_same_type(event, result):
    return result["event_type"] in _accepted(event, "event_type")


def _is_same_number(event, result):
    if event["tracking_number"] is None:
        return True
    numbers = {normalise_tracking(n) for n in _accepted(event, "tracking_number")}
    return normalise_tracking(result["tracking_number"]) in numbers


def _is_same_code(event, result):
    if event["raw_code"] is None:
        return True
    found = _tokens(result["raw_code"])
    return any(_tokens(code) <= found for code in _accepted(event, "raw_code"))


def _tokens(code):
    return set(re.findall(r"[^\W_]+", (code or "").lower()))


def _is_same_time(event, result):
    expected, found = event["occurred_at"], result["occurred_at"]
    if expected is None:
        return True
    if found is None:
        return False
    if event["precision"] == "date" or "T" not in expected:
        return found[:10] == expected[:10]
    if "T" not in found:
        return False
    expected, found = _moment(expected), _moment(found)
    if expected.tzinfo is None:
        return expected == found.replace(tzinfo=None)
    return found.tzinfo is not None and expected == found


def _moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _second_look(event, result):
    """Give what is wrong and what is odd about a match."""
    wrong, odd = [], []
    if event.get("signer") and result["signer"] not in _accepted(event, "signer"):
        wrong.append(f"signer {result['signer']!r}, expected {event['signer']!r}")
    for name in _LOOKED_AT:
        if event.get(name) is not None and result[name] not in _accepted(event, name):
            odd.append(f"{name} {result[name]!r}, expected {event[name]!r}")
    if event.get("amount") is not None and (
        result["amount"] is None
        or Decimal(result["amount"]) != Decimal(event["amount"])
    ):
        odd.append(f"amount {result['amount']}, expected {event['amount']}")
    place = " ".join(result["location"].values()).lower()
    odd += [
        f"no {name} {text!r} in {place!r}"
        for name, text in (event.get("location") or {}).items()
        if text and text.lower() not in place
    ]
    return wrong, odd


def _short(event):
    names = ("event_type", "occurred_at", "tracking_number", "raw_code")
    return " ".join(str(event[name]) for name in names)
