"""Sending what was posted: once, whatever happens in between.

The key is kept and committed before the mail leaves. If the server dies after that, the
document counts as perhaps sent: a person looks, and nothing is sent a second time.
"""

import logging
import uuid

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import trusted

_logger = logging.getLogger(__name__)


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _logistics_wake_sending(self):
        cron = self.env.ref("logistics_invoice_release.ir_cron_send_invoices", False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_send_invoices(self):
        """Send the posted invoices that are due, each in a transaction of its own."""
        Cron = self.env["ir.cron"]
        self._logistics_give_up_sending()
        domain = [
            ("send_state", "=", "due"),
            ("state", "=", "done"),
            ("company_id", "not in", self.env["logistics.action.mode"]._stopped().ids),
        ]
        Cron._commit_progress(remaining=self.search_count(domain))
        while steps := self.search(domain, limit=100, order="id"):
            taken = steps.try_lock_for_update(limit=1)
            if not taken:
                break
            moves = taken._logistics_claim_sending()
            # The key is on record before anything leaves.
            if not Cron._commit_progress(0) and not moves:
                break
            moves._logistics_send()
            if not Cron._commit_progress(1):
                break

    def _logistics_claim_sending(self):
        """Keep the key of the one time the documents of a step may be sent.

        :return: The documents to send now; none when another step claimed them.
        :rtype: account.move
        """
        self.ensure_one()
        moves = self.line_ids.move_id.filtered(
            lambda move: move.state == "posted" and not move.is_move_sent
        )
        others = moves.line_ids.logistics_effect_ids - self
        trusted(self.sudo()).write(
            {
                "send_state": "sending" if moves else "sent",
                "send_key": uuid.uuid4().hex if moves else False,
            }
        )
        same = others.filtered(
            lambda step: step.send_state == "due" and step.line_ids.move_id <= moves
        )
        trusted(same.sudo()).write({"send_state": "sent", "send_key": self.send_key})
        return moves

    @api.model
    def _logistics_give_up_sending(self):
        """Ask a person about documents whose sending was cut off."""
        for step in self.search([("send_state", "=", "sending")]).try_lock_for_update():
            trusted(step.sudo()).write({"send_state": "failed"})
            step._logistics_open_send_failed(
                self.env._(
                    "%s may have been sent or not: the server stopped in between. "
                    "Look at it and send it by hand if needed.",
                    ", ".join(step.line_ids.move_id.mapped("display_name")),
                )
            )

    def action_send_again(self):
        """Send the documents once more, on the word of a person.

        :raise UserError: When there is no doubt that they were sent.
        """
        self.check_access("read")
        self._check_may_decide()
        if any(step.send_state != "failed" for step in self):
            raise UserError(self.env._("Only what was not sent can be sent again."))
        for step in self.sudo():
            trusted(step).write({"send_state": "due", "send_key": False})
            self.env["logistics.exception"].sudo()._solve(
                "action_failed",
                step,
                self.env._("Sent again by %s.", self.env.user.name),
                key="send",
            )
        self._logistics_wake_sending()
        return True

    def _logistics_open_send_failed(self, text):
        self.env["logistics.exception"]._open(
            "action_failed",
            self,
            text,
            shipment=self.shipment_id,
            order=self.order_id,
            effect=self,
            key="send",
        )


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    def action_retry(self):
        """Override of `logistics_events`: what was not sent is sent again."""
        unsent = self.filtered(lambda one: one._logistics_is_about_sending())
        for exception in unsent:
            exception.check_access("write")
            exception.effect_id.action_send_again()
        rest = self - unsent
        return super(LogisticsException, rest).action_retry() if rest else True

    def _logistics_is_about_sending(self):
        self.ensure_one()
        return (
            self.category == "action_failed"
            and self.effect_id.send_state == "failed"
            and self.subject_key == f"{self.effect_id._name},{self.effect_id.id},send"
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_send(self):
        """Send the documents to their customers, and keep what came of it."""
        for move in self:
            steps = move.line_ids.logistics_effect_ids.filtered(
                lambda step: step.send_state == "sending"
            )
            state = "sent"
            try:
                move.with_company(move.company_id)._logistics_mail()
            except Exception as error:  # noqa: BLE001 - any reason is shown to a person
                _logger.warning("Sending %s failed: %s", move.name, error)
                # The claim is committed; what was half done is not kept.
                self.env.cr.rollback()
                self.env.invalidate_all()
                state = "failed"
                steps._logistics_open_send_failed(
                    self.env._(
                        "%(document)s is posted but was not sent: %(reason)s",
                        document=move.display_name,
                        reason=str(error) or type(error).__name__,
                    )
                )
            trusted(steps.sudo()).write({"send_state": state})

    def _logistics_mail(self):
        """Send one document the way Odoo does, also where no PDF can be made."""
        self.ensure_one()
        Send = self.env["account.move.send"]
        settings = Send._get_default_sending_settings(self)
        by_mail = "email" in settings["sending_methods"]
        if by_mail and not settings["mail_partner_ids"]:
            raise UserError(
                self.env._("%s has no e-mail address.", self.partner_id.display_name)
            )
        if self._logistics_can_print():
            Send._generate_and_send_invoices(
                self, allow_raising=False, allow_fallback_pdf=True
            )
        else:
            settings["mail_attachments_widget"] = [self._logistics_page_attachment()]
            Send._hook_if_success({self.sudo(): settings})
        self.is_move_sent = True

    def _logistics_can_print(self):
        """Return whether this server makes PDF files."""
        return self.env["ir.actions.report"].get_wkhtmltopdf_state() in (
            "ok",
            "workers",
            "upgrade",
        )

    def _logistics_page_attachment(self):
        """Return the invoice as a page, for mails where no PDF can be made."""
        report = self.env["account.move.send"]._get_default_pdf_report_id(self)
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            report.report_name, self.ids
        )
        attachment = self.env["ir.attachment"].create(
            {
                "name": self._get_invoice_report_filename(extension="html"),
                "raw": content,
                "mimetype": "text/html",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "id": attachment.id,
            "name": attachment.name,
            "mimetype": attachment.mimetype,
            "placeholder": False,
        }
