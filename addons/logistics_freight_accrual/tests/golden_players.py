"""The golden scenarios on the database: told by tracking events, bills and people.

Every scenario of `golden.py` is a shipment of its own, and all scenarios of a currency
take their steps together. Prices come as events, bills as files of the suite's own
layout, and what is decided is decided by people.
"""

import csv
import io
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from ..readers.freight_csv import COLUMNS
from . import golden
from .common import FreightCommon
from .golden_player import Player

RATES = {"EUR": 0.8, "JPY": 150.0, "KWD": 0.31}
TREATMENTS = ("clearing", "hold", "short_pay")
_PRICES = {"quote": "charge_estimated", "confirm": "charge_confirmed"}


class GoldenPlayers(FreightCommon):
    """Carriers for every currency and treatment, with tax and without."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls.people["finance"]
        cls.clerk = new_test_user(
            cls.env,
            login="logistics-finance-2",
            groups="logistics_events.logistics_events_group_finance",
        )
        cls.today = cls.company._logistics_today()
        cls.currencies = {name: cls._with_rate(name) for name in RATES}
        cls.input_tax = cls.env["account.account"].create(
            {"code": "LF1310", "name": "Input Tax", "account_type": "asset_current"}
        )
        cls.env["logistics.freight.tolerance"].with_user(cls.finance).create(
            {"charge_class": "base", "over_amount": 50.0, "has_over_percent": False}
        ).with_user(cls.clerk).action_agree()
        cls.cast = cls._carriers()

    @classmethod
    def _with_rate(cls, name):
        """Return a currency that is worth the same on every day."""
        Currency = cls.env["res.currency"].with_context(active_test=False)
        currency = Currency.search([("name", "=", name)])
        currency.active = True
        if currency != cls.company.currency_id:
            currency.rate_ids = [
                Command.clear(),
                Command.create({"name": "2020-01-01", "rate": RATES[name]}),
            ]
        return currency

    @classmethod
    def _carriers(cls):
        """Return a carrier for each currency, tax and treatment."""
        rates = {
            case.terms.currency: case.terms.tax_rate
            for case in golden.cases()
            if case.terms.tax_rate
        }
        taxes = {name: cls._tax(rate) for name, rate in rates.items()}
        keys = [
            (name, taxed, treatment)
            for name in RATES
            for taxed in (True, False)
            for treatment in TREATMENTS
        ]
        labels = ["-".join(map(str, key)) for key in keys]
        carriers = cls.env["logistics.carrier"].create(
            [{"name": f"Carrier {label}"} for label in labels]
        )
        vendors = cls.env["res.partner"].create(
            [{"name": f"Vendor {label}"} for label in labels]
        )
        cls.env["logistics.freight.terms"].create(
            [
                {
                    "company_id": cls.company.id,
                    "carrier_id": carrier.id,
                    "partner_id": vendor.id,
                    "account_numbers": label,
                    "currency_id": cls.currencies[name].id,
                    "tax_id": taxes[name].id if taxed else False,
                    "treatment": treatment,
                    "hold_percent": 100.0,
                    "header_limit": 1000.0,
                    "leakage_percent": 100.0,
                    "leakage_amount": 10**6,
                }
                for label, carrier, vendor, (name, taxed, treatment) in zip(
                    labels, carriers, vendors, keys, strict=True
                )
            ]
        )
        return {
            key: (carrier, vendor, label)
            for key, carrier, vendor, label in zip(
                keys, carriers, vendors, labels, strict=True
            )
        }

    @classmethod
    def _tax(cls, rate):
        tax = cls.env["account.tax"].create(
            {
                "name": f"Freight {rate}",
                "amount": float(rate * 100),
                "type_tax_use": "purchase",
            }
        )
        for lines in (
            tax.invoice_repartition_line_ids,
            tax.refund_repartition_line_ids,
        ):
            lines.filtered(
                lambda line: line.repartition_type == "tax"
            ).account_id = cls.input_tax
        return tax

    # === THE SCENARIOS === #

    def _players(self, currency):
        """Return the scenarios of a currency, each with a shipment on its way."""
        players = [
            self._player(place, case)
            for place, case in enumerate(golden.cases())
            if case.terms.currency == currency
        ]
        shipments = self.env["logistics.shipment"].create(
            [
                {
                    "company_id": self.company.id,
                    "carrier_id": player.carrier.id,
                    "parcel_ids": [
                        Command.create({"tracking_number": player.tracking})
                    ],
                }
                for player in players
            ]
        )
        for player, shipment in zip(players, shipments, strict=True):
            player.shipment = shipment
        return players

    def _player(self, place, case):
        told = [word for step in case.script["steps"] for word in step["told"]]
        disputes = [word.split() for word in told if word.startswith("dispute ")]
        treatment = disputes[0][2] if disputes else "clearing"
        taxed = bool(case.terms.tax_rate)
        carrier, _vendor, _label = self.cast[case.terms.currency, taxed, treatment]
        return Player(case, f"GB{place:06}", bool(disputes), treatment, taxed, carrier)

    def _step(self, players, number):
        """Let all that have such a step take it, kind of deed by kind of deed."""
        told = [
            (player, *sentence.split())
            for player in players
            if number < len(player.steps)
            for sentence in player.steps[number]["told"]
        ]
        events = [row for row in told if row[1] in (*_PRICES, "trigger", "void")]
        if events:
            self._tell_events(events, number)
        bills = [row for row in told if row[1] in ("bill", "part", "credit")]
        if bills:
            self._import_bills(bills)
        for kind in ("match", "payment", "concede", "short_paid", "write_off"):
            if concerned := [row for row in told if row[1] == kind]:
                getattr(self, f"_{kind}")(concerned)
        self._take()
        self.env.flush_all()
        self.env.invalidate_all()

    def _tell_events(self, rows, number):
        """The carriers say what they charge, and what became of the goods."""
        reports = []
        for player, word, *names in rows:
            if word in _PRICES:
                reports += [
                    self._event(
                        player,
                        _PRICES[word],
                        number,
                        amount=float(amount),
                        currency=player.case.terms.currency,
                        raw_code=charge_type,
                    )
                    for charge_type, amount in player.parts(names[0]).items()
                ]
            elif word == "trigger":
                reports.append(self._event(player, "picked_up", number))
            else:
                self._take_back(player)
                reports.append(self._event(player, "shipment_cancelled", number))
        self.env["logistics.event"]._ingest(reports)
        self._take()

    def _take_back(self, player):
        """The goods never left: the pickup was reported by mistake."""
        events = player.shipment.event_ids
        player.shipment._retract(
            events.filtered(lambda event: event.event_type == "picked_up"),
            "Never left",
        )

    def _event(self, player, event_type, number, **more):
        now = fields.Datetime.now() - timedelta(hours=2)
        parcel = player.shipment.parcel_ids
        about = f"{event_type}|{more.get('raw_code', '')}|{number}|{parcel.id}"
        return {
            "company_id": self.company.id,
            "shipment_id": player.shipment.id,
            "parcel_id": parcel.id,
            "channel": "webhook",
            "reference": "golden",
            "received_at": fields.Datetime.now(),
            "trust": 4,
            "fact": {
                "event_key": f"golden|{about}",
                "content_hash": about,
                "source": "golden",
                "event_type": event_type,
                "occurred_at": now,
                "recorded_at": now + timedelta(minutes=number),
                "precision": "instant",
                "zone_source": "given",
                "leg": "outbound",
            }
            | more,
        }

    def _import_bills(self, rows):
        """The carriers send their bills and credit memos, all in one file."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, restval="")
        writer.writeheader()
        for player, word, *names in rows:
            writer.writerows(self._bill_rows(player, word, names[0]))
        file = (
            self.env["logistics.freight.bill"]
            .with_user(self.finance)
            ._import(out.getvalue().encode(), company=self.company, filename="b.csv")
        )
        self.assertFalse(file.problem_ids)
        bills = {bill.number: bill for bill in file.bill_ids}
        for player, word, *names in rows:
            bill = bills[self._number(player, names[0])]
            player.bills[names[0]] = player.last_bill = bill
            self.assertEqual(bill.state, "checked", bill.number)
            self.assertTrue(bill.is_complete)
            if word == "part":
                bill.line_ids.with_user(self.finance).action_expect_more()
            if names[0] == "late":
                # Nothing is expected any more: somebody has to accept it.
                self.assertEqual(bill.line_ids.status, "unmatched")
                bill.line_ids.with_user(self.finance).action_accept("Customs waited")
            if word == "credit":
                self.assertEqual(
                    bill.line_ids.dispute_id, player.bills["wrong"].dispute_ids
                )
                bill.with_user(self.finance).action_post()

    def _bill_rows(self, player, word, name):
        amounts, sign = player.case.amounts, -1 if word == "credit" else 1
        terms = player.case.terms
        _carrier, _vendor, label = self.cast[
            terms.currency, player.taxed, player.treatment
        ]
        return [
            {
                "document_number": self._number(player, name),
                "document_type": "credit" if word == "credit" else "invoice",
                "document_date": fields.Date.to_string(self.today),
                "account_number": label,
                "currency": terms.currency,
                "document_total": _written(sign * amounts[f"{name}.gross"]),
                "document_tax": _written(sign * amounts[f"{name}.tax"]),
                "original_document": self._number(player, "wrong")
                if word == "credit"
                else "",
                "tracking_number": player.tracking,
                "charge_code": charge_type,
                "charge_amount": _written(sign * amount),
            }
            for charge_type, amount in player.parts(name).items()
        ]

    @staticmethod
    def _number(player, name):
        return f"{player.tracking}{sorted(player.case.amounts).index(name):03}"

    def _match(self, rows):
        """Finance posts the bills as they were checked."""
        for player, *_word in rows:
            player.last_bill.with_user(self.finance).action_post()

    def _payment(self, rows):
        """The bills are paid in full with Odoo's own wizard."""
        for player, *_word in rows:
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=player.last_bill.move_id.ids
            ).create({}).action_create_payments()

    def _concede(self, rows):
        """Finance gives in, and a colleague agrees."""
        for player, _word, name in rows:
            dispute = player.bills["wrong"].dispute_ids
            step = dispute.with_user(self.finance)._concede(
                player.case.amounts[name], "The carrier is right"
            )
            step.approval_ids.with_user(self.clerk).action_approve()

    def _short_paid(self, rows):
        """Finance pays less, as the terms allow."""
        for player, _word, name in rows:
            player.bills["wrong"].dispute_ids.with_user(self.finance)._short_pay(
                player.case.amounts[name], "The terms allow it"
            )

    def _write_off(self, rows):
        """Finance gives up what no bill came for, and a colleague agrees."""
        charges = self.env["logistics.charge"]
        for player, *_word in rows:
            charges |= player.charges
        window = charges.with_user(self.finance).action_write_off()
        write_off = self.env[window["res_model"]].browse(window["res_id"])
        write_off = write_off.with_user(self.finance)
        write_off.reason = "No bill came"
        write_off.action_ask()
        self.env["logistics.approval"].search(
            [("state", "=", "waiting"), ("effect_id.action", "=", "write_off")]
        ).with_user(self.clerk).action_approve()


def _written(amount):
    """Return an amount as bills write it, without zeros at its end.

    Three decimals in every amount could be thousands, and such a file is refused.
    """
    return f"{amount.normalize():f}"
