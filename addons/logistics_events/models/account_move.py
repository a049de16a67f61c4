from odoo import api, fields, models
from odoo.exceptions import AccessError

from .ledger import as_suite, by_suite

# A change of these on a line is an edit of the document.
_LINE_FIELDS = frozenset(
    {
        "quantity",
        "price_unit",
        "discount",
        "tax_ids",
        "product_id",
        "account_id",
        "product_uom_id",
        "balance",
        "amount_currency",
    }
)
_MOVE_FIELDS = frozenset(
    {"invoice_line_ids", "line_ids", "partner_id", "currency_id", "fiscal_position_id"}
)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    logistics_effect_ids = fields.Many2many(
        "logistics.effect",
        "logistics_effect_account_line_rel",
        "line_id",
        "effect_id",
        string="Actions Taken",
        copy=False,
        groups="base.group_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: no line claims an action that did not make it, and
        a line that a person adds to a suite's document is noticed.
        """
        for vals in vals_list:
            self._check_logistics_links(vals)
        lines = super().create(vals_list)
        lines._logistics_effects_beside()._note_hand("edited")
        return lines

    def write(self, vals):
        """Override of `account` to notice a person's edit of a suite's document."""
        self._check_logistics_links(vals)
        effects = self.env["logistics.effect"]
        if not by_suite(self.env) and _LINE_FIELDS & set(vals):
            touched = self.sudo().filtered(
                lambda line: (
                    line.logistics_effect_ids
                    and any(
                        line._fields[name].convert_to_write(line[name], line)
                        != vals[name]
                        for name in _LINE_FIELDS & set(vals)
                    )
                )
            )
            effects = touched.logistics_effect_ids
        result = super().write(vals)
        effects._note_hand("edited")
        return result

    def unlink(self):
        """Override of `account` to notice that a person removes a line."""
        effects = self._logistics_effects_beside()
        result = super().unlink()
        effects._note_hand("edited")
        return result

    def _logistics_effects_beside(self):
        """Return the actions whose document a person adds to or takes from here.

        What Odoo works out itself (taxes, terms, rounding) is nobody's edit.

        :rtype: logistics.effect
        """
        effects = self.env["logistics.effect"].sudo()
        items = self.sudo().filtered(lambda line: line.display_type == "product")
        if by_suite(self.env) or not items:
            return effects
        return effects.search([("line_ids.move_id", "in", items.move_id.ids)])

    def _check_logistics_links(self, vals):
        """The links are those of the action, which never change."""
        if "logistics_effect_ids" in vals:
            raise AccessError(
                self.env._("Which action made a journal item is not typed.")
            )


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_effect_ids = fields.Many2many(
        "logistics.effect",
        string="Actions Taken",
        compute="_compute_logistics_effect_ids",
        groups="base.group_user",
    )

    @api.depends("line_ids.logistics_effect_ids")
    def _compute_logistics_effect_ids(self):
        for move in self:
            move.logistics_effect_ids = move.sudo().line_ids.logistics_effect_ids

    def _logistics_hand(self, record_state):
        if by_suite(self.env):
            return
        self.sudo().line_ids.logistics_effect_ids._note_hand(record_state)

    def write(self, vals):
        """Override of `account` to notice a person's edit of a suite's document."""
        if _MOVE_FIELDS & set(vals) and not by_suite(self.env):
            self.filtered(lambda move: move.state == "draft")._logistics_hand("edited")
        return super().write(vals)

    def button_cancel(self):
        """Override of `account` to notice that a person cancels a document."""
        result = super().button_cancel()
        self._logistics_hand("cancelled")
        return result

    def button_draft(self):
        """Override of `account` to notice that a person resets a document."""
        result = super().button_draft()
        self._logistics_hand("reset")
        return result

    def unlink(self):
        """Override of `account` to notice that a person deletes a document."""
        self._logistics_hand("deleted")
        # Its lines go with it: that is not one more edit.
        return super(AccountMove, as_suite(self)).unlink()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account` to notice that a person reverses a document."""
        reversals = super()._reverse_moves(default_values_list, cancel)
        self._logistics_hand("reversed")
        return reversals

    def _post(self, soft=True):
        """Override of `account` to notice that a person posts a draft of the suite."""
        posted = super()._post(soft)
        posted._logistics_hand("posted")
        return posted
