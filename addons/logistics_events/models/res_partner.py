from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    logistics_no_mails = fields.Boolean(
        string="No Shipment Mails",
        groups="base.group_user",
        help="This customer gets no mails about shipments, whatever the company "
        "sends; on a company it holds for all its addresses.",
    )

    def _logistics_wants_no_mails(self):
        """Whether this address or the customer it belongs to wants no mails.

        :rtype: bool
        """
        self.ensure_one()
        partner_sudo = self.sudo()
        return (
            partner_sudo.logistics_no_mails
            or partner_sudo.commercial_partner_id.logistics_no_mails
        )
