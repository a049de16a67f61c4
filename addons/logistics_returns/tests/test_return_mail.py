from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase
from odoo.addons.logistics_events.models.ledger import trusted

from .return_portal_case import ReturnPortalCase

MILESTONES = (
    "return_requested",
    "return_approved",
    "return_received",
    "return_credited",
)


@tagged("post_install", "-at_install")
class TestReturnMail(ReturnPortalCase, CronMixinCase):
    """Mails to the customer: off, until a company switches them on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "shop@example.com"
        cls.Mail = cls.env["logistics.customer.mail"]

    def _switch_on(self, *milestones):
        return self.env["logistics.customer.mail.setting"].create(
            [
                {"company_id": self.company.id, "milestone": milestone}
                for milestone in milestones or MILESTONES
            ]
        )

    def _mails(self, one=None):
        domain = [("logistics_return_id", "!=", False)]
        if one:
            domain = [("logistics_return_id", "=", one.id)]
        return self.Mail.search(domain, order="id")

    def _send(self):
        before = self.env["mail.mail"].search([])
        self._run_job("logistics_events.ir_cron_make_customer_mails")
        return self.env["mail.mail"].search([]) - before

    def _receive_all(self, one):
        one._say("received", "move", line=one.line_ids, quantity=2)

    def _credit_without_approval(self):
        """Invoice the order, and credit whatever comes back of it."""
        self.order._create_invoices().action_post()
        self._switch("credit")
        self.company.write(
            {
                "logistics_return_four_eyes": False,
                "logistics_return_automatic": 5000.0,
                "logistics_return_one_person": 5000.0,
            }
        )

    def test_nothing_is_planned_while_nothing_is_on(self):
        one = self._ask("2")
        one._say("approved", "by hand")
        self._receive_all(one)
        self.assertFalse(self._mails())

    def test_every_step_is_told_once_as_it_comes(self):
        self._switch_on()
        self._credit_without_approval()
        one = self._ask("2")
        told = []

        def check(milestone):
            mail = self._mails(one)[-1:]
            self.assertRecordValues(mail, [{"milestone": milestone}])
            sent = self._send()
            told.append(sent)
            self.assertEqual(len(sent), 1, milestone)
            self.assertIn(one.name, sent.subject)
            self.assertIn(
                "hansen@example.com",
                sent.email_to or "".join(sent.recipient_ids.mapped("email")),
            )
            self.assertIn(one.public_url, sent.body_html)

        check("return_requested")
        one._say("approved", "by hand")
        check("return_approved")
        one._say("label_sent", "by hand")
        self._receive_all(one)
        check("return_received")
        one._say(
            "inspected", "all", line=one.line_ids, quantity=2, disposition="restock"
        )
        self._take()
        # Set off against the open invoice.
        self.assertEqual(one.state, "refunded")
        check("return_credited")
        one._reckon()
        self.assertEqual(len(self._mails(one)), 4)
        self.assertEqual(set(self._mails(one).mapped("state")), {"sent"})

    def test_what_was_so_before_it_was_on_is_never_told(self):
        one = self._ask("2")
        one._say("approved", "by hand")
        self._switch_on()
        one._reckon()
        one._say("label_sent", "by hand")
        one._say("scanned", "first")
        self.assertFalse(self._mails().filtered(lambda m: m.milestone == MILESTONES[0]))

    def test_newer_news_takes_the_place_of_what_waits(self):
        self._switch_on()
        one = self._ask("2")
        one._say("approved", "by hand")
        self.assertEqual(
            {mail.milestone: (mail.state, mail.reason) for mail in self._mails(one)},
            {
                "return_requested": ("skipped", "overtaken"),
                "return_approved": ("waiting", False),
            },
        )
        self.assertEqual(len(self._send()), 1)

    def test_return_that_ended_is_not_told_of(self):
        self._switch_on()
        one = self._ask("2")
        one._withdraw_by_customer()
        self.assertRecordValues(
            self._mails(one), [{"state": "skipped", "reason": "return_over"}]
        )
        self.assertFalse(self._send())

    def test_request_nobody_made_is_not_confirmed(self):
        self._switch_on()
        for origin in ("scan", "transfer"):
            self._announce(self.picking, 1, origin=origin)
        self.assertFalse(self._mails())
        self._announce(self._delivered(1)[1], 1, origin="staff")
        self.assertEqual(len(self._mails()), 1)

    def test_goods_credited_without_having_come_have_not_arrived(self):
        self._switch_on("return_received")
        one = self._ask("2")
        one._say("approved", "by hand")
        one._say("kept", "by hand", line=one.line_ids, quantity=2)
        self.assertEqual(one.state, "inspected")
        self.assertFalse(self._mails())

    def test_only_the_line_of_the_company_that_is_on_counts(self):
        setting = self._switch_on("return_requested")
        setting.is_on = False
        self._ask("1")
        self.assertFalse(self._mails())

    def test_customer_who_wants_no_mails_or_has_no_address_gets_none(self):
        self._switch_on("return_requested")
        self.customer.logistics_no_mails = True
        one = self._ask("1")
        self.assertFalse(self._send())
        self.assertEqual(self._mails(one).reason, "opted_out")
        self.other_customer.email = False
        other = self._ask("1", order=self.foreign_order, user=self.stranger)
        self.assertFalse(self._send())
        self.assertEqual(self._mails(other).reason, "no_address")

    def test_late_news_is_not_sent(self):
        self._switch_on("return_requested")
        one = self._ask("1")
        mail = self._mails(one)
        trusted(mail).happened_at = fields.Datetime.subtract(mail.happened_at, days=8)
        self.assertFalse(self._send())
        self.assertEqual(mail.reason, "late")

    def test_planning_wakes_the_job_at_once(self):
        self._switch_on("return_requested")
        job = "logistics_events.ir_cron_make_customer_mails"
        with self.capture_triggers(job) as triggers:
            self._ask("1")
        self.assertEqual(len(triggers.records), 1)

    def test_template_is_that_of_returns(self):
        setting = self._switch_on("return_approved")
        template = self.env.ref("logistics_returns.mail_template_return_approved")
        self.assertEqual(setting.template_id, template)
        self.assertEqual(setting.template_model, "logistics.return")
        setting = self._switch_on("dispatched")
        self.assertEqual(setting.template_model, "logistics.shipment")

    def test_mail_that_failed_is_tried_again_by_who_handles_returns(self):
        setting = self._switch_on("return_requested")
        body = setting.template_id.body_html
        setting.template_id.subject = "{{ 1 / 0 }}"
        one = self._ask("1")
        with mute_logger(
            "odoo.addons.logistics_events.models.logistics_customer_mail",
            "odoo.addons.mail.models.mail_render_mixin",
        ):
            self.assertFalse(self._send())
        self.assertEqual(self._mails(one).state, "failed")
        setting.template_id.write({"subject": "Your return", "body_html": body})
        self._mails(one).with_user(self.people["user"]).action_retry()
        self.assertEqual(len(self._send()), 1)

    def test_database_holds_one_row_for_a_step_about_one_thing(self):
        self._switch_on("return_requested")
        one = self._ask("1")
        row = {
            "company_id": self.company.id,
            "happened_at": fields.Datetime.now(),
            "decided_at": fields.Datetime.now(),
            "state": "waiting",
        }
        shipment = self.picking.logistics_shipment_ids
        for wrong in (
            {"logistics_return_id": one.id, "milestone": "return_requested"},
            {"milestone": "return_approved"},
            {
                "logistics_return_id": one.id,
                "shipment_id": shipment.id,
                "milestone": "return_approved",
            },
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                trusted(self.Mail).create(row | wrong)
