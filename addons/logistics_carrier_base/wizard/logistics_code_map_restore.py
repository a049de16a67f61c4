from odoo import fields, models
from odoo.exceptions import UserError


class LogisticsCodeMapRestore(models.TransientModel):
    """What giving a code its earlier meaning again would do, and the button for it."""

    _name = "logistics.code.map.restore"
    _description = "Restore an Earlier Meaning"

    code_id = fields.Many2one("logistics.code.map", required=True, readonly=True)
    version_id = fields.Many2one(
        "logistics.code.map.version", required=True, readonly=True
    )
    now_type = fields.Selection(related="code_id.event_type", string="Means Now")
    then_type = fields.Selection(related="version_id.event_type", string="Would Mean")
    then_revision = fields.Integer(related="version_id.revision")
    held_count = fields.Integer(related="code_id.held_count")
    impact = fields.Text(string="What Follows", readonly=True)
    line_ids = fields.One2many(
        "logistics.code.map.restore.line", "dialog_id", string="Documents"
    )

    def _try(self):
        """List the documents and amounts that would follow; nothing is changed.

        :raise UserError: When there is too much to try out.
        """
        self.ensure_one()
        code, version = self.code_id.sudo(), self.version_id.sudo()
        code._check_can_be_tried()
        Effect = self.env["logistics.effect"]

        def restore():
            code._restore(version)
            code._read_held_again()

        found = Effect._trial(restore)
        if found is None:
            raise UserError(self.env._("This cannot be tried out."))
        # A code is everybody's, the documents are those of their companies.
        seen = self.env.user.company_ids.ids
        found = [row for row in found if row["company"] in seen]
        self.write(
            {
                "impact": Effect._trial_text(found),
                "line_ids": [
                    fields.Command.create(
                        {
                            "name": row["subject"],
                            "action": row["name"],
                            "quantity": row["quantity"],
                            "amount": row["amount"],
                            "currency": row["currency"],
                        }
                    )
                    for row in found
                    if not row["observed"]
                ],
            }
        )

    def action_restore(self):
        """Restore the earlier meaning, and read what held the code again.

        Restoring once more undoes it.
        """
        self.ensure_one()
        self.code_id.check_access("write")
        code = self.code_id
        if code._version_before() != self.version_id:
            raise UserError(
                self.env._("The meaning was changed meanwhile: try it out again.")
            )
        code._restore(self.version_id)
        code.action_apply()
        if not self.version_id.event_type:
            code._ask_again()
        return {"type": "ir.actions.act_window_close"}


class LogisticsCodeMapRestoreLine(models.TransientModel):
    _name = "logistics.code.map.restore.line"
    _description = "Document That Would Follow"

    dialog_id = fields.Many2one(
        "logistics.code.map.restore", required=True, ondelete="cascade"
    )
    name = fields.Char(string="Order")
    action = fields.Char()
    quantity = fields.Float(digits=0)
    amount = fields.Float(digits=0)
    currency = fields.Char()
