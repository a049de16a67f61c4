from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .inspect_case import InspectCommon


@tagged("post_install", "-at_install")
class TestInspect(InspectCommon):
    """What is found decides where the goods go and what is credited."""

    def test_accepted_goods_go_to_stock_and_are_to_be_credited(self):
        one = self._came_back(4)
        before = self._on_hand(self.stock)
        one_of = self._find(one, restock=4)
        self.assertEqual(self._on_hand(self.stock), before + 4)
        self.assertFalse(self._on_hand(self.waiting))
        self.assertEqual(one_of.move_ids.picking_id.state, "done")
        self.assertEqual(
            one_of.move_ids.picking_id.picking_type_id, self.warehouse.int_type_id
        )
        self.assertEqual(one.line_ids.accepted_quantity, 4)
        self.assertEqual(one.state, "inspected")
        fact = one.fact_ids.filtered(lambda fact: fact.kind == "inspected")
        self.assertEqual(fact.user_id, self.inspector)

    def test_a_putaway_rule_of_the_warehouse_chooses_the_shelf(self):
        shelf = self._place("Shelf", self.stock)
        self.env["stock.putaway.rule"].create(
            {
                "product_id": self.product.id,
                "location_in_id": self.stock.id,
                "location_out_id": shelf.id,
            }
        )
        finding = self._find(self._came_back(2), restock=2)
        self.assertEqual(finding.dest_id, shelf)
        self.assertEqual(self._on_hand(shelf), 2)

    def test_goods_received_into_stock_stay_there(self):
        self.warehouse.logistics_quarantine_id = False
        _order, picking = self._delivered(2)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        receipt = wizard._create_return()
        self._receive(receipt, 2)
        finding = self._find(receipt.logistics_return_id, restock=2)
        self.assertFalse(finding.move_ids)
        self.assertEqual(receipt.logistics_return_id.line_ids.accepted_quantity, 2)

    def test_goods_to_put_in_order_go_where_the_company_says(self):
        one = self._came_back(2)
        self._find(one, refurbish=2)
        self.assertEqual(self._on_hand(self.workshop), 2)
        self.assertEqual(one.line_ids.accepted_quantity, 2)

    def test_without_such_a_place_nothing_is_recorded(self):
        self.company.logistics_return_refurbish_id = False
        one = self._came_back(2)
        with self.assertRaisesRegex(UserError, "Settings"), self.cr.savepoint():
            self._find(one, refurbish=2)
        self.assertFalse(one.finding_ids)

    def test_scrap_is_a_scrap_of_odoo_that_names_the_return(self):
        one = self._came_back(2)
        finding = self._find(one, scrap=2)
        self.assertEqual(finding.scrap_id.state, "done")
        self.assertEqual(finding.scrap_id.origin, one.name)
        self.assertFalse(finding.scrap_id.picking_id)
        self.assertEqual(self._on_hand(self.bin), 2)
        self.assertEqual(one.line_ids.accepted_quantity, 2)

    def test_goods_go_back_to_the_customer_unsold_and_uncredited(self):
        order, picking = self._delivered(4)
        invoice = order._create_invoices()
        invoice.action_post()
        one, _receipt = self._back(picking)
        self.assertEqual(order.order_line.qty_delivered, 0)
        finding = self._find(one, send_back=4)
        transfer = finding.move_ids.picking_id
        self.assertEqual(transfer.picking_type_id, self.warehouse.out_type_id)
        self.assertEqual(transfer.partner_id, picking.partner_id)
        self.assertEqual(transfer.state, "assigned")
        self.assertEqual(finding.move_ids.quantity, 4)
        transfer.move_ids.picked = True
        transfer.button_validate()
        self.assertFalse(self._on_hand(self.waiting))
        self.assertEqual(order.order_line.product_uom_qty, 4)
        self.assertEqual(len(order.order_line), 1)
        self.assertEqual(order.order_line.qty_delivered, 4)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertFalse(one.line_ids.credit_quantity)
        self.assertFalse(one.line_ids.accepted_quantity)

    def test_missing_goods_move_nothing_and_are_not_credited(self):
        one = self._came_back(3)
        self._find(one, restock=2, missing=1)
        self.assertEqual(self._on_hand(self.waiting), 1)
        self.assertEqual(one.line_ids.accepted_quantity, 2)
        self.assertIn("missing", {kind for kind, _line in one.problems})

    def test_what_never_came_is_missing_and_no_longer_expected(self):
        one, _receipt = self._back(self._delivered(5)[1], came=3)
        self.assertEqual(one.line_ids.expected_quantity, 2)
        screen = self._screen(one)
        came, coming = screen.line_ids
        self.assertTrue(coming.is_short)
        coming.missing_quantity = 2
        with self.assertRaisesRegex(UserError, "inspect first"), self.cr.savepoint():
            screen.action_confirm()
        screen = self._screen(one)
        came, coming = screen.line_ids
        came.restock_quantity, coming.missing_quantity = 3, 2
        screen.action_confirm()
        self.assertFalse(one.line_ids.expected_quantity)
        self.assertEqual(one.line_ids.accepted_quantity, 3)

    def test_what_never_came_cannot_be_in_any_condition(self):
        one, _receipt = self._back(self._delivered(5)[1], came=3)
        screen = self._screen(one)
        screen.line_ids[1].scrap_quantity = 1
        with self.assertRaisesRegex(UserError, "only be missing"):
            screen.action_confirm()

    def test_more_missing_than_expected_is_refused(self):
        one, _receipt = self._back(self._delivered(5)[1], came=3)
        screen = self._screen(one)
        screen.line_ids[0].restock_quantity = 3
        screen.line_ids[1].missing_quantity = 3
        with self.assertRaisesRegex(UserError, "only 2"):
            screen.action_confirm()

    def test_a_wrong_item_stays_where_it_is_and_is_somebody_s_problem(self):
        one = self._came_back(2)
        self._find(one, wrong_item=1)
        self.assertEqual(self._on_hand(self.waiting), 2)
        self.assertFalse(one.line_ids.accepted_quantity)
        problem = self.env["logistics.exception"].search(
            [("res_model", "=", one._name), ("res_id", "=", one.id)]
        )
        self.assertEqual(problem.mapped("state"), ["open"])
        self.assertIn("something else came", problem.summary)

    def test_one_line_is_split_over_several_dispositions(self):
        one = self._came_back(10)
        findings = self._find(
            one, restock=5, refurbish=2, scrap=1, send_back=1, missing=1
        )
        self.assertEqual(len(findings), 5)
        self.assertEqual(
            self._inspected(one),
            {"restock": 5, "refurbish": 2, "scrap": 1, "send_back": 1, "missing": 1},
        )
        self.assertEqual(one.line_ids.accepted_quantity, 8)
        self.assertEqual(self._on_hand(self.workshop), 2)
        self.assertEqual(self._on_hand(self.bin), 1)
        # One is missing, and one waits for its way back.
        self.assertEqual(self._on_hand(self.waiting), 2)

    def test_inspection_in_several_steps_leaves_the_rest_waiting(self):
        one = self._came_back(5)
        self._find(one, restock=2)
        self.assertEqual(one.state, "received")
        self.assertEqual(self._screen(one).line_ids.waiting, 3)
        self._find(one, scrap=1)
        self._find(one, restock=2)
        self.assertEqual(one.state, "inspected")
        self.assertEqual(self._inspected(one), {"restock": 4, "scrap": 1})
        self.assertFalse(self._screen(one).line_ids)

    def test_more_than_what_came_is_refused_and_nothing_is_moved(self):
        one = self._came_back(2)
        before = self._on_hand(self.stock)
        with self.assertRaisesRegex(UserError, "2 wait here"), self.cr.savepoint():
            self._find(one, restock=2, scrap=1)
        self.assertFalse(one.finding_ids)
        self.assertEqual(self._on_hand(self.stock), before)

    def test_second_inspector_counts_what_the_first_left(self):
        one = self._came_back(3)
        first, second = self._screen(one), self._screen(one, self.people["manager"])
        first.line_ids.restock_quantity = 2
        second.line_ids.scrap_quantity = 2
        first.action_confirm()
        with self.assertRaisesRegex(UserError, "1 wait here"), self.cr.savepoint():
            second.action_confirm()
        self.assertEqual(self._inspected(one), {"restock": 2})

    def test_pressed_twice_it_is_recorded_once(self):
        one = self._came_back(4)
        screen = self._screen(one)
        screen.line_ids.restock_quantity = 2
        first, second = screen.action_confirm(), screen.action_confirm()
        self.assertEqual(first["res_model"], second["res_model"])
        self.assertEqual(self._inspected(one), {"restock": 2})
        self.assertEqual(len(one.finding_ids), 1)

    def test_nothing_counted_is_nothing_to_confirm(self):
        screen = self._screen(self._came_back(2))
        with self.assertRaisesRegex(UserError, "what was found"):
            screen.action_confirm()
        screen.line_ids.restock_quantity = -1
        with self.assertRaisesRegex(UserError, "from one on"):
            screen.action_confirm()

    def test_goods_that_somebody_moved_are_not_moved_twice(self):
        one = self._came_back(2)
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.waiting, -1
        )
        with self.assertRaisesRegex(UserError, "not in .*Returned Goods"):
            self._find(one, restock=2)

    def test_row_of_another_return_is_refused(self):
        one, other = self._came_back(2), self._came_back(2)
        screen = self._screen(one)
        screen.line_ids.write(
            {"return_line_id": other.line_ids.id, "restock_quantity": 2}
        )
        with self.assertRaises(UserError):
            screen.action_confirm()
        self.assertFalse(other.finding_ids)

    # === WHO === #

    def test_only_operations_inspect_and_undo(self):
        one = self._came_back(2)
        finding = self._find(one, restock=1)
        for role in ("finance", "auditor", "integration"):
            person = self.people[role]
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    one.with_user(person).action_inspect()
                with self.assertRaises(AccessError):
                    finding.with_user(person).action_undo("No")
        self.assertTrue(one.with_user(self.people["manager"]).action_inspect())

    def test_nobody_types_or_deletes_what_was_found(self):
        finding = self._find(self._came_back(2), restock=1)
        for person in (self.inspector, self.env.user):
            own = finding.with_user(person)
            with self.assertRaises(AccessError):
                own.write({"quantity": 5})
            with self.assertRaises(AccessError):
                own.unlink()
            with self.assertRaises(AccessError):
                own.create({"return_id": finding.return_id.id, "ref": "x"})

    def test_other_companies_see_neither_returns_nor_findings(self):
        one = self._came_back(2)
        finding = self._find(one, restock=1)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.people["user"].copy(
            {
                "login": "stranger",
                "company_ids": [(6, 0, company.ids)],
                "company_id": company.id,
            }
        )
        own = finding.with_user(stranger).with_company(company)
        self.assertFalse(own.search([("id", "=", finding.id)]))
        with self.assertRaises(AccessError):
            one.with_user(stranger).with_company(company).read(["name"])

    # === UNITS, LOTS === #

    def test_goods_sold_by_the_dozen_are_counted_in_pieces(self):
        picking = self._sold(
            self.product, 2, product_uom_id=self.env.ref("uom.product_uom_dozen").id
        )
        one, _receipt = self._back(picking)
        self.assertEqual(one.line_ids.received_quantity, 2)
        before = self._on_hand(self.stock)
        screen = self._screen(one)
        self.assertEqual(screen.line_ids.waiting, 24)
        self.assertEqual(screen.line_ids.uom_id, self.product.uom_id)
        self._find(one, restock=7)
        self.assertEqual(self._on_hand(self.stock), before + 7)
        self.assertAlmostEqual(one.line_ids.accepted_quantity, 7 / 12, 2)
        self.assertEqual(self._screen(one).line_ids.waiting, 17)
        for count in (16, 1):
            self._find(one, restock=count)
        self.assertEqual(one.line_ids.accepted_quantity, 2)
        self.assertEqual(one.state, "inspected")
        self.assertEqual(self._on_hand(self.stock), before + 24)

    def test_each_serial_number_goes_its_own_way(self):
        product = self._goods("Motor", tracking="serial")
        lots = self._lots(product, "M-1", "M-2", "M-3")
        one, _receipt = self._back(self._sold(product, 3))
        screen = self._screen(one)
        self.assertEqual(screen.line_ids.lot_id, lots)
        by_lot = {row.lot_id.name: row for row in screen.line_ids}
        by_lot["M-1"].restock_quantity = 1
        by_lot["M-3"].scrap_quantity = 1
        screen.action_confirm()
        self.assertEqual(self._on_hand(self.stock, product, lots[0]), 1)
        self.assertEqual(self._on_hand(self.waiting, product, lots[1]), 1)
        self.assertEqual(self._on_hand(self.bin, product, lots[2]), 1)
        self.assertEqual(self._screen(one).line_ids.lot_id, lots[1])
        facts = one.fact_ids.filtered(lambda fact: fact.kind == "inspected")
        self.assertEqual(facts.lot_id, lots[0] | lots[2])

    def test_no_more_of_a_lot_than_came_of_it(self):
        product = self._goods("Oil", tracking="lot")
        self._lots(product, "O-1", "O-2", quantity=2)
        one, _receipt = self._back(self._sold(product, 4))
        screen = self._screen(one)
        self.assertEqual(screen.line_ids.mapped("waiting"), [2, 2])
        screen.line_ids[0].restock_quantity = 3
        with self.assertRaisesRegex(UserError, "O-1"):
            screen.action_confirm()

    def test_a_lot_goes_back_to_the_customer_as_itself(self):
        product = self._goods("Motor", tracking="serial")
        lots = self._lots(product, "M-1", "M-2")
        one, _receipt = self._back(self._sold(product, 2))
        screen = self._screen(one)
        screen.line_ids[1].send_back_quantity = 1
        screen.action_confirm()
        self.assertEqual(one.finding_ids.move_ids.move_line_ids.lot_id, lots[1])

    def test_places_of_the_company_of_the_return_are_used(self):
        """Whoever works in two companies inspects in the one the goods are in."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.inspector.company_ids |= company
        one = self._came_back(2)
        screen = self._screen(one, companies=company | self.company)
        self.assertEqual(screen.env.company, company)
        screen.line_ids.refurbish_quantity = 2
        screen.action_confirm()
        self.assertEqual(one.finding_ids.company_id, self.company)
        self.assertEqual(one.finding_ids.dest_id, self.workshop)
        self.assertEqual(one.finding_ids.move_ids.company_id, self.company)
