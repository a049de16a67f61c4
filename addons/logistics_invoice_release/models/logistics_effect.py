"""What the actions of this addon have in common: keys, notes, documents."""

from collections.abc import Reversible

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    note = fields.Char(
        string="Result", help="What there was to say when the action was taken."
    )

    @api.model
    def _selection_action(self):
        """Override of `logistics_events`: a release can lead to an invoice."""
        return [
            *super()._selection_action(),
            ("invoice", self.env._("Make an Invoice")),
        ]

    def _inputs_in_words(self):
        """Override of `logistics_events` to say what the order waits for."""
        inputs = self.inputs or {}
        Policy = self.env["logistics.policy"]
        events = self.env["logistics.event"].sudo().browse(inputs.get("evidence"))
        day = inputs.get("day")
        return [
            *super()._inputs_in_words(),
            (self.env._("When"), Policy._word("trigger", inputs.get("trigger"))),
            (self.env._("Then"), Policy._word("result", inputs.get("result"))),
            (self.env._("Goods"), inputs.get("goods")),
            (self.env._("Along with Them"), inputs.get("with")),
            (self.env._("Day"), day and format_date(self.env, day)),
            (self.env._("Proof"), ", ".join(events.exists().mapped("display_name"))),
            (
                self.env._("No Tracking"),
                inputs.get("untracked")
                and self.env._("nobody reports on the shipment"),
            ),
        ]

    # === BUSINESS METHODS === #

    def _note(self, text):
        """Keep what there is to say about steps that were taken."""
        if self:
            trusted(self.sudo()).write({"note": text})

    def _logistics_move(self):
        """Return the move of goods that a release is about.

        :rtype: stock.move
        """
        self.ensure_one()
        move = self.env["stock.move"].browse(_move_id(self.key))
        return move.with_prefetch(_MovesOf(self))

    def _logistics_group(self):
        """Return the key of the invoice that a release leads to.

        :rtype: str
        """
        self.ensure_one()
        return self.order_id._logistics_group_of(
            self._logistics_move(), self.done_at or self.asked_at
        )

    def _logistics_undecided(self):
        """Return the steps whose document a person changed, and nobody decided yet.

        :rtype: logistics.effect
        """
        return self.filtered(
            lambda step: (
                step.state == "done"
                and step.record_state not in (False, "posted")
                and not step.pinned
            )
        )

    def _logistics_posted_quantity(self):
        """Return what the steps have done.

        :rtype: Decimal
        """
        return sum(
            (step._decimal() for step in self if step.state == "done"),
            ledger.quantity(0),
        )

    def _logistics_invoice_lines(self):
        """Return the invoice lines about goods that the steps made and that stand.

        :rtype: account.move.line
        """
        done = self.filtered(lambda step: step.state == "done" and step.quantity > 0)
        return done.line_ids.filtered(
            lambda item: (
                item.parent_state != "cancel"
                and item.move_id.move_type == "out_invoice"
                and item.sale_line_ids._logistics_any_shipped()
            )
        )

    def _logistics_fixed_quantity(self):
        """Return what can no longer be taken back by changing a draft.

        :rtype: Decimal
        """
        drafts = self._logistics_invoice_lines().filtered(
            lambda item: item.parent_state == "draft"
        )
        in_draft = sum((drafts._logistics_quantities().values()), ledger.quantity(0))
        posted = self._logistics_posted_quantity()
        return max(posted - in_draft, ledger.quantity(0))

    def _logistics_bringing_along(self):
        """Return the open steps whose invoice has the fees of the order as well.

        :rtype: logistics.effect
        """
        return self.filtered(
            lambda step: step.state in OPEN_STATES and "with" in (step.inputs or {})
        )

    def _logistics_detail_wish(self, wish, quantities, along):
        """Say in the wish of these steps what the next invoice will have, and its sum.

        What is only observed is said anew when it would be another document.

        :param dict wish: The wish; changed here.
        :param dict quantities: What is to be invoiced in all, by sold line.
        :param sale.order.line along: The fees and services that come along.
        """
        made = self._logistics_invoice_lines()._logistics_quantities()
        fresh = {
            line: float(quantity - made.get(line, 0 * quantity))
            for line, quantity in quantities.items()
            if quantity > made.get(line, 0 * quantity)
        }
        extra = {line: line.qty_to_invoice for line in along}
        order, currency = wish["order"], wish["currency"]
        value = sum(
            quantity * line._logistics_unit_value(with_tax=True)
            for line, quantity in (fresh | extra).items()
        )
        wish["step_amount"] = currency.round(value / (order.currency_rate or 1.0))
        wish["inputs"] |= {"goods": _listed(fresh)} | (
            {"with": _listed(extra)} if extra else {}
        )
        self.filtered(
            lambda step: (
                step.observed
                and step.state == "waiting"
                and (
                    currency.compare_amounts(step.amount, wish["step_amount"])
                    or (step.inputs or {}).get("goods") != wish["inputs"]["goods"]
                )
            )
        )._set_state("superseded")


class _MovesOf(Reversible):
    """The moves of steps that were read together; they are read together as well.

    As the keys name them and no field does, Odoo cannot know them by itself.
    """

    def __init__(self, step):
        self.steps = step.sudo().browse(step._prefetch_ids)

    def __iter__(self):
        keys = self.steps.filtered(lambda step: step.action == "release").mapped("key")
        return iter([_move_id(key) for key in keys])

    def __reversed__(self):
        return reversed(list(self))


def _move_id(key):
    return int(key.split("/")[1])


def _listed(quantities):
    """Return quantities by sold line as text, such as `2 x Pump, 1 x Valve`."""
    return ", ".join(
        f"{ledger.as_text(quantity)} x {line.product_id.display_name}"
        for line, quantity in quantities.items()
    )
