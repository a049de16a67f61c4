"""Crediting more than was invoiced: what a draft would, and the word of a person."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .ledger import trusted
from .logistics_credit_override import EXCEED_GROUP
from .logistics_effect import OPEN_STATES


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_credit_beyond = fields.Text(
        string="Beyond the Invoiced",
        compute="_compute_logistics_credit_beyond",
        compute_sudo=True,
        groups=EXCEED_GROUP,
        help="What this draft would credit beyond what is invoiced.",
    )

    @api.depends(
        "state",
        "invoice_line_ids.quantity",
        "invoice_line_ids.price_total",
        "invoice_line_ids.sale_line_ids",
    )
    def _compute_logistics_credit_beyond(self):
        for move in self:
            texts = [
                self.env._(
                    "%(line)s: %(beyond)s",
                    line=line.display_name,
                    beyond=line._logistics_beyond_text(*beyond),
                )
                for line, beyond in move._logistics_beyond().items()
            ]
            move.logistics_credit_beyond = "\n".join(texts)

    def _logistics_beyond(self):
        """Return by how much a draft goes beyond what may be credited.

        :return: By sold line the quantity and the money, of those that do.
        :rtype: dict[sale.order.line, tuple[Decimal, Decimal]]
        """
        self.ensure_one()
        if self.state != "draft" or not self.is_sale_document(include_receipts=True):
            return {}
        tallies = self.sudo().invoice_line_ids._logistics_tallies()
        lines = self.env["sale.order.line"].sudo().union(*tallies)
        acted_on = lines.order_id._logistics_acted_on()
        counters = self.env["logistics.credit.counter"].sudo()
        known = counters.search([("sale_line_id", "in", lines.ids)])
        rows = {counter.sale_line_id: counter for counter in known}
        beyond = {}
        for line, (change, unit) in tallies.items():
            counts = line.order_id in acted_on and line.product_uom_qty >= 0
            if counts and line not in rows:
                rows[line] = counters.new(counters._opening(line))
            if line in rows and any(rows[line]._over(change, unit)):
                beyond[line] = rows[line]._over(change)
        return beyond

    def action_logistics_exceed_dialog(self):
        """Ask why more is credited than was invoiced.

        :raise AccessError: For whoever does not have the right.
        """
        self.ensure_one()
        self._check_may_exceed()
        return self.env["logistics.reason"]._dialog("exceed_credit", self)

    def _check_may_exceed(self):
        if not self.env.user.has_group(EXCEED_GROUP):
            raise AccessError(
                self.env._(
                    "Crediting more than was invoiced is a right of its own, which "
                    "you do not have."
                )
            )

    def _logistics_exceed(self, reason):
        """Let this draft credit as much beyond the invoiced as it does now.

        What the rule about credit notes leaves to one person is allowed at once; where
        it asks for two, somebody else from finance agrees first.

        :param str reason: Why; kept for good.
        :raise AccessError: For whoever does not have the right.
        :raise UserError: Without a reason, or when nothing goes beyond.
        """
        self.ensure_one()
        self._check_may_exceed()
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why more is credited than was invoiced."))
        move = self.sudo()
        move.invoice_line_ids.sale_line_ids.order_id._logistics_touch()
        overrides = trusted(self.env["logistics.credit.override"].sudo())
        if overrides.search_count(
            [("move_id", "=", self.id), ("effect_id.state", "in", OPEN_STATES)], limit=1
        ):
            raise UserError(self.env._("A colleague is asked about this one already."))
        beyond = move._logistics_beyond()
        if not beyond:
            raise UserError(
                self.env._("Nothing of this document goes beyond what was invoiced.")
            )
        rows = overrides.create(
            [move._override_vals(line, *beyond[line], reason) for line in beyond]
        )
        wishes = [row._wish() for row in rows]
        Effect = self.env["logistics.effect"].sudo()
        steps = Effect._desire(wishes)
        for step in steps:
            rows.browse(step.res_id).effect_id = step
        self.env.flush_all()
        at_once = steps.filtered(lambda step: not step.approvers_needed)
        at_once._take()
        if failed := at_once.filtered(lambda step: step.state == "failed"):
            raise UserError("\n".join(failed.mapped("error")))
        return True

    def _override_vals(self, line, quantity, amount, reason):
        """Return what is kept of a decision to credit more of a line.

        :rtype: dict
        """
        order = line.order_id
        count, _unit = self.invoice_line_ids._logistics_tallies()[line]
        price = count.credited_amount / count.credited if count.credited else 0
        worth = max(quantity * price, amount)
        return {
            "company_id": self.company_id.id,
            "order_id": order.id,
            "sale_line_id": line.id,
            "move_id": self.id,
            "move_name": self.display_name,
            "currency_id": line.currency_id.id,
            "quantity": float(quantity),
            "amount": float(amount),
            "value": line.currency_id._convert(
                float(worth),
                self.company_id.currency_id,
                self.company_id,
                self.company_id._logistics_today(),
            ),
            "reason": reason.strip(),
            "user_id": self.env.uid,
            "asked_at": fields.Datetime.now(),
        }

    def unlink(self):
        """Override of `account`: nobody decides about a draft that is gone."""
        overrides = self.env["logistics.credit.override"].sudo()
        asked = overrides.search(
            [("move_id", "in", self.ids), ("effect_id.state", "in", OPEN_STATES)]
        )
        asked.effect_id._set_state("superseded")
        return super().unlink()
