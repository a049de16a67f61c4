"""The buttons with which people solve what went wrong outside."""

from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError

from .logistics_remedy import OPERATIONS_GROUP


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    # === MAILS === #

    def action_contact_customer(self):
        """Open a prefilled mail to the customer; nothing is sent by opening it.

        :raise UserError: When the exception is about no shipment, or nobody is known.
        """
        shipment = self._shipment_needed()
        partner = shipment.partner_id or shipment.sudo().sale_order_ids.partner_id[:1]
        if not partner:
            raise UserError(self.env._("Nobody is known to whom the goods go."))
        spoken = self._spoken_by(partner)
        return self._composer(
            partner, spoken._customer_subject(), spoken._customer_lines()
        )

    def action_ask_carrier(self):
        """Open a prefilled mail to the carrier, with the numbers and what is known.

        :raise UserError: When the shipment has no carrier, or the carrier no vendor.
        """
        shipment = self._shipment_needed()
        partner = shipment.carrier_id.partner_id
        if not partner:
            raise UserError(
                self.env._(
                    "Name the vendor on the carrier %s first: the mail goes there.",
                    shipment.carrier_id.name or "",
                )
            )
        spoken = self._spoken_by(partner)
        return self._composer(
            partner, spoken._carrier_subject(), spoken._carrier_lines()
        )

    # === DIALOGS === #

    def action_snooze_dialog(self):
        """Ask until when the exceptions are put aside."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Snooze Until"),
            "res_model": "logistics.exception.snooze",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exception_ids": self.ids},
        }

    def action_correct_address(self):
        """Open the dialog that sends the shipment to another address."""
        return self._remedy_dialog("address", self.env._("Correct the Address"))

    def action_reship(self):
        """Open the dialog that sends lost or damaged goods again."""
        return self._remedy_dialog("reship", self.env._("Send Again"))

    def action_expect_return(self):
        """Open the dialog that says which goods come back."""
        return self._remedy_dialog("return", self.env._("Expect a Return"))

    def action_open_claim(self):
        """Open the dialog that claims damages from the carrier."""
        return self._remedy_dialog("claim", self.env._("Open a Claim"))

    def action_record_proof(self):
        """State the delivery by hand. Withdraw on the proof undoes it."""
        return self._shipment_needed().action_record_proof()

    # === BUSINESS METHODS === #

    def _shipment_needed(self):
        """Return the shipment the exception is about.

        :raise UserError: When it is about none.
        """
        self.ensure_one()
        self.check_access("write")
        if not self.shipment_id:
            raise UserError(self.env._("This exception is about no shipment."))
        self.shipment_id.check_access("read")
        return self.shipment_id

    def _remedy_dialog(self, kind, title):
        self.env["logistics.remedy"]._check_may_do(kind)
        self._shipment_needed()
        dialog = self.env["logistics.exception.remedy"]._prepare(self, kind)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _tell_carrier(self, address):
        """Tell the carrier where the shipment goes instead.

        :param res.partner address: Where it goes.
        :return: The window of a prefilled mail; None when the carrier knows without
            one, or nobody is known there.
        :rtype: dict | None
        """
        shipment_sudo = self.shipment_id.sudo()
        partner = shipment_sudo.carrier_id.partner_id
        if shipment_sudo._tell_carrier_address(address) or not partner:
            return None
        spoken = self._spoken_by(partner)
        return self._composer(
            partner,
            spoken.env._("%s: new address", spoken._numbers_text()),
            [
                spoken.env._("Please deliver this shipment to another address:"),
                spoken.env._("Tracking numbers: %s", spoken._numbers_text()),
                self._address_text(address),
            ],
        )

    def _composer(self, partner, subject, lines):
        """Return the window of a prefilled mail that is kept on the shipment.

        :param res.partner partner: Who gets it.
        :param str subject: The subject.
        :param list[str] lines: The paragraphs, plain text.
        :raise AccessError: For people who do not write to the outside.
        """
        if not (self.env.su or self.env.user.has_group(OPERATIONS_GROUP)):
            raise AccessError(self.env._("Only logistics users write these mails."))
        return {
            "type": "ir.actions.act_window",
            "name": subject,
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_composition_mode": "comment",
                "default_model": "logistics.shipment",
                "default_res_ids": self.shipment_id.ids,
                "default_partner_ids": partner.ids,
                "default_subject": subject,
                "default_body": Markup().join(
                    Markup("<p>%s</p>") % line for line in lines
                ),
                "default_email_layout_xmlid": "mail.mail_notification_light",
            },
        }

    def _spoken_by(self, partner):
        """Return the exception in the language of a partner, with all it may say."""
        return self.sudo().with_context(lang=partner.lang or self.env.lang)

    # === WORDS === #

    def _customer_subject(self):
        order = self.shipment_id._only_order()
        return (
            self.env._("Your order %s", order.client_order_ref or order.name)
            if order
            else self.env._("Your delivery %s", self._numbers_text())
        )

    def _customer_lines(self):
        """Return what the customer reads, a proposal that a person edits.

        :rtype: list[str]
        """
        shipment = self.shipment_id
        found = shipment.trouble or {}
        texts = {
            "lost": self.env._(
                "The carrier cannot find your delivery. We are clearing it up and will "
                "tell you how it goes on."
            ),
            "damaged": self.env._(
                "The carrier reports that your delivery was damaged. Please tell us in "
                "which condition it reached you, if possible with a photo."
            ),
            "refused": self.env._(
                "The carrier reports that the delivery was not accepted. Shall it be "
                "delivered once more?"
            ),
            "address": self.env._(
                "The carrier cannot find the address below. Please send us the "
                "complete address."
            ),
            "failed": self.env._(
                "The carrier could not deliver. When will somebody be there, and is "
                "the address below right?"
            ),
            "customs": self.env._(
                "Your delivery is held by customs. If they ask you for papers, please "
                "send them, or tell us what is missing."
            ),
            "coming_back": self.env._(
                "Your delivery is on its way back to us. Shall we send it once more?"
            ),
        }
        kind = next((kind for kind in texts if kind in found), None)
        text = texts.get(kind) or self.env._(
            "Your delivery takes longer than expected. We are asking the carrier and "
            "will tell you how it goes on."
        )
        lines = [
            self.env._("Dear %s,", shipment.partner_id.name or ""),
            text,
            self.env._("Tracking number: %s", self._numbers_text()),
        ]
        if kind in ("address", "failed"):
            lines.append(self._address_text(shipment.partner_id))
        return lines

    def _carrier_subject(self):
        return self.env._(
            "%(numbers)s: %(problem)s",
            numbers=self._numbers_text(),
            problem=self.shipment_id.trouble_text or self.env._("where is it?"),
        )

    def _carrier_lines(self):
        """Return what the carrier reads, a proposal that a person edits.

        :rtype: list[str]
        """
        shipment = self.shipment_id
        lines = [
            self.env._("Please tell us about this shipment:"),
            self.env._("Tracking numbers: %s", self._numbers_text()),
            self.env._("Our reference: %s", shipment.name),
        ]
        if shipment.trouble_text:
            lines.append(self.env._("What is wrong: %s", shipment.trouble_text))
        lines += [
            " · ".join(part for part in parts if part) for parts in self._last_words()
        ]
        lines.append(self.env._("Address: %s", self._address_text(shipment.partner_id)))
        return lines

    def _last_words(self):
        """Return time, event, place and text of the last events of the carrier."""
        events = self.shipment_id.event_ids.filtered(
            lambda event: event.source not in ("odoo", "manual")
        )[:3]
        return [
            (event.occurred_text, event._title(), event.place, event.raw_text)
            for event in events
        ]

    def _address_text(self, partner):
        """Return an address in one line."""
        address = partner._display_address(without_company=True)
        return ", ".join(part.strip() for part in address.splitlines() if part.strip())

    def _numbers_text(self):
        numbers = self.shipment_id.parcel_ids.mapped("tracking_number")
        return ", ".join(numbers) or self.shipment_id.name
