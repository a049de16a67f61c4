from datetime import timedelta
from unittest.mock import patch

from lxml import html
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from . import files
from .portal_case import INTERNAL, PortalCase


@tagged("post_install", "-at_install")
class TestPublicValues(PortalCase):
    def _status(self, shipment=None):
        shipment = shipment or self.shipment
        shipment.invalidate_recordset(["public_status"])
        return shipment.public_status

    def test_hidden_state_is_told_as_the_last_word_before(self):
        self._happen("out_for_delivery", hours=2)
        self._happen("refused", hours=1)
        self.assertEqual(self.shipment.state, "refused")
        self.assertEqual(self._status(), "Out for Delivery")

    def test_company_shows_what_is_hidden_by_default(self):
        self._happen("refused")
        line = self._show("refused", True)
        self.assertEqual(self._status(), "Delivery Not Accepted")
        line.unlink()
        self.assertEqual(self._status(), "On the Way")

    def test_line_of_a_customer_beats_that_of_the_company(self):
        self._happen("refused")
        self._happen("refused", shipment=self.foreign)
        self._show("refused", True)
        address = self.env["res.partner"].create(
            {"name": "Dock 2", "parent_id": self.other_customer.id}
        )
        line = self._show("refused", False, partner=address)
        self.assertEqual(line.partner_id, self.other_customer)
        self.assertEqual(self._status(), "Delivery Not Accepted")
        self.assertEqual(self._status(self.foreign), "On the Way")

    def test_branch_follows_the_company_above_unless_it_says_otherwise(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        Status = self.env["logistics.customer.status"]
        self._show("lost", True)
        pair = (branch, self.customer)
        key = (branch.id, (self.customer.id,))
        self.assertIn("lost", Status._allowed([pair])[key])
        self._show("lost", False, company=branch)
        self.assertNotIn("lost", Status._allowed([pair])[key])

    def test_shipment_of_two_customers_tells_what_both_may_know(self):
        self._show("lost", True, partner=self.customer)
        both = self.customer | self.other_customer
        Status = self.env["logistics.customer.status"]
        allowed = Status._allowed([(self.company, both)])
        self.assertNotIn("lost", allowed[self.company.id, tuple(both.ids)])

    def test_second_line_for_the_same_event_is_refused(self):
        self._show("lost", True)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._show("lost", False)

    def test_history_has_what_counts_in_the_customers_words(self):
        self._happen("picked_up", hours=5)
        self._happen("handled", hours=4)
        self._happen("out_for_delivery", hours=2)
        self._happen("refused", hours=1)
        words = [line["word"] for line in self.shipment._public_values()["history"]]
        # Our own dispatch happens now, in the test after all of it.
        self.assertEqual(
            words,
            ["Shipped", "Being Prepared", "Out for Delivery", "Handed to the Carrier"],
        )

    def test_withdrawn_event_disappears_from_the_history(self):
        self._happen("out_for_delivery")
        event = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "out_for_delivery"
        )
        event.action_withdraw("Another parcel")
        words = [line["word"] for line in self.shipment._public_values()["history"]]
        self.assertNotIn("Out for Delivery", words)

    def test_time_is_that_of_the_place(self):
        self._happen("out_for_delivery")
        line = next(
            line
            for line in self.shipment._public_values()["history"]
            if line["word"] == "Out for Delivery"
        )
        here = fields.Datetime.now() + timedelta(hours=1)
        self.assertEqual(line["time"], here.strftime("%H:%M"))

    def test_expected_day_is_shown_until_it_has_arrived_and_unless_hidden(self):
        self._happen("eta_updated", hours=-48, classifier="estimated")
        self.assertTrue(self.shipment.public_eta)
        line = self._show("eta_updated", False)
        self.shipment.invalidate_recordset(["public_eta"])
        self.assertFalse(self.shipment.public_eta)
        line.unlink()
        self._happen("delivered")
        self.shipment.invalidate_recordset(["public_eta"])
        self.assertFalse(self.shipment.public_eta)

    def test_every_parcel_has_a_status_of_its_own(self):
        order = self._sell()
        shipment = self._ship(order.picking_ids, "P1", "P2")
        first, second = shipment.parcel_ids
        self._happen("delivered", shipment=shipment, parcel=first)
        self._happen("lost", shipment=shipment, parcel=second)
        values = shipment._public_values()
        self.assertEqual(
            [(row["number"], row["status"]) for row in values["parcels"]],
            [("P1", "Delivered"), ("P2", "On the Way")],
        )
        self.assertEqual(values["status"], "Partly Delivered")

    def test_expected_day_is_that_of_the_place_wherever_the_company_is(self):
        self._report(
            self.shipment,
            "eta_updated",
            occurred_at=fields.Datetime.now() + timedelta(days=2),
            classifier="estimated",
            precision="date",
            zone="America/Los_Angeles",
        )
        told = self.shipment.event_ids.filtered("zone").occurred_at.date()
        # The end of that day on the west coast is the next day in Berlin.
        self.assertEqual(
            self.shipment._place_clock(self.shipment.eta).date(),
            told + timedelta(days=1),
        )
        self.assertEqual(self.shipment.public_eta, told)
        self.assertEqual(self.shipment._shown_eta_day(), str(told))

    def test_notices_are_those_that_may_be_told(self):
        self._happen("delayed")
        self._happen("damaged")
        self.assertEqual(self.shipment._public_values()["notices"], ["Delayed"])

    def test_words_are_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("de_DE")
        Status = self.env["logistics.customer.status"].with_context(lang="de_DE")
        german = {"Delivered": "Angekommen"}
        with patch.object(
            code_translations, "get_python_translations", lambda *_: german
        ):
            self.assertEqual(Status._word("delivered"), "Angekommen")


@tagged("post_install", "-at_install")
class TestPortalRights(PortalCase):
    def test_domain_holds_what_was_ordered_and_what_is_delivered_to_the_company(self):
        Shipment = self.env["logistics.shipment"]
        self.assertEqual(
            Shipment.search(Shipment._portal_domain(self.guest)), self.shipment
        )
        consumer = self.env["res.partner"].create({"name": "Consumer"})
        ordered = self._sell(partner_shipping_id=consumer.id)
        elsewhere = self._ship(ordered.picking_ids, "NB300")
        self.assertEqual(elsewhere.partner_id, consumer)
        self.assertEqual(
            Shipment.search(Shipment._portal_domain(self.guest)),
            self.shipment | elsewhere,
        )

    def test_receipts_cancelled_labels_and_other_companies_are_left_out(self):
        Shipment = self.env["logistics.shipment"]
        domain = Shipment._portal_domain(self.guest)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        for more in ({"direction": "incoming"}, {"company_id": other.id}):
            Shipment.create({"partner_id": self.customer.id} | more)
        waiting = self._sell()
        waiting.picking_ids.carrier_tracking_ref = "VOID1"
        voided = waiting.picking_ids.logistics_shipment_ids
        self.assertIn(voided, Shipment.search(domain))
        waiting.picking_ids.carrier_tracking_ref = False
        self.assertEqual(voided.state, "shipment_cancelled")
        self.assertEqual(Shipment.search(domain), self.shipment)

    def test_portal_user_reaches_no_table_of_the_suite(self):
        for model in self.env.registry:
            if not model.startswith("logistics.") or self.env[model]._abstract:
                continue
            records = self.env[model].with_user(self.guest)
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(records.has_access(operation))
        shipment = self.shipment.with_user(self.guest)
        with self.assertRaises(AccessError):
            shipment.read(["public_status"])
        for press in ("action_make_tracking_link", "action_withdraw_tracking_link"):
            with self.assertRaises(AccessError):
                getattr(shipment, press)()

    def test_own_order_tells_a_portal_user_nothing_of_ours(self):
        order = self.order.with_user(self.guest)
        self.assertEqual(order.read(["name"])[0]["name"], self.order.name)
        ours = [
            name
            for name, field in self.order._fields.items()
            if (field._module or "").startswith("logistics_")
        ]
        self.assertTrue(ours)
        for name in ours:
            with self.subTest(field=name), self.assertRaises(AccessError):
                order.read([name])

    def test_token_is_read_by_administrators_only(self):
        self._link()
        link = self.shipment.tracking_link_ids.with_user(self.people["manager"])
        self.assertTrue(link.made_at)
        with self.assertRaises(AccessError):
            link.read(["token"])

    def test_links_and_mails_are_written_by_nobody(self):
        self._link()
        for user in (self.people["manager"], self.env.ref("base.user_admin")):
            link = self.shipment.tracking_link_ids.with_user(user)
            with self.assertRaises(AccessError):
                link.write({"withdrawn_at": False})

    def test_auditor_makes_no_link(self):
        with self.assertRaises(AccessError):
            self.shipment.with_user(self.people["auditor"]).action_make_tracking_link()


@tagged("post_install", "-at_install")
class TestPortalPages(PortalCase, HttpCase):
    def _get(self, path, login=None):
        if login:
            self.authenticate(login, login)
        return self.url_open(path, allow_redirects=False)

    def _text(self, response):
        main = html.fromstring(response.content).xpath("//main")[0]
        return " ".join(main.text_content().split())

    def _assert_silent(self, response, *more):
        for word in (*INTERNAL, *more):
            self.assertNotIn(word, response.text)

    def test_list_shows_own_shipments_only(self):
        self._happen("refused")
        response = self._get("/my/shipments", "portal-hansen")
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.order.name, self._text(response))
        self.assertIn("On the Way", self._text(response))
        self._assert_silent(response, self.foreign_order.name, self.foreign.name)

    def test_list_is_searched_by_tracking_number(self):
        self.authenticate("portal-hansen", "portal-hansen")
        found = self._get("/my/shipments?search=nb%20100")
        self.assertIn(self.order.name, self._text(found))
        foreign = self._get("/my/shipments?search=NB900")
        self.assertIn("No shipment of yours", self._text(foreign))
        self._assert_silent(foreign, self.foreign_order.name)

    def test_search_for_what_no_database_takes_finds_nothing(self):
        self.authenticate("portal-hansen", "portal-hansen")
        response = self._get("/my/shipments?search=NB%00X")
        self.assertEqual(response.status_code, 200)
        self.assertIn("No shipment of yours", self._text(response))

    def test_home_counts_own_shipments(self):
        self.authenticate("portal-hansen", "portal-hansen")
        self.assertIn("/my/shipments", self._get("/my/home").text)
        counts = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["logistics_shipment_count"]}
        )
        self.assertEqual(counts["logistics_shipment_count"], 1)

    def test_page_shows_allowed_words_parcels_and_own_order(self):
        self._happen("out_for_delivery", hours=2)
        self._happen("refused", hours=1)
        response = self._get(f"/my/shipments/{self.shipment.id}", "portal-hansen")
        text = self._text(response)
        for part in ("Out for Delivery", "NB100", self.order.name, "Northbound Parcel"):
            self.assertIn(part, text)
        self.assertIn(f"/my/orders/{self.order.id}", response.text)
        self._assert_silent(response)

    def test_only_posted_invoices_are_linked(self):
        invoice = self.order._create_invoices()
        path = f"/my/invoices/{invoice.id}"
        page = f"/my/shipments/{self.shipment.id}"
        self.assertNotIn(path, self._get(page, "portal-hansen").text)
        invoice.action_post()
        self.assertIn(path, self._get(page).text)

    def test_receiver_who_did_not_order_sees_no_order(self):
        receiver = self.env["res.partner"].create({"name": "Receiver"})
        self._account("receiver", receiver)
        order = self._sell(partner_shipping_id=receiver.id)
        shipment = self._ship(order.picking_ids, "NB400")
        response = self._get(f"/my/shipments/{shipment.id}", "portal-receiver")
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("/my/orders/", response.text)

    def test_foreign_missing_and_absurd_numbers_have_one_answer(self):
        self.authenticate("portal-hansen", "portal-hansen")
        gone = max(self.env["logistics.shipment"].search([]).ids) + 1000
        answers = set()
        for number in (self.foreign.id, gone, 0, 2**31 - 1, 2**31, 10**30):
            response = self._get(f"/my/shipments/{number}")
            self.assertEqual(response.status_code, 404, number)
            answers.add(self._text(response))
        self.assertEqual(len(answers), 1)
        self.assertNotIn("NB900", answers.pop())

    def test_list_opens_whatever_page_is_typed_into_the_address(self):
        for page in ("1", "2", "two", "-1", "9" * 30, ""):
            response = self._get(f"/my/shipments?page={page}", "portal-hansen")
            self.assertEqual(response.status_code, 200, page)

    def test_page_needs_an_account(self):
        response = self._get(f"/my/shipments/{self.shipment.id}")
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])

    def test_proof_is_downloaded_by_its_own_customer_only(self):
        proof = self._prove()
        foreign = self._prove(self.foreign)
        page = f"/my/shipments/{self.shipment.id}"
        path = f"{page}/proof/{proof.id}"
        response = self._get(page, "portal-hansen")
        self.assertIn(path, response.text)
        self._assert_silent(response)
        download = self._get(path)
        self.assertEqual(download.content, files.pdf())
        self.assertIn("attachment", download.headers["Content-Disposition"])
        for wrong in (
            f"{page}/proof/{foreign.id}",
            f"/my/shipments/{self.foreign.id}/proof/{foreign.id}",
            f"{page}/proof/{10**30}",
        ):
            self.assertEqual(self._get(wrong).status_code, 404, wrong)

    def test_hidden_or_withdrawn_proof_is_not_downloaded(self):
        proof = self._prove()
        page = f"/my/shipments/{self.shipment.id}"
        path = f"{page}/proof/{proof.id}"
        line = self._show("pod_available", False)
        self.assertNotIn(path, self._get(page, "portal-hansen").text)
        self.assertEqual(self._get(path).status_code, 404)
        line.unlink()
        self.assertEqual(self._get(path).status_code, 200)
        proof.action_withdraw("Wrong customer")
        self.assertEqual(self._get(path).status_code, 404)

    def test_texts_of_others_cannot_run_in_the_page(self):
        attack = "<script>alert(1)</script>"
        order = self._sell()
        shipment = self._ship(order.picking_ids, f"NB{attack}")
        self.carrier.name = attack
        for path in ("/my/shipments", f"/my/shipments/{shipment.id}"):
            response = self._get(path, "portal-hansen")
            self.assertNotIn(attack, response.text)
        search = self._get("/my/shipments?search=%22%3E%3Cscript%3Ealert(1)")
        self.assertNotIn("<script>alert(1)", search.text)

    def test_fields_and_images_have_labels(self):
        """What a screen reader needs: headings, labels, a status that is text."""
        self._happen("delayed")
        for path in ("/my/shipments", f"/my/shipments/{self.shipment.id}"):
            page = html.fromstring(self._get(path, "portal-hansen").content)
            main = page.xpath("//main")[0]
            self.assertEqual(len(main.xpath(".//h1")), 1)
            for field in main.xpath(".//input[@type!='hidden']"):
                self.assertTrue(main.xpath(f".//label[@for='{field.get('id')}']"))
            for section in main.xpath(".//section"):
                name = section.get("aria-labelledby")
                self.assertTrue(section.xpath(f".//*[@id='{name}']"), name)
            self.assertFalse(main.xpath(".//img[not(@alt)]"))
            for badge in main.xpath(".//*[contains(@class, 'badge')]"):
                self.assertTrue(badge.text_content().strip())
