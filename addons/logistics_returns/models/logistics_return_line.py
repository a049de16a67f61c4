from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted

# Worked out from the facts; nobody types them.
RECKONED = frozenset(
    {
        "expected_quantity",
        "received_quantity",
        "inspected_quantity",
        "accepted_quantity",
        "credit_quantity",
        "given_up_quantity",
        "own_credit_quantity",
        "hand_quantity",
    }
)


class LogisticsReturnLine(models.Model):
    """Goods of one return: a part of what one transfer delivered.

    All quantities are in the unit of the sold line, or of the product where nothing was
    sold, or where it is a part of the kit that was sold.
    """

    _name = "logistics.return.line"
    _inherit = "logistics.folded.mixin"
    _description = "Returned Goods"
    _order = "return_id, id"
    _rec_name = "product_id"
    _check_company_auto = True
    _folded_fields = RECKONED

    return_id = fields.Many2one(
        "logistics.return", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="return_id.company_id", store=True)
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sold As",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    order_id = fields.Many2one(related="sale_line_id.order_id", string="Sales Order")
    move_id = fields.Many2one(
        "stock.move",
        string="Delivered With",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="restrict", check_company=True
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Lot or Serial", ondelete="restrict", check_company=True
    )
    uom_id = fields.Many2one(
        "uom.uom", string="Unit", compute="_compute_uom_id", store=True
    )
    quantity = fields.Float(
        string="Announced", digits="Product Unit", help="How much is to come back."
    )
    expected_quantity = fields.Float(
        string="Still Expected", digits="Product Unit", readonly=True, copy=False
    )
    received_quantity = fields.Float(
        string="Received", digits="Product Unit", readonly=True, copy=False
    )
    inspected_quantity = fields.Float(
        string="Inspected", digits="Product Unit", readonly=True, copy=False
    )
    accepted_quantity = fields.Float(
        string="Accepted", digits="Product Unit", readonly=True, copy=False
    )
    credit_quantity = fields.Float(
        string="To Credit",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What the facts ask to be credited, in total.",
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "What comes back is not negative."
    )

    @api.depends("sale_line_id.product_uom_id", "sale_line_id.product_id", "product_id")
    def _compute_uom_id(self):
        for line in self:
            sold = line.sale_line_id
            # A part of a kit is counted in its own unit, not in kits.
            is_part = sold.product_id != line.product_id
            line.uom_id = line.product_id.uom_id if is_part else sold.product_uom_id

    @api.depends("product_id", "quantity", "lot_id")
    def _compute_display_name(self):
        for line in self:
            name = f"{line.quantity:g} {line.product_id.display_name}"
            line.display_name = f"{name} ({line.lot_id.name})" if line.lot_id else name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_known(self):
        known = self.env["logistics.return.fact"].sudo()
        if known.search_count([("line_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("Something is known of these goods: they stay on record.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: what is announced is known from then on."""
        lines = super().create(vals_list)
        lines._announce(dict.fromkeys(lines, 0.0))
        return lines

    def write(self, vals):
        """Override of `base`: another announced quantity is one more thing known."""
        before = {line: line.quantity for line in self}
        result = super().write(vals)
        if "quantity" in vals:
            self._announce(before)
        return result

    def _announce(self, before):
        """Say how much more, or less, is to come back than was said before.

        :param dict[logistics.return.line, float] before: What was announced.
        """
        told = []
        for line in self:
            more = ledger.quantity(line.quantity) - ledger.quantity(before[line])
            if not more:
                continue
            known = len(line.return_id.sudo().fact_ids)
            told.append(
                (
                    line.return_id,
                    "requested" if more > 0 else "withdrawn",
                    f"line/{line.id}/{known}",
                    {"line": line, "quantity": abs(more)},
                )
            )
        if told:
            self.env["logistics.return"]._say_many(told)

    def _store(self, known):
        """Store what follows from the facts.

        :param return_facts.LinePosition known: Where the goods stand.
        """
        self.ensure_one()
        vals = {
            "expected_quantity": float(known.expected),
            "received_quantity": float(known.received),
            "inspected_quantity": float(sum(known.inspected.values())),
            "accepted_quantity": float(known.accepted),
            "credit_quantity": float(known.creditable),
        }
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            trusted(self).write(changed)
