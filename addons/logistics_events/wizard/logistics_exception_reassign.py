from odoo import api, fields, models
from odoo.exceptions import UserError


class LogisticsExceptionReassign(models.TransientModel):
    """A person says who looks after exceptions from now on."""

    _name = "logistics.exception.reassign"
    _description = "Give to Somebody Else"

    exception_ids = fields.Many2many(
        "logistics.exception", required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        domain="[('id', 'in', allowed_ids)]",
    )
    allowed_ids = fields.Many2many("res.users", compute="_compute_allowed_ids")
    note = fields.Char(help="Is kept with the exceptions.")

    @api.depends("exception_ids")
    def _compute_allowed_ids(self):
        for dialog in self:
            dialog.allowed_ids = dialog._allowed()

    def _allowed(self):
        """Return who can open and settle all of the exceptions.

        :rtype: res.users
        """
        exceptions = self.exception_ids
        users = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("share", "=", False),
                    ("company_ids", "in", exceptions.company_id.ids),
                ]
            )
        )
        Exception_ = self.env["logistics.exception"]
        return users.filtered(
            lambda user: (
                exceptions.sudo().company_id <= user.company_ids
                and Exception_.with_user(user).has_access("write")
            )
        )

    def action_reassign(self):
        """Give the exceptions to the person; Take Over, or this dialog, undoes it.

        :raise UserError: When that person cannot open them.
        """
        self.ensure_one()
        self.exception_ids.check_access("write")
        if self.user_id not in self._allowed():
            raise UserError(
                self.env._("%s cannot open all of these exceptions.", self.user_id.name)
            )
        self.exception_ids.write({"user_id": self.user_id.id})
        if (self.note or "").strip():
            for exception in self.exception_ids:
                exception.message_post(body=self.note)
        return {"type": "ir.actions.act_window_close"}
