"""What screens say about an action taken, and the way from it to its evidence."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import dispatch, ledger
from ..windows import records_window


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    quantity_text = fields.Char(string="Step", compute="_compute_texts")
    document_text = fields.Char(string="Made", compute="_compute_texts")
    inputs_text = fields.Text(string="Worked Out From", compute="_compute_texts")
    value = fields.Monetary(
        string="Value", compute="_compute_value", currency_field="currency_id"
    )
    subject_text = fields.Char(string="For", compute="_compute_texts")
    what_text = fields.Char(string="What", compute="_compute_what_text")
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")

    @api.depends("action", "quantity", "order_id", "shipment_id")
    def _compute_display_name(self):
        actions = dict(self._fields["action"]._description_selection(self.env))
        for step in self:
            step.display_name = " · ".join(
                part
                for part in (
                    actions.get(step.action, step.action),
                    step.subject_text,
                    step.quantity_text,
                )
                if part
            )

    @api.depends("amount", "currency_id")
    def _compute_value(self):
        for step in self:
            step.value = step.amount

    @api.depends("quantity", "uom_id", "inputs", "line_ids", "order_id", "shipment_id")
    def _compute_texts(self):
        for step in self:
            step_sudo = step.sudo()
            unit = step_sudo.uom_id.name or ""
            # Without a unit it is one report, and no quantity of goods.
            amount = ledger.as_text(step.quantity, sign=True)
            step.quantity_text = f"{amount} {unit}" if unit else ""
            step.document_text = ", ".join(step_sudo._document_names())
            step.inputs_text = "\n".join(
                f"{label}: {value}" for label, value in step._inputs_in_words() if value
            )
            step.subject_text = (
                step_sudo.order_id.name or step_sudo.shipment_id.name or step.key
            )

    @api.depends("key", "inputs", "order_id", "shipment_id")
    def _compute_what_text(self):
        for step in self:
            step.what_text = step.sudo()._subject_of_key()

    def _inputs_in_words(self):
        """Return what the step was worked out from; addons add what they know.

        :return: What it is and its value, in the words of whoever reads it.
        :rtype: list[tuple[str, str]]
        """
        self.ensure_one()
        inputs = self.inputs or {}
        rest = self.env["logistics.policy"]._word(
            "dispatch_rest", inputs.get("missing")
        )
        return [
            (self.env._("Reason"), inputs.get("reason")),
            (self.env._("Transfer"), inputs.get("transfer")),
            (self.env._("Reported"), dispatch.text_of(inputs.get("lines") or ())),
            (self.env._("What Is Missing"), rest),
        ]

    # === ACTIONS === #

    def action_open_event(self):
        """Open the tracking event because of which the action was taken.

        :raise UserError: When it was taken without one.
        """
        self.ensure_one()
        if not self.event_id:
            raise UserError(self.env._("No tracking event led to this action."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "logistics.event",
            "res_id": self.event_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_documents(self):
        """Open what the action made.

        :raise UserError: When it made nothing yet.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.invoice_ids:
            raise UserError(self.env._("This action made no document."))
        return records_window(self.invoice_ids, self.env._("Documents"))

    def action_make_again(self):
        """Make again what somebody changed by hand."""
        self.check_access("read")
        return bool(self._make_again())

    def action_make_again_dialog(self):
        """Say how much is made again, and make it when a person goes on."""
        self.check_access("read")
        self._check_may_decide()
        return self.env["logistics.ahead"]._ask("make_again", self)

    def action_keep_as_is_dialog(self):
        """Ask why a document changed by hand is kept as it is."""
        return self.env["logistics.reason"]._dialog("keep_as_is", self)

    def action_follow_facts(self):
        """Undo “Keep as Is”: the events decide again."""
        self.check_access("read")
        return self._unpin()

    # === BUSINESS METHODS === #

    def _subject_of_key(self):
        """Return what the step is about, within its order or shipment.

        :rtype: str
        """
        self.ensure_one()
        return self.subject_text

    def _document_names(self):
        """Return the names of what the step made, with their states."""
        self.ensure_one()
        moves = self.line_ids.move_id
        states = dict(moves._fields["state"]._description_selection(self.env))
        return [f"{move.display_name} ({states[move.state]})" for move in moves] + [
            picking.name for picking in self.move_ids.picking_id
        ]
