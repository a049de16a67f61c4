"""What a shipping method says its shipments cost: never what the customer pays."""

from odoo import models
from odoo.exceptions import UserError


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    def _logistics_cost(self, company, pickings, weight):
        """Return what a shipment costs by the price rules of the method.

        Margins, free shipping, price lists, taxes and the delivery line of the order
        are for the customer and never asked. A fixed price is the customer's, too: the
        cost is the one of the delivery product. Partners are not called: what they say
        is the booked price.

        :param res.company company: Who ships.
        :param stock.picking pickings: What is shipped.
        :param float weight: In the unit of the database.
        :return: The amount and its currency; None when the method does not say.
        :rtype: tuple[float, res.currency] | None
        """
        self.ensure_one()
        method_sudo = self.sudo().with_company(self.company_id or company)
        if self.delivery_type == "fixed":
            cost = method_sudo.product_id.standard_price
            return (cost, method_sudo.env.company.currency_id) if cost else None
        if self.delivery_type != "base_on_rule":
            return None
        currency = (
            (self.company_id or self.env["res.company"]._get_main_company())
            .sudo()
            .currency_id
        )
        total, volume, quantity, by_both = _measures(pickings, currency, company)
        try:
            amount = method_sudo._get_price_from_picking(
                total, weight, volume, quantity, wv=by_both
            )
        except UserError:
            return None  # No rule is about so much.
        return amount, currency


def _measures(pickings, currency, company):
    """Return the value, the volume, the quantity and weight times volume of goods.

    Those a price rule asks for, counted as Odoo counts them for an order: the value is
    what the goods were sold for, without the delivery.
    """
    volume = quantity = by_both = 0.0
    shares, unsold = {}, 0.0
    for move in pickings.move_ids:
        product, count = move.product_id, move.quantity or move.product_uom_qty
        if move.state == "cancel":
            continue
        count = move.product_uom._compute_quantity(count, product.uom_id, round=False)
        volume += product.volume * count
        by_both += product.volume * product.weight * count
        quantity += count
        line = move.sale_line_id
        if not line:
            unsold += product.lst_price * count
        elif not line.is_delivery:
            # The parts of a kit are one line: the part that is most complete counts.
            sold = line.product_uom_id._compute_quantity(
                line.product_uom_qty, line.product_id.uom_id, round=False
            )
            is_kit = line.product_id != product
            part = 1.0 if is_kit or not sold else min(count / sold, 1.0)
            if is_kit:
                shares[line] = max(shares.get(line, 0.0), part)
            else:
                shares[line] = min(shares.get(line, 0.0) + part, 1.0)
    total = _in(currency, unsold, company.currency_id, company, pickings) + sum(
        _in(currency, line.price_total * part, line.currency_id, company, pickings)
        for line, part in shares.items()
    )
    return total, volume, quantity, by_both


def _in(currency, amount, source, company, pickings):
    if currency == source or not amount:
        return amount
    moments = pickings.mapped("scheduled_date")
    day = min(moments).date() if moments else company._logistics_today()
    return source._convert(amount, currency, company, day)
