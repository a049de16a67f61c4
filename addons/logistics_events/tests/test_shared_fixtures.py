import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events import zones
from odoo.addons.logistics_events.facts import Fact
from odoo.addons.logistics_events.fold import fold

from . import case_table

_KEYS = {"money_hold": "hold", "delivered_at": "at"}


def shared_cases():
    """Return the cases that lie beside the checkout, if there are any."""
    for folder in Path(__file__).resolve().parents:
        table = folder.parent / "shared" / "fixtures" / "fold" / "cases.jsonl"
        if (folder / "addons").is_dir() and table.is_file():
            lines = table.read_text("utf-8").splitlines()
            return [_case(json.loads(line)) for line in lines]
    return []


def _case(raw):
    facts = [_fact(event) for event in raw["events"]]
    expected = {}
    for name, value in raw["expect"].items():
        if name == "return_leg":
            expected["back"] = value["state"]
            if "milestones" in value:
                expected["back_milestones"] = set(value["milestones"])
        elif name == "milestones":
            expected[name] = set(value)
        elif name == "delivered_at":
            expected["at"] = _instant(value)
        else:
            expected[_KEYS.get(name, name)] = value
    return case_table.Case(raw["id"], facts, (), expected)


def _fact(event):
    precision, text = event["precision"], event["occurred_at"]
    if text is None:
        occurred_at = None
    elif precision == "date":
        occurred_at = date.fromisoformat(text)
    else:
        occurred_at = _instant(text)
    offset = event.get("occurred_offset")
    if offset:
        hours, minutes = int(offset[1:3]), int(offset[4:6])
        offset = (-1 if offset[0] == "-" else 1) * (60 * hours + minutes)
    amount = event.get("amount")
    return Fact(
        event["key"],
        event["event_type"],
        occurred_at,
        content_hash=json.dumps(event, sort_keys=True),
        recorded_at=_instant(event.get("recorded_at")),
        classifier=event["classifier"],
        precision=precision,
        occurred_offset=offset,
        zone=zones.zone_of(event.get("location", {})),
        parcel=event["parcel"],
        leg=event["leg"],
        voids=event.get("voids", ""),
        amount=None if amount is None else Decimal(amount),
        currency=event.get("currency", ""),
        signer=event.get("signer", ""),
        reason=event.get("reason", ""),
    )


def _instant(text):
    if text is None:
        return None
    if text.endswith("Z"):  # Python 3.10 does not read it.
        text = f"{text[:-1]}+00:00"
    moment = datetime.fromisoformat(text)
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment


@tagged("post_install", "-at_install", "standard")
class TestSharedFixtures(BaseCase):
    def test_shared_cases_hold_in_every_order(self):
        """Check the shared cases, or where they are absent our own, which are more.

        The tables of this folder hold the same facts, so a checkout on its own loses
        nothing.
        """
        cases = shared_cases() or [*case_table.stories(), *case_table.pairs()]
        for case in cases:
            main = case_table.main_leg(case.facts)
            answers = [
                fold(order, case.parcels) for order in case_table.orders(case.facts)
            ]
            differences = case_table.differences(answers[0], case.expected, main)
            self.assertFalse(differences, case.name)
            self.assertTrue(all(answer == answers[0] for answer in answers), case.name)
        self.assertGreaterEqual(len(cases), 671)

    def test_reading_of_times(self):
        noon = datetime(2026, 3, 3, 12, 0)
        self.assertEqual(_instant("2026-03-03T12:00:00Z"), noon)
        self.assertEqual(_instant("2026-03-03T13:00:00+01:00"), noon)
        self.assertEqual(_instant("2026-03-03T12:00:00"), noon)
        self.assertEqual(
            _instant("2026-03-03T12:00:00.250Z"), noon + timedelta(milliseconds=250)
        )
