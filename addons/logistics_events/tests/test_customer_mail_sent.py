from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_case import MailCase


@tagged("post_install", "-at_install")
class TestSent(MailCase):
    def _delivered(self, number="M100", **more):
        self._switch_on("delivered")
        shipment = self._new(number, **more)
        self._happen("delivered", hours=1, shipment=shipment)
        return shipment

    def test_mail_goes_to_the_customer_with_a_link_that_works(self):
        shipment = self._delivered()
        sent = self._send()
        self.assertEqual(len(sent), 1)
        self.assertEqual(sent.recipient_ids, self.customer)
        self.assertIn("shop@example.com", sent.email_from)
        self.assertIn(shipment.sale_order_ids.name, sent.subject)
        self.assertIn(shipment.public_url, sent.body_html)
        self.assertIn(sent.mail_message_id, shipment.message_ids)
        self.assertRecordValues(
            self._mails(),
            [{"state": "sent", "mail_id": sent.id, "partner_id": self.customer.id}],
        )
        token = shipment.public_url.rpartition("/")[2]
        self.assertEqual(
            self.env["logistics.tracking.link"]._shipment_of(token), shipment
        )

    def test_second_run_sends_nothing(self):
        self._delivered()
        self.assertEqual(len(self._send()), 1)
        self.assertFalse(self._send())

    def test_every_template_is_made_of_allowed_words(self):
        self._switch_on("dispatched", "out_for_delivery", "problem", "delivered")
        shipment = self._new()
        sent = self.env["mail.mail"]
        for hours, event_type in (
            (8, "picked_up"),
            (6, "out_for_delivery"),
            (4, "lost"),
            (2, "delivered"),
        ):
            self._happen(event_type, hours=hours, shipment=shipment)
            sent |= self._send()
        self.assertEqual(len(sent), 4)
        for mail in sent:
            for word in ("lost", "Secret words", "Raw-Code-77", "False", "None"):
                self.assertNotIn(word, mail.subject + mail.body_html)

    def test_mail_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        template = self.env.ref("logistics_events.mail_template_delivered")
        template.with_context(lang="de_DE").subject = "Angekommen"
        self._delivered()
        shipment = self._new("M200", partner_id=self.other_customer.id)
        self._happen("delivered", hours=1, shipment=shipment)
        subjects = {mail.recipient_ids: mail.subject for mail in self._send()}
        self.assertEqual(subjects[self.customer], "Angekommen")
        self.assertIn("has arrived", subjects[self.other_customer])

    def test_customer_who_wants_none_gets_none_at_any_address(self):
        dock = self.env["res.partner"].create(
            {"name": "Dock", "parent_id": self.customer.id, "email": "d@example.com"}
        )
        self.customer.logistics_no_mails = True
        self._delivered(partner_shipping_id=dock.id)
        self.assertFalse(self._send())
        self.assertRecordValues(
            self._mails(), [{"state": "skipped", "reason": "opted_out"}]
        )

    def test_who_changes_their_mind_is_not_told_afterwards(self):
        self.customer.logistics_no_mails = True
        self._delivered()
        self._send()
        self.customer.logistics_no_mails = False
        self._happen("pod_available", shipment=self._mails().shipment_id)
        self.assertFalse(self._send())

    def test_without_an_address_of_the_receiver_the_customer_is_told(self):
        dock = self.env["res.partner"].create({"name": "Somebody's Dock"})
        self._delivered(partner_shipping_id=dock.id)
        self.assertEqual(self._send().recipient_ids, self.customer)

    def test_without_any_address_nothing_is_sent(self):
        self.customer.email = False
        self._delivered()
        self.assertFalse(self._send())
        self.assertEqual(self._mails().reason, "no_address")

    def test_switching_off_stops_what_waits(self):
        self._delivered()
        self.Setting.search([]).is_on = False
        self.assertFalse(self._send())
        self.assertEqual(self._mails().reason, "switched_off")

    def test_pause_keeps_mails_until_it_is_over(self):
        self._delivered()
        Mode = self.env["logistics.action.mode"]
        Mode._pause(self.company, "Audit")
        self.assertFalse(self._send())
        self.assertEqual(self._mails().state, "waiting")
        job = "logistics_events.ir_cron_make_customer_mails"
        with self.capture_triggers(job) as triggers:
            Mode._resume(self.company)
        self.assertEqual(len(triggers.records), 1)
        self.assertEqual(len(self._send()), 1)

    def test_after_a_long_pause_only_what_is_still_news_is_told(self):
        self._switch_on("dispatched", "out_for_delivery", "delivered", hours=96)
        delivered, under_way = self._new(), self._new("M200")
        self._happen("picked_up", hours=3, shipment=delivered)
        self._happen("out_for_delivery", hours=2, shipment=under_way)
        self._happen("delivered", hours=1, shipment=delivered)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            sent = self._send()
        self.assertEqual(
            {
                (mail.shipment_id, mail.milestone): (mail.state, mail.reason)
                for mail in self._mails()
            },
            {
                (delivered, "dispatched"): ("skipped", "overtaken"),
                (delivered, "delivered"): ("sent", False),
                (under_way, "out_for_delivery"): ("skipped", "late"),
            },
        )
        self.assertEqual(len(sent), 1)

    @mute_logger("odoo.addons.logistics_events.models.logistics_customer_mail")
    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_broken_template_costs_no_delivery_and_no_other_mail(self):
        self._delivered()
        other = self._new("M200", partner_id=self.other_customer.id)
        self._happen("delivered", hours=1, shipment=other)
        template = self.env.ref("logistics_events.mail_template_delivered")
        whole = template.subject
        with patch.object(type(template), "_check_can_be_rendered", lambda *_, **__: 0):
            template.subject = (
                "{{ 1 / (0 if object.told_partner_id.name == 'Dalton Marine' else 1) }}"
            )
        self.assertEqual(len(self._send()), 1)
        failed = self._mails(other)
        self.assertEqual(failed.state, "failed")
        self.assertTrue(failed.error)
        open_ = [("category", "=", "configuration"), ("state", "=", "open")]
        self.assertEqual(self.env["logistics.exception"].search_count(open_), 1)
        template.subject = whole
        failed.with_user(self.people["user"]).action_retry()
        self.assertEqual(self._send().recipient_ids, self.other_customer)
        self.assertFalse(self.env["logistics.exception"].search_count(open_))

    def test_only_a_failed_mail_is_tried_again_and_not_by_auditors(self):
        self._delivered()
        with self.assertRaises(UserError):
            self._mails().with_user(self.people["user"]).action_retry()
        with self.assertRaises(AccessError):
            self._mails().with_user(self.people["auditor"]).action_retry()

    def test_hundred_mails_are_made_together(self):
        self._switch_on("delivered")
        shipments = self.env["logistics.shipment"].create(
            [{"partner_id": self.customer.id} for _number in range(100)]
        )
        for shipment in shipments:
            self._happen("delivered", shipment=shipment, key=f"d{shipment.id}")
        self.assertEqual(len(self._send()), 100)
