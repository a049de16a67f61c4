"""The rules that come with the addon, against a table written by hand (R10)."""

from datetime import datetime

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.facts import Fact
from odoo.addons.logistics_events.fold import fold
from odoo.addons.logistics_events.ledger import quantity
from odoo.addons.logistics_events.release import Unit, desired_release

from ..terms import MILESTONES
from .common import ReleaseCommon

# What each rule waits for, by term and kind of order. Prepaid web orders come first.
TERMS = {
    "EXW": "picked_up",
    "FCA": "picked_up",
    "CPT": "picked_up",
    "CIP": "picked_up",
    "FAS": "delivered",
    "FOB": "delivered",
    "CFR": "delivered",
    "CIF": "delivered",
    "DAP": "delivered",
    "DPU": "delivered",
    "DDP": "delivered_cleared",
}
KINDS = ("company", "person", "prepaid")
# Facts in the order they happen, and which triggers they satisfy.
EVENT_SETS = {
    "nothing": ((), ""),
    "label only": (("shipment_created",), ""),
    "left the warehouse": (("dispatched",), "dispatched"),
    "collected": (("dispatched", "picked_up"), "dispatched picked_up"),
    "collected, seen nowhere else": (("picked_up",), "dispatched picked_up"),
    "under way": (("in_transit",), "dispatched picked_up"),
    "at customs": (("picked_up", "customs_hold"), "dispatched picked_up"),
    "cleared, not there": (
        ("picked_up", "customs_released"),
        "dispatched picked_up",
    ),
    "at the door": (("out_for_delivery",), "dispatched picked_up"),
    "delivered": (("delivered",), "dispatched picked_up delivered"),
    "delivered and cleared": (
        ("customs_released", "delivered"),
        "dispatched picked_up delivered delivered_cleared",
    ),
    "delivered, papers held again": (
        ("customs_released", "customs_hold", "delivered"),
        "dispatched picked_up delivered delivered_cleared",
    ),
    "refused": (("out_for_delivery", "refused"), "dispatched picked_up"),
    "lost": (("in_transit", "lost"), "dispatched picked_up"),
    "on its way back": (
        ("picked_up", "delivered", "returning_to_sender"),
        "dispatched picked_up",
    ),
    "cancelled label": (("shipment_created", "shipment_cancelled"), ""),
}


@tagged("post_install", "-at_install")
class TestDefaultRules(ReleaseCommon):
    """No invoice before the milestone of the terms of delivery."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.active = False
        data = cls.env["ir.model.data"].search(
            [
                ("module", "=", "logistics_invoice_release"),
                ("model", "=", "logistics.policy"),
            ]
        )
        cls.rules = (
            cls.env["logistics.policy"]
            .with_context(active_test=False)
            .browse(data.mapped("res_id"))
        )
        cls.rules.active = True
        cls.buyers = {
            kind: cls.env["res.partner"].create(
                {"name": kind, "is_company": kind == "company"}
            )
            for kind in KINDS
        }
        provider = cls.env["payment.provider"].search([("code", "=", "demo")], limit=1)
        cls.transaction = {
            "provider_id": provider.id,
            "payment_method_id": cls.env.ref("payment_demo.payment_method_demo").id,
            "currency_id": cls.company.currency_id.id,
            "state": "done",
        }

    def _order(self, kind, term=None):
        incoterm = self.env["account.incoterms"].search([("code", "=", term)], limit=1)
        vals = {
            "partner_id": self.buyers[kind].id,
            "incoterm": incoterm.id,
            "order_line": [Command.create({"product_id": self.product.id})],
        }
        if kind == "prepaid":
            vals["transaction_ids"] = [
                Command.create(
                    self.transaction
                    | {
                        "amount": self.product.list_price,
                        "reference": f"rules-{term}",
                        "partner_id": self.buyers[kind].id,
                    }
                )
            ]
        return self.env["sale.order"].create(vals)

    def _match(self, order):
        return self.env["logistics.policy"]._match("release", order)

    def _released(self, trigger, event_types):
        """Return how much of ten pieces a list of events releases."""
        facts = [
            Fact(
                key=code,
                event_type=code,
                occurred_at=_hour(number),
                parcel="P",
                ref=number,
            )
            for number, code in enumerate(event_types)
        ]
        leg = fold(facts, parcels=["P"]).leg()
        release = desired_release(
            [Unit("move", quantity(10), picking="T", parcel=None)],
            [leg],
            MILESTONES[trigger],
            trust=2,
            parcels_of={"T": ["P"]},
        )
        return release, float(release.quantities["move"])

    def test_every_term_kind_and_course_of_events(self):
        cases = 0
        for term, expected in TERMS.items():
            for kind in KINDS:
                rule = self._match(self._order(kind, term))
                trigger = "dispatched" if kind == "prepaid" else expected
                self.assertEqual(rule.trigger, trigger, f"{term} {kind}")
                self.assertTrue(rule.version, "every release stores its rule version")
                for name, (event_types, reached) in EVENT_SETS.items():
                    release, released = self._released(rule.trigger, event_types)
                    wanted = 10.0 if trigger in reached.split() else 0.0
                    self.assertEqual(released, wanted, f"{term} {kind} {name}")
                    self.assertEqual(bool(release.evidence.get("move")), bool(wanted))
                    cases += 1
        self.assertGreaterEqual(cases, 330)

    def test_private_customer_without_terms_pays_at_dispatch(self):
        self.assertEqual(self._match(self._order("person")).trigger, "dispatched")

    def test_company_without_terms_pays_on_delivery(self):
        self.assertEqual(self._match(self._order("company")).trigger, "delivered")

    def test_contact_of_a_company_is_no_private_customer(self):
        order = self._order("company")
        order.partner_id = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.buyers["company"].id}
        )
        self.assertEqual(self._match(order).trigger, "delivered")

    def test_prepaid_order_ends_posted(self):
        self.assertEqual(self._match(self._order("prepaid")).result, "post")

    def test_every_rule_is_active_and_every_term_has_one(self):
        self.assertTrue(self.rules)
        codes = self.env["account.incoterms"].search([]).mapped("code")
        self.assertLessEqual(set(codes), set(TERMS))

    def test_rules_do_nothing_while_the_action_is_off(self):
        self.mode.unlink()
        order = self._order("company", "DAP")
        order.action_confirm()
        self.assertFalse(order.logistics_release_mode)


def _hour(number):
    """Return the hour of a day at which the n-th event happened."""
    return datetime(2025, 5, 1, number)
