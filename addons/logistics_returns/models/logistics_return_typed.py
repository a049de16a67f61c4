"""What people may type of a return, on the screen, by import and over RPC alike.

Where a return came from, which goods it is about once something is known of them, and
whether they never reached the customer decide what is credited and who must agree:
that is said by facts and by the suite.
"""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

# What a person may say of goods that the customer had; the rest carriers say.
TYPED_KINDS = ("customer", "damaged")
_SUITE = frozenset(
    {
        "announced_at",
        "fact_ids",
        "finding_ids",
        "grant_ids",
        "link_ids",
        "name",
        "order_ids",
        "origin",
        "outbound_ids",
        "photo_ids",
        "picking_ids",
        "shipment_ids",
        "source_ref",
    }
)
_GOODS = frozenset({"sale_line_id", "move_id", "product_id", "lot_id"})
_ASKED = ("requested", "withdrawn")


def refuse_typed(records, vals, names):
    """Refuse values that only the suite writes, when a person types them.

    :param odoo.models.BaseModel records: Whose values they are.
    :param dict vals: What is written.
    :param Collection[str] names: What nobody types.
    :raise AccessError: With the names of the fields.
    """
    typed = sorted(name for name in names if vals.get(name))
    if typed and not records.env.su:
        words = [
            records._fields[name].get_description(records.env)["string"]
            for name in typed
        ]
        raise AccessError(
            records.env._("%s: that is not typed.", ", ".join(sorted(words)))
        )


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to refuse what nobody types.

        :raise AccessError: For such values.
        """
        for vals in vals_list:
            typed = dict(vals)
            if typed.get("origin") == "staff":
                del typed["origin"]
            refuse_typed(self, typed, _SUITE)
            self._check_typed_kind(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base` to refuse what nobody types.

        :raise AccessError: For such values.
        """
        refuse_typed(self, vals, _SUITE | {"company_id"})
        self._check_typed_kind(vals)
        return super().write(vals)

    def copy_data(self, default=None):
        """Override of `base`: a copy is announced by whoever makes it."""
        found = super().copy_data(default)
        if not self.env.su:
            for vals in found:
                for name in _SUITE & set(vals):
                    del vals[name]
                if vals.get("kind") not in TYPED_KINDS:
                    vals.pop("kind", None)
        return found

    def _check_typed_kind(self, vals):
        if self.env.su or not vals.get("kind"):
            return
        if {vals["kind"], *self.mapped("kind")} - set(TYPED_KINDS):
            raise AccessError(
                self.env._(
                    "Whether goods were lost, or never reached the customer, is said "
                    "by their shipment or by Decide."
                )
            )


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to check which goods a person names.

        :raise UserError: When they do not belong together.
        """
        for vals in vals_list:
            refuse_typed(self, vals, {"transfer_quantity"})
        lines = super().create([self._with_delivery(vals) for vals in vals_list])
        lines._check_typed_goods()
        return lines

    @api.model
    def _with_delivery(self, vals):
        """Return values of a line with the sold line and the delivery of its goods.

        Where only one of them is named, the other follows: without the sold line
        nothing would be credited, without the delivery nothing expected.
        """
        move = self.env["stock.move"].sudo().browse(vals.get("move_id"))
        sold = self.env["sale.order.line"].sudo().browse(vals.get("sale_line_id"))
        if move and not sold and move.sale_line_id:
            return vals | {"sale_line_id": move.sale_line_id.id}
        if sold and not move:
            product = vals.get("product_id") or sold.product_id.id
            left = sold._logistics_sold_moves().filtered(
                lambda one: one.state == "done" and one.product_id.id == product
            )
            move = left.sorted(lambda one: (-one._logistics_gone(True).left, one.id))
            return vals | {"move_id": move[:1].id}
        return vals

    def write(self, vals):
        """Override of `base`: what is known of goods is of no other goods.

        :raise AccessError: For values that only the suite writes.
        :raise UserError: For other goods than those something is known of.
        """
        refuse_typed(self, vals, {"return_id", "transfer_quantity"})
        if not self.env.su and _GOODS & set(vals):
            self._check_nothing_came(vals)
        result = super().write(vals)
        if _GOODS & set(vals):
            self._check_typed_goods()
        return result

    def _check_nothing_came(self, vals):
        for line in self:
            same = all(
                line[name].id == (vals[name] or False) for name in _GOODS & set(vals)
            )
            known = line.return_id.sudo().fact_ids.filtered(
                lambda fact, line=line: fact.line_id == line and fact.kind not in _ASKED
            )
            if known and not same:
                raise UserError(
                    self.env._(
                        "%s: something is known of these goods; add others on a line "
                        "of their own.",
                        line.product_id.display_name,
                    )
                )

    def _check_typed_goods(self):
        """Check that goods, delivery, sold line and customer belong together.

        :raise UserError: Otherwise; the suite's own lines are not checked.
        """
        if self.env.su:
            return
        for line in self.sudo():
            move, sold = line.move_id, line.sale_line_id
            customer = line.return_id.partner_id.commercial_partner_id
            orders = (sold | move.sale_line_id).order_id
            if move and (
                move.product_id != line.product_id
                or (sold and move.sale_line_id != sold)
                or not move.location_dest_id._is_outgoing()
            ):
                raise UserError(
                    self.env._(
                        "%s was not delivered like this: choose the delivery of these "
                        "goods.",
                        line.product_id.display_name,
                    )
                )
            if orders.partner_id.commercial_partner_id - customer:
                raise UserError(
                    self.env._(
                        "%(orders)s is of another customer than %(return)s.",
                        orders=", ".join(orders.mapped("name")),
                        **{"return": line.return_id.name},
                    )
                )


class LogisticsReturnLinkedMixin(models.AbstractModel):
    """A record of which the suite says which return it is of; nobody types it."""

    _name = "logistics.return.linked.mixin"
    _description = "Belongs to a Return"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: which return it is of is not typed.

        :raise AccessError: For a person who types it.
        """
        for vals in vals_list:
            refuse_typed(self, vals, {"logistics_return_id"})
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base`: that it is of no return is not typed either.

        :raise AccessError: For a person who types it.
        """
        if "logistics_return_id" in vals:
            said = {"logistics_return_id": True}
            refuse_typed(self, said, set(said))
        return super().write(vals)


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "logistics.return.linked.mixin"]


class LogisticsShipment(models.Model):
    _name = "logistics.shipment"
    _inherit = ["logistics.shipment", "logistics.return.linked.mixin"]
