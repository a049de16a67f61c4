"""The mail about a dispatch takes the place of Odoo's own delivery mail."""

from odoo import models

from .logistics_shipment_mail import DIRECTIONS


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _send_confirmation_email(self):
        """Override of `stock` to leave out what a mail about the shipment tells."""
        replacing = self.with_context(logistics_replaces_delivery_mail=True)
        return super(StockPicking, replacing)._send_confirmation_email()

    def message_post_with_source(self, source_ref, **kwargs):
        """Override of `mail` to leave out the delivery mail where ours is on."""
        if (
            self.env.context.get("logistics_replaces_delivery_mail")
            and source_ref == self.company_id.stock_mail_confirmation_template_id
            and self._logistics_mails_dispatch()
        ):
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)

    def _logistics_mails_dispatch(self):
        """Whether the customer is told of this dispatch by a mail of its shipment.

        :rtype: bool
        """
        self.ensure_one()
        picking_sudo = self.sudo()
        setting = self.env["logistics.customer.mail.setting"]._on(self.company_id)
        if (self.company_id.id, "dispatched") not in setting:
            return False
        links = picking_sudo.logistics_link_ids.filtered(
            lambda link: not link.replaced_by_id
        )
        return any(
            shipment.direction in DIRECTIONS and not shipment.is_sandbox
            for shipment in links.shipment_id
        )
