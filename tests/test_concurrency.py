"""Exactly once, with many workers on real connections."""

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_race"
SHIPMENTS = 43


@tagged("post_install", "-at_install", "standard")
class TestConcurrency(BaseCase):
    """The races run in a process of their own, on a database with committed rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from load import inside

        from suite import database

        cls.addClassCleanup(database.drop, DATABASE)
        inside.prepared(DATABASE, SHIPMENTS, "--release")
        cls.races = inside.call("load.race", DATABASE)
        cls.dispatches = inside.call("load.dispatch_race", DATABASE)
        cls.freight = inside.call("load.freight_race", DATABASE)

    def test_same_event_from_32_senders_is_one_fact_and_one_release_per_move(self):
        race = self.races["same_event"]
        self.assertEqual((race["events"], race["releases"]), (1, race["moves"]))

    def test_8_workers_on_the_same_shipments_make_no_duplicate_action(self):
        race = self.races["same_wishes"]
        self.assertEqual(race["events"], race["shipments"])
        self.assertEqual(race["releases"], race["moves"])

    def test_8_workers_on_the_same_actions_invoice_each_order_once(self):
        race = self.races["same_effects"]
        self.assertEqual(race["invoices"], race["shipments"])
        self.assertEqual(race["posted"], race["shipments"])
        self.assertEqual(race["invoiced"], race["delivered"])
        self.assertEqual(race["states"], ["done"])

    def test_without_the_guard_in_python_the_database_refuses_the_second(self):
        race = self.races["unguarded"]
        self.assertEqual(race["events"], race["shipments"])
        self.assertEqual(race["releases"], race["moves"])
        after = race["after"]
        self.assertEqual(after["invoices"], after["shipments"])
        self.assertEqual(after["invoiced"], after["delivered"])

    def test_death_before_the_commit_leaves_neither_document_nor_action(self):
        race = self.races["crash"]
        self.assertEqual((race["made"]["invoices"], race["made"]["posted"]), (1, 1))
        self.assertEqual((race["after"]["invoices"], race["after"]["invoiced"]), (0, 0))
        self.assertEqual(race["after"]["states"], ["waiting"])
        self.assertEqual((race["again"]["invoices"], race["again"]["posted"]), (1, 1))

    def test_16_workers_credit_one_invoice_no_further_than_it_goes(self):
        race = self.races["credit"]
        self.assertGreater(race["invoiced"], 0)
        self.assertEqual(race["credited"], race["invoiced"])
        self.assertEqual(race["notes"], 4)
        self.assertGreaterEqual(race["refused"], 11)

    def test_report_and_person_at_once_validate_a_transfer_once(self):
        outcomes = [self._whole(transfer) for transfer in self._transfers("by_hand")]
        self.assertEqual(
            set(outcomes), {"report", "person"}, "Each of them was first at times"
        )

    def test_job_that_dies_leaves_the_transfer_to_the_person_who_waits(self):
        for transfer in self._transfers("crash"):
            self.assertEqual(self._whole(transfer), "person")

    def test_one_of_several_people_confirms_a_report_and_the_others_are_told(self):
        transfers = self._transfers("two_people")
        for transfer in transfers:
            self.assertEqual(self._whole(transfer), "report")
        race = self.dispatches["two_people"]
        self.assertGreater(race["people"], 1)
        self.assertEqual(race["told"], len(transfers) * (race["people"] - 1))

    def test_report_that_is_corrected_meanwhile_is_booked_once(self):
        for transfer in self._transfers("correction"):
            self.assertEqual(
                (transfer["state"], transfer["done_steps"], transfer["open_steps"]),
                ("done", 1, 0),
            )
            self.assertEqual(transfer["moved"], transfer["delivered"])
            self.assertIn(
                (transfer["moved"], transfer["exceptions"]),
                [(7.0, []), (8.0, ["report_differs"])],
            )

    def test_8_workers_accrue_the_same_charges_once(self):
        told, accrued = self.freight["same_charges"], self.freight["same_accruals"]
        count = told["charges"]
        self.assertEqual(told["facts"], {"quote": count, "trigger": count})
        self.assertEqual(told["accruing"], {"waiting": count})
        self.assertEqual(accrued["accruing"], {"done": count})
        self.assertEqual(accrued["postings"], {"accrual": count})
        self.assertEqual((accrued["twice"], accrued["entries"]), ([], count))
        self.assertEqual(accrued["open"], -accrued["balances"]["accrued"])
        self.assertEqual(accrued["open"], 100.0 * count)

    def test_8_workers_import_the_same_bill_once(self):
        race = self.freight["same_file"]
        self.assertEqual((race["files"], race["bills"]), (1, ["checked"]))
        self.assertEqual((race["lines"], race["matched"]), (race["charges"],) * 2)

    def test_8_people_post_the_same_bill_once(self):
        race = self.freight["same_bill"]
        count = race["charges"]
        self.assertEqual((race["bills"], race["refused"]), (["posted"], 7))
        self.assertEqual((race["posting"], race["documents"]), ({"done": 1}, 1))
        self.assertEqual(race["postings"], {"accrual": count, "bill": count})
        self.assertEqual((race["twice"], race["entries"]), ([], count + 1))
        self.assertEqual(
            race["balances"],
            {"freight": 100.0 * count, "accrued": 0.0, "clearing": 50.0},
        )

    def test_8_people_concede_the_same_dispute_once(self):
        asked, agreed, conceded = (
            self.freight[f"same_{name}"]
            for name in ("question", "decision", "concession")
        )
        self.assertEqual((asked["conceding"], asked["refused"]), ({"waiting": 1}, 7))
        self.assertEqual((agreed["agreed"], agreed["refused"]), (1, 7))
        self.assertEqual(conceded["conceding"], {"done": 1})
        self.assertEqual(conceded["disputes"], ["conceded"])
        self.assertEqual((conceded["postings"]["settle"], conceded["twice"]), (1, []))
        self.assertEqual(
            (conceded["balances"]["variance"], conceded["balances"]["clearing"]),
            (50.0, 0.0),
        )

    def test_8_workers_tell_one_story_in_any_order(self):
        race = self.freight["any_order"]
        self.assertEqual((race["twice"], race["missing"], race["held"]), ([], 0, []))
        half = race["charges"] // 2
        self.assertEqual(race["bills"], ["posted", "posted"])
        self.assertEqual(race["stages"], {"void": half, "invoiced": half})
        self.assertLessEqual(race["accruing"].keys(), {"done", "superseded"})
        self.assertEqual((race["open"], race["balances"]["accrued"]), (0.0, 0.0))
        # Every second charge was billed at 100.00, and 50.00 were given back.
        cost = race["balances"]["freight"] + race["balances"]["variance"]
        self.assertEqual(cost, 100.0 * half - 50.0)

    def test_after_all_races_freight_is_what_the_books_show(self):
        proof = self.freight["proof"]
        self.assertEqual(
            (proof["is_equal"], proof["charges"], proof["books"]), (True, 0.0, 0.0)
        )

    def _transfers(self, name):
        """Return what became of the transfers of a race, of which there are some."""
        transfers = self.dispatches[name]["transfers"]
        self.assertTrue(transfers)
        return transfers

    def _whole(self, transfer):
        """Check that one validation counts, whole, and return whose."""
        by_hand = transfer["by_hand"]
        self.assertEqual(
            transfer,
            {
                "state": "done",
                "by_hand": by_hand,
                "moved": 10.0 if by_hand else 8.0,
                "delivered": 10.0 if by_hand else 8.0,
                "demand": 10.0,
                "backorders": 0 if by_hand else 1,
                "done_steps": 1,
                "open_steps": 0,
                "told": 1,
                "exceptions": ["report_differs"] if by_hand else [],
            },
        )
        return "person" if by_hand else "report"
