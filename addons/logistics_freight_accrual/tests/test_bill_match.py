"""Lines of carriers' bills find their charges on the database."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon


@tagged("post_install", "-at_install")
class TestBillMatch(CheckCommon):
    def test_tracking_number_leads_to_the_charge(self):
        shipment = self._accrue("NB 1001")
        bill = self._checked({"tracking_number": "nb1001", "amount": 100.0})
        self.assertRecordValues(
            bill.line_ids,
            [
                {
                    "charge_id": shipment.logistics_charge_ids.id,
                    "shipment_id": shipment.id,
                    "match_step": "tracking",
                    "status": "matched",
                    "is_ours": True,
                    "expected_amount": 100.0,
                    "disputed_amount": 0.0,
                }
            ],
        )
        self.assertEqual(bill.state, "checked")

    def test_every_other_number_leads_there_as_well(self):
        shipment = self._accrue("NB1001")
        shipment.master_number = "MAWB 77"
        order = shipment.sale_order_ids
        order.client_order_ref = "PO-9"
        for place, (kind, number) in enumerate(
            [
                ("shipment", shipment.name),
                ("order", order.name),
                ("delivery", shipment.picking_ids.name),
                ("customer", "PO-9"),
                ("waybill", "MAWB 77"),
            ]
        ):
            with self.subTest(kind=kind):
                bill = self._checked(
                    {"references": {kind: f"unknown\n{number}"}, "amount": 100.0},
                    number=f"B{place}",
                )
                line = bill.line_ids
                self.assertEqual(line.charge_id, shipment.logistics_charge_ids)
                step = {"delivery": "order", "customer": "order"}.get(kind, kind)
                self.assertEqual(line.match_step, step)

    def test_number_of_nobody_is_not_ours_and_in_dispute(self):
        self._accrue("NB1001")
        line = self._checked({"tracking_number": "ZZ9", "amount": 7.0}).line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "charge_id": False,
                    "status": "not_ours",
                    "reason": "unknown_number",
                    "disputed_amount": 7.0,
                    "expected_amount": 0.0,
                }
            ],
        )

    def test_another_carriers_number_is_not_ours(self):
        self._accrue("NB1001")
        other = self.env["logistics.carrier"].create({"name": "Southbound"})
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0}, carrier_id=other.id
        )
        self.assertEqual(bill.line_ids.status, "not_ours")

    def test_unexpected_charge_of_our_shipment_is_unmatched(self):
        shipment = self._accrue("NB1001")
        line = self._checked(
            {
                "tracking_number": "NB1001",
                "amount": 4.0,
                "charge_type": "extended_area",
            }
        ).line_ids
        self.assertEqual((line.status, line.reason), ("unmatched", "no_charge"))
        self.assertEqual(line.shipment_id, shipment)
        self.assertTrue(line.is_ours)
        self.assertEqual(line.disputed_amount, 4.0)

    def test_mistyped_number_is_proposed_and_taken_by_a_button(self):
        shipment = self._accrue("NB1001")
        line = self._checked({"tracking_number": "NB-1001", "amount": 100.0}).line_ids
        self.assertFalse(line.charge_id)
        proposal = line.proposals[0]
        self.assertEqual(proposal["charge"], shipment.logistics_charge_ids.id)
        self.assertIn("spelling", proposal["reasons"])
        self.assertIn("almost the same", line.proposal_text)
        line.with_user(self.finance).action_take_proposal()
        self.assertRecordValues(
            line,
            [
                {
                    "charge_id": shipment.logistics_charge_ids.id,
                    "match_step": "person",
                    "matched_by_id": self.finance.id,
                    "status": "matched",
                }
            ],
        )
        line.with_user(self.finance).action_forget_charge()
        self.assertFalse(line.charge_id)

    def test_same_amount_and_day_are_proposed_without_any_number(self):
        shipment = self._accrue("NB1001")
        day = shipment.logistics_charge_ids.service_date
        line = self._checked({"amount": 100.0, "service_date": day}).line_ids
        self.assertFalse(line.charge_id)
        self.assertEqual(
            [row["charge"] for row in line.proposals], shipment.logistics_charge_ids.ids
        )

    def test_old_parcel_with_a_reused_number_is_only_proposed(self):
        shipment = self._accrue("NB1001")
        late = shipment.logistics_charge_ids.service_date + timedelta(days=90)
        line = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0, "service_date": late}
        ).line_ids
        self.assertFalse(line.charge_id)
        self.assertTrue(line.proposals)

    def test_all_in_price_takes_fuel_and_discount_too(self):
        shipment = self._accrue("NB1001")
        self.env.cr.execute(
            "UPDATE logistics_charge SET is_all_in = true WHERE id = %s",
            shipment.logistics_charge_ids.ids,
        )
        self.env.invalidate_all()
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 95.0},
            {"tracking_number": "NB1001", "amount": 12.0, "charge_type": "fuel"},
            {"tracking_number": "NB1001", "amount": -7.0, "charge_type": "discount"},
        )
        self.assertEqual(bill.line_ids.charge_id, shipment.logistics_charge_ids)
        self.assertEqual(bill.line_ids.mapped("status"), ["matched"] * 3)
        self.assertEqual(bill.line_ids.mapped("expected_amount"), [95.0, 12.0, -7.0])

    def test_lines_of_one_price_are_judged_together(self):
        self._accrue("NB1001")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 130.0},
            {"tracking_number": "NB1001", "amount": -20.0, "charge_type": "discount"},
        )
        self.assertEqual(bill.line_ids.mapped("status"), ["variance"] * 2)
        self.assertEqual(bill.line_ids.mapped("disputed_amount"), [10.0, 0.0])
        self.assertEqual(bill.line_ids.mapped("delta_amount"), [10.0, 0.0])
        self.assertEqual(bill.doubtful_amount, 10.0)

    def test_parcels_of_one_shipment_share_its_charge(self):
        shipment = self._accrue("NB1001", "NB1002")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 60.0},
            {"tracking_number": "NB1002", "amount": 40.0},
        )
        self.assertEqual(bill.line_ids.charge_id, shipment.logistics_charge_ids)
        self.assertEqual(bill.line_ids.mapped("status"), ["matched"] * 2)

    def test_another_currency_is_told_and_never_booked_silently(self):
        self._accrue("NB1001")
        other = self.env.ref("base.EUR" if self.currency.name != "EUR" else "base.USD")
        other.active = True
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0}, currency_id=other.id
        )
        self.assertRecordValues(
            bill.line_ids,
            [{"status": "variance", "reason": "currency", "disputed_amount": 100.0}],
        )

    def test_shipment_of_a_sister_company_is_found(self):
        shipment = self._accrue("NB1001")
        sister = self.env["res.company"].create({"name": "Sister"})
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0}, company_id=sister.id
        )
        self.assertEqual(bill.line_ids.charge_id, shipment.logistics_charge_ids)
        self.assertEqual(bill.line_ids.for_company_id, self.company)

    def test_many_lines_take_as_many_queries_as_few(self):
        shipments = [self._accrue(f"NB{n}") for n in range(2)]
        self.assertTrue(all(one.logistics_charge_ids for one in shipments))

        def queries(count):
            bill = self._bill(
                *(
                    {"tracking_number": f"NB{n % 2}", "amount": 1.0, "row": n}
                    for n in range(count)
                ),
                number=f"Q{count}",
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            bill._match()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = queries(4)
        self.assertLessEqual(queries(200), few + 4)

    def test_only_finance_matches_by_hand(self):
        shipment = self._accrue("NB1001")
        line = self._checked({"tracking_number": "ZZ9", "amount": 7.0}).line_ids
        with self.assertRaises(AccessError):
            line.with_user(self.people["auditor"])._take_charge(
                shipment.logistics_charge_ids
            )
        with self.assertRaises(AccessError):
            line.with_user(self.finance).write(
                {"charge_id": shipment.logistics_charge_ids.id}
            )
        line.bill_id.sudo().state = "posted"
        with self.assertRaises(UserError):
            line.with_user(self.finance)._take_charge(shipment.logistics_charge_ids)

    def test_line_without_words_of_the_carrier_has_a_name(self):
        """It is asked about by its number and type; its code alone is no name."""
        line = self._checked(
            {"tracking_number": "ZZ9", "amount": 7.0, "text": False}
        ).line_ids
        self.assertEqual(line.display_name, "ZZ9, Base Freight")
        line.text = "Domestic parcel"
        self.assertEqual(line.display_name, "ZZ9, Domestic parcel")
        line.write({"text": False, "tracking_number": False})
        self.assertEqual(line.display_name, "Base Freight")
        window = line.with_user(self.finance).action_accept_dialog()
        dialog = (
            self.env["logistics.reason"]
            .with_user(self.finance)
            .with_context(**window["context"])
            .create({"reason": "Agreed by phone"})
        )
        self.assertEqual(dialog.subject, "Base Freight")
