"""Sending what was posted, once."""

import logging
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import trusted

_logger = logging.getLogger(__name__)


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    send_state = fields.Selection(
        [
            ("due", "To Send"),
            ("sending", "Being Sent"),
            ("sent", "Sent"),
            ("failed", "Not Sent"),
        ],
        string="Sending",
        help="Kept before the mail leaves, so that it never leaves twice.",
    )
    send_key = fields.Char(
        string="Sending Key", help="Names the one time the document may be sent."
    )

    _send_idx = models.Index("(id) WHERE send_state IN ('due', 'sending')")

    @api.model
    def _cron_send_invoices(self):
        """Send the posted invoices that are due."""
        self.env["logistics.effect.send"]._run()

    def action_send_again(self):
        """Send the documents once more, on the word of a person."""
        self.env["logistics.effect.send"]._again(self)
        return True


class LogisticsEffectSend(models.AbstractModel):
    _name = "logistics.effect.send"
    _inherit = "logistics.effect.once"
    _description = "Sends What Was Posted"

    _key = "send"
    _claimed = "sending"
    _done = "sent"
    _cron = "ir_cron_send_invoices"

    @api.model
    def _claim(self, step):
        """Override: the key is kept too, also on the steps of the same documents."""
        super()._claim(step)
        moves = self._unsent(step)
        key = uuid.uuid4().hex if moves else False
        same = (moves.line_ids.logistics_effect_ids - step).filtered(
            lambda other: other.send_state == "due" and other.line_ids.move_id <= moves
        )
        self._set(same, self._done)
        trusted((step | same).sudo()).write({"send_key": key})

    @api.model
    def _unsent(self, step):
        """Return the documents of a step that nobody sent yet.

        :rtype: account.move
        """
        return step.line_ids.move_id.filtered(
            lambda move: move.state == "posted" and not move.is_move_sent
        )

    def _do(self, step):
        """Implementation of `logistics.effect.once`."""
        problems = []
        for move in self._unsent(step):
            try:
                move.with_company(move.company_id)._logistics_mail()
            except Exception as error:  # noqa: BLE001
                # Mail servers, templates and reports of others fail with anything, and
                # a person reads why. `attempted` would not do: addons commit while
                # Odoo sends, which ends a savepoint. It goes back to the claim.
                _logger.warning("Sending %s failed: %s", move.name, error)
                self.env.cr.rollback()
                self.env.invalidate_all()
                problems.append(
                    self.env._(
                        "%(document)s is posted but was not sent: %(reason)s",
                        document=move.display_name,
                        reason=str(error) or type(error).__name__,
                    )
                )
        return problems

    def _text_cut_off(self, documents):
        """Implementation of `logistics.effect.once`."""
        return self.env._(
            "%s may have been sent or not: the server stopped in between. "
            "Look at it and send it by hand if needed.",
            documents,
        )


class AccountMove(models.Model):
    _inherit = "account.move"

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
