"""Links with which a customer follows a return without an account."""

from odoo import fields, models

_OVER = ("refunded", "closed", "refused")


class LogisticsReturnLink(models.Model):
    """One secret address of a return's page; a withdrawn one never works again."""

    _name = "logistics.return.link"
    _inherit = "logistics.link.mixin"
    _description = "Return Link"
    _order = "id desc"
    _rec_name = "return_id"
    _link_to = "return_id"
    _link_path = "/return/"

    return_id = fields.Many2one(
        "logistics.return", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="return_id.company_id", store=True)

    _token_uniq = models.UniqueIndex("(token)")
    _live_uniq = models.UniqueIndex("(return_id) WHERE withdrawn_at IS NULL")

    def _over_at(self):
        """Override: nothing more is to come of the return."""
        return_sudo = self.sudo().return_id
        if return_sudo.state not in _OVER:
            return False
        last = return_sudo.fact_ids[-1:]
        return last.at or self.made_at


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _ensure_public_link(self):
        """Give each return a link that a mail to its customer can name."""
        self.env["logistics.return.link"]._ensure(self)
        self.invalidate_recordset(["link_ids", "public_url"], flush=False)
