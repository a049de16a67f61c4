"""Taking over drafts that were there before the order was adopted."""

from odoo import fields, models
from odoo.exceptions import UserError


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _logistics_adopt_drafts(self):
        """Override to take over adopted drafts, where they say all there is to say."""
        taken = super()._logistics_adopt_drafts()
        rest = self - taken
        shares = rest._logistics_shares()
        for step in rest:
            items = step.order_id.order_line.invoice_lines.filtered(
                lambda item: (
                    item.parent_state == "draft"
                    and item.move_id.move_type == "out_invoice"
                    and item.move_id.logistics_is_adopted
                )
            )
            there = items._logistics_quantities()
            wanted = shares.get(step.order_id.id, {})
            if (
                not items
                or any(
                    quantity > float(there.get(line, 0.0))
                    for line, quantity in (
                        (step.order_id.order_line.browse(line_id), quantity)
                        for line_id, quantity in wanted.items()
                    )
                )
                or not items.move_id._logistics_all_proven()
            ):
                continue
            step._mark_done(lines=items)
            step._note(self.env._("The adopted draft was taken over."))
            step._logistics_post(items.move_id)
            taken |= step
        return taken


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "logistics.folded.mixin"]

    # Adopting a draft is a decision of its own, with a dialog.
    _folded_fields = frozenset({"logistics_is_adopted"})

    logistics_is_adopted = fields.Boolean(
        string="Adopted",
        readonly=True,
        copy=False,
        help="The draft is older than the rules; it is taken over, not made twice, "
        "when its goods are released.",
        groups="base.group_user",
    )

    def _logistics_orders(self):
        """Return the sold orders that the documents are about.

        :rtype: sale.order
        """
        return self.invoice_line_ids.sale_line_ids.order_id

    def _logistics_all_proven(self):
        """Return whether nothing on the documents waits for its proof.

        :rtype: bool
        """
        try:
            for move in self:
                move._logistics_check_proven()
        except UserError:
            return False
        return True
