"""What the verdict reads is there, and its queries find what must never be."""

from psycopg2.extras import Json

from odoo.tests import tagged

from odoo.addons.logistics_invoice_release.tests.common import ReleaseCommon

from . import facts
from .queries import number


@tagged("post_install", "-at_install", "standard")
class TestStoryFacts(ReleaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.result = "post"
        # Somebody can report on the carrier's parcels, so they wait for it.
        cls.env["logistics.connection"].create(
            {
                "name": "Northbound Test Account",
                "adapter": "canonical",
                "environment": "test",
                "carrier_ids": [(6, 0, cls.carrier.ids)],
            }
        )

    def _invoiced_order(self):
        order = self._sell()
        shipment = self._ship(order.picking_ids, "N1")
        self._deliver(shipment)
        self._deliver(shipment, reference="again")
        self._take()
        return order

    def _read(self, order):
        self.env.flush_all()
        return facts.collect(self.env.cr, {"one": order.id})

    def _doubles(self):
        return {
            what for what, query in facts.DOUBLES.items() if number(self.env.cr, query)
        }

    def test_facts_say_what_became_of_an_order(self):
        order = self._invoiced_order()
        found = self._read(order)
        one = found["orders"]["one"]
        self.assertEqual((one["name"], one["held"]), (order.name, False))
        (line,) = one["lines"]
        self.assertEqual(
            (line["ordered"], line["delivered"], line["released"], line["invoiced"]),
            (5, 5, 5, 5),
        )
        self.assertEqual(found["goods"][str(line["product"])], "Pump")
        (document,) = one["documents"]
        self.assertEqual(
            (document["type"], document["state"], document["untaxed"]),
            ("out_invoice", "posted", 500.0),
        )
        (shipment,) = one["shipments"]
        self.assertEqual(shipment["state"], "delivered")
        self.assertEqual(shipment["told"], shipment["events"] + 1)
        self.assertEqual(
            [(effect["action"], effect["because"]) for effect in one["effects"]],
            [("release", "delivered"), ("invoice", "delivered")],
        )

    def test_facts_say_what_is_held(self):
        order = self._sell()
        self._ship(order.picking_ids, "N1")
        found = self._read(order)["orders"]["one"]
        self.assertTrue(found["held"])
        self.assertEqual(found["held_amount"], 500.0)
        self.assertEqual(found["documents"], [])

    def test_a_credit_note_counts_against_the_invoice(self):
        order = self._invoiced_order()
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=order.invoice_ids.ids
        ).create({"journal_id": order.invoice_ids.journal_id.id}).reverse_moves()
        (line,) = self._read(order)["orders"]["one"]["lines"]
        self.assertEqual(line["invoiced"], 0)

    def test_nothing_is_double_after_an_ordinary_order(self):
        self._invoiced_order()
        self.env.flush_all()
        self.assertEqual(self._doubles(), set())

    def test_more_released_than_delivered_is_found(self):
        order = self._invoiced_order()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move SET logistics_released_qty = 6 WHERE id = %s",
            [order.order_line.move_ids.id],
        )
        self.env.cr.execute(
            "UPDATE sale_order_line SET logistics_qty_released = 6 WHERE id = %s",
            [order.order_line.id],
        )
        self.assertEqual(
            self._doubles(),
            {
                "goods released beyond what was moved",
                "sold lines released beyond what was delivered",
            },
        )

    def test_more_invoiced_than_released_is_found(self):
        order = self._invoiced_order()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET logistics_qty_released = 4 WHERE id = %s",
            [order.order_line.id],
        )
        self.assertEqual(
            self._doubles(), {"sold lines invoiced beyond what was released"}
        )

    def test_a_second_invoice_of_one_action_is_found(self):
        order = self._invoiced_order()
        effect = order.invoice_ids.line_ids.logistics_effect_ids
        twin = order.invoice_ids.copy()
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO logistics_effect_account_line_rel (effect_id, line_id) "
            "SELECT %s, id FROM account_move_line WHERE move_id = %s",
            [effect.id, twin.id],
        )
        self.assertIn("second invoices of one action", self._doubles())

    def test_a_fact_recorded_twice_is_found(self):
        order = self._invoiced_order()
        self.env.flush_all()
        # Only without the index that makes it impossible.
        self.env.cr.execute("DROP INDEX logistics_event_fact_uniq")
        self.env.cr.execute(
            "INSERT INTO logistics_event (company_id, event_key, content_hash, "
            "mapping_version, source, stored_at, event_type, classifier, zone_source, "
            'precision, leg, "references") SELECT company_id, event_key, content_hash, '
            "mapping_version, source, stored_at, event_type, classifier, zone_source, "
            "precision, leg, %s FROM logistics_event WHERE event_key LIKE 'test|%%' "
            "AND company_id = %s",
            [Json({}), order.company_id.id],
        )
        self.assertEqual(self._doubles(), {"facts recorded twice"})

    def test_an_action_taken_twice_is_found(self):
        self._invoiced_order()
        self.env.flush_all()
        self.env.cr.execute("DROP INDEX logistics_effect_generation_uniq")
        self.env.cr.execute(
            "INSERT INTO logistics_effect (company_id, res_model, res_id, action, key, "
            "observed, generation, state, asked_at, order_id) SELECT company_id, "
            "res_model, res_id, action, key, observed, generation, 'superseded', "
            "asked_at, order_id FROM logistics_effect WHERE action = 'release'"
        )
        self.assertEqual(self._doubles(), {"actions taken twice"})
