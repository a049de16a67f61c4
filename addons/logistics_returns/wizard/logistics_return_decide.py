"""Exceptions a person makes for a customer, each with a reason."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.logistics_events import ledger

# What is said of goods that do not have to come.
LET_GO = ("kept", "lost", "goodwill")
PHOTO_LIMIT = 10 * 1024 * 1024


class LogisticsReturnDecide(models.TransientModel):
    """A person decides that goods are credited that did not come, or an amount without
    goods, or that the customer gets something else.
    """

    _name = "logistics.return.decide"
    _description = "Decide on a Return"

    return_id = fields.Many2one("logistics.return", required=True, readonly=True)
    deed = fields.Selection(
        [
            ("kept", "Customer Keeps the Goods"),
            ("lost", "Lost on the Way"),
            ("goodwill", "Credit Before the Goods Come"),
            ("amount", "Goodwill Amount"),
            ("exchange", "Another Product Instead"),
        ],
        required=True,
        string="Decision",
        default="kept",
    )
    explanation = fields.Char(compute="_compute_explanation")
    people_text = fields.Char(string="Who Must Agree", compute="_compute_people_text")
    reason = fields.Char(required=True, string="Why")
    line_ids = fields.One2many("logistics.return.decide.line", "decide_id")
    order_ids = fields.Many2many("sale.order", compute="_compute_order_ids")
    order_id = fields.Many2one(
        "sale.order", string="Sales Order", domain="[('id', 'in', order_ids)]"
    )
    currency_id = fields.Many2one(related="order_id.currency_id", string="Currency")
    amount = fields.Monetary(help="Tax included.")
    product_id = fields.Many2one(
        "product.product", string="Product", domain="[('sale_ok', '=', True)]"
    )
    quantity = fields.Float(digits="Product Unit", default=1.0)
    photo_ids = fields.Many2many("ir.attachment", string="Photos")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")],
        string="Status",
        default="open",
        readonly=True,
    )

    @api.depends("return_id")
    def _compute_order_ids(self):
        for dialog in self:
            dialog.order_ids = dialog.return_id.order_ids

    @api.depends("deed")
    def _compute_explanation(self):
        texts = {
            "kept": self.env._(
                "The goods are credited and do not come back. Take Back on the return "
                "undoes it."
            ),
            "lost": self.env._(
                "The goods are credited although they did not arrive. What the carrier "
                "lost is claimed first. Take Back on the return undoes it."
            ),
            "goodwill": self.env._(
                "The goods are credited now and still expected. Take Back on the "
                "return undoes it."
            ),
            "amount": self.env._(
                "The amount is credited without any goods. Take Back at the goodwill "
                "undoes it."
            ),
            "exchange": self.env._(
                "The order gets a line for the other product, delivered and invoiced "
                "as usual; the returned goods are credited. Removing the line from the "
                "order undoes it."
            ),
        }
        for dialog in self:
            dialog.explanation = texts.get(dialog.deed, "")

    @api.depends("deed", "amount", "order_id", "line_ids.quantity")
    def _compute_people_text(self):
        for dialog in self:
            dialog.people_text = dialog.deed != "exchange" and dialog._people_words()

    def _people_words(self):
        """Return how many people would have to agree, in words.

        :rtype: str
        """
        self.ensure_one()
        one = self.return_id.sudo()
        value = self._value()
        case = "goodwill" if self.deed == "amount" else one._case_of(self.deed)
        decision = one._decide({case}, value + one._beside_value())
        words = one._reason_words()
        text = (
            self.env._("Two people agree: %s.", words[decision.reason])
            if decision.people > 1
            else self.env._("One person agrees: %s.", words[decision.reason])
        )
        if decision.first:
            text += " " + self.env._("A claim against the carrier comes first.")
        return text

    def _value(self):
        """Return what the decision is worth, in company currency.

        :rtype: Decimal
        """
        self.ensure_one()
        if self.deed == "amount":
            company = self.return_id.company_id
            order = self.order_id
            value = (order.currency_id or company.currency_id)._convert(
                self.amount,
                company.currency_id,
                company,
                company._logistics_today(),
            )
            return max(ledger.quantity(value), ledger.quantity(0))
        return sum(
            (
                row.line_id.sale_line_id.sudo()._logistics_value(
                    max(ledger.quantity(row.quantity), 0) / row.line_id._per_sold()
                )
                for row in self.line_ids
                if row.line_id.sale_line_id
            ),
            ledger.quantity(0),
        )

    @api.model
    def _dialog(self, one, deed="kept"):
        """Return the window that asks for a decision about a return.

        :param logistics.return one: The return.
        :param str deed: What is proposed.
        """
        one._check_may_grant()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on %s", one.name),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_return_id": one.id,
                "default_deed": deed,
                "default_order_id": one.order_ids[:1].id,
                "default_line_ids": [
                    Command.create(
                        {"line_id": line.id, "quantity": line.expected_quantity}
                    )
                    for line in one.line_ids
                    if line.sale_line_id
                ],
            },
        }

    # === ACTIONS === #

    def action_confirm(self):
        """Do what was decided; doing it twice does it once.

        :raise AccessError: For whoever may not decide.
        :raise UserError: Without a reason, or beyond what was delivered or invoiced.
        """
        self.ensure_one()
        one = self.return_id
        one._check_may_grant()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why."))
        # A second press waits here for the first one and then finds it done.
        self.env.cr.execute(
            "SELECT id FROM logistics_return_decide WHERE id = %s FOR UPDATE",
            [self.id],
        )
        if self.state == "done":
            return {"type": "ir.actions.act_window_close"}
        self._keep_photos(one)
        if self.deed in LET_GO:
            one._let_go(
                self.deed,
                {row.line_id: row.quantity for row in self.line_ids if row.quantity},
                self.reason.strip(),
                f"decide/{self.id}",
            )
        elif self.deed == "amount":
            if not self.order_id:
                raise UserError(self.env._("Say on which order."))
            one._grant(self.order_id, self.amount, self.reason)
        else:
            one._exchange(self.order_id, self.product_id, self.quantity, self.reason)
        self.state = "done"
        return {"type": "ir.actions.act_window_close"}

    def _keep_photos(self, one):
        """Attach the photos to the return.

        :raise UserError: For files that are no pictures, or too large.
        """
        for photo in self.photo_ids:
            if not self.env.su and (
                photo.create_uid != self.env.user
                or photo.res_model not in (False, self._name)
            ):
                raise AccessError(self.env._("Add the photos on this screen."))
            if (photo.mimetype or "") not in ("image/jpeg", "image/png", "image/webp"):
                raise UserError(
                    self.env._("%s is no picture (JPEG, PNG or WebP).", photo.name)
                )
            if photo.file_size > PHOTO_LIMIT:
                raise UserError(self.env._("%s is larger than 10 MB.", photo.name))
        self.photo_ids.sudo().write({"res_model": one._name, "res_id": one.id})
        one.sudo().claim_ids._attach_evidence()


class LogisticsReturnDecideLine(models.TransientModel):
    _name = "logistics.return.decide.line"
    _description = "Decide on Goods"

    decide_id = fields.Many2one(
        "logistics.return.decide", required=True, ondelete="cascade"
    )
    line_id = fields.Many2one("logistics.return.line", required=True, readonly=True)
    product_id = fields.Many2one(related="line_id.product_id")
    uom_id = fields.Many2one(related="line_id.uom_id", string="Unit")
    quantity = fields.Float(digits="Product Unit")


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    # === ACTIONS === #

    def action_decide(self):
        """Ask for an exception: goods or an amount that is credited without goods."""
        self.ensure_one()
        return self.env["logistics.return.decide"]._dialog(self)

    def action_exchange_dialog(self):
        """Ask which other product the customer gets."""
        self.ensure_one()
        return self.env["logistics.return.decide"]._dialog(self, "exchange")

    def action_take_back_dialog(self):
        """Ask why what was let go is taken back."""
        return self.env["logistics.reason"]._dialog("take_back_let_go", self)

    # === BUSINESS METHODS === #

    def _let_go(self, kind, quantities, reason, ref):
        """Credit goods that do not have to come, or not yet, once that is agreed to.

        :param str kind: `kept`, `lost` or `goodwill`.
        :param dict quantities: By line how much, in its unit.
        :param str reason: Why; kept.
        :param str ref: The same one again is the same decision.
        :raise UserError: For nothing, or more than was delivered.
        """
        self.ensure_one()
        self._check_may_grant()
        if not any(quantity > 0 for quantity in quantities.values()):
            raise UserError(self.env._("Say how much of the goods it is about."))
        known = self.sudo().fact_ids.mapped("ref")
        told = []
        if any(line.return_id != self for line in quantities):
            raise UserError(self.env._("These goods belong to another return."))
        for line, quantity in quantities.items():
            name = f"{ref}/{line.id}"
            if name in known or not quantity:
                continue
            line._check_let_go(quantity)
            told.append(
                (self, kind, name, {"line": line, "quantity": quantity, "note": reason})
            )
        if told:
            self._say_many(told)

    def _take_back_let_go(self, reason):
        """Take back that goods are credited without having come.

        :param str reason: Why; kept.
        :raise UserError: When there is nothing to take back.
        """
        self._check_may_grant()
        told = []
        for one in self:
            told += [
                (
                    one,
                    kind,
                    f"back/{line.id}/{len(own)}",
                    {
                        "line": line,
                        "quantity": -sum(own.mapped("quantity")),
                        "note": reason,
                    },
                )
                for (line, kind), own in one._let_go_left().items()
            ]
        if not told:
            raise UserError(self.env._("Nothing was credited ahead of the goods."))
        self._say_many(told)
        return True

    def _let_go_left(self):
        """Return what is credited ahead of, or without, having come.

        :return: The facts that say so, by line and kind; without what was taken back.
        :rtype: dict[tuple[logistics.return.line, str], logistics.return.fact]
        """
        self.ensure_one()
        facts = self.sudo().fact_ids.filtered(lambda fact: fact.kind in LET_GO)
        return {
            key: own
            for key, own in facts.grouped(
                lambda fact: (fact.line_id, fact.kind)
            ).items()
            if sum(own.mapped("quantity")) > 0
        }

    def _exchange(self, order, product, quantity, reason):
        """Sell another product on the order, with the rights of the person.

        :param sale.order order: The order it goes on.
        :param product.product product: What the customer gets instead.
        :param float quantity: How much of it.
        :param str reason: Why; told on the order.
        :rtype: sale.order.line
        :raise UserError: Without a product, a quantity or a confirmed order.
        """
        self.ensure_one()
        self._check_may_grant()
        if not product or quantity <= 0:
            raise UserError(self.env._("Say which product, and how much of it."))
        if order not in self.order_ids:
            raise UserError(self.env._("Say on which order."))
        if order.state != "sale" or order.locked:
            raise UserError(
                self.env._("%s is not confirmed, or it is locked.", order.name)
            )
        line = self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": product.id,
                "product_uom_qty": quantity,
            }
        )
        order.sudo()._message_log(
            body=self.env._(
                "%(product)s is sold instead of what comes back in %(name)s: %(why)s",
                product=product.display_name,
                name=self.name,
                why=reason,
            )
        )
        return line


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    def _check_let_go(self, quantity):
        """Refuse to let more go than the customer was delivered and still owes.

        :raise UserError: With what is left.
        """
        self.ensure_one()
        left = ledger.quantity(self.sudo()._delivered()) - self.sudo()._compensated()
        if quantity < 0 or ledger.quantity(quantity) > max(left, 0):
            raise UserError(
                self.env._(
                    "%(product)s: only %(left)s were delivered and are neither back "
                    "nor decided on.",
                    product=self.product_id.display_name,
                    left=ledger.as_text(max(left, ledger.quantity(0))),
                )
            )
