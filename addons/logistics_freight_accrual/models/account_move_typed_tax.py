"""The lines of a typed bill on their accounts, with their taxes as they were typed.

A tax may be in the price or on top of it, and may be cost in part. What is cost stands
on the account of the line it is the tax on, as on every vendor bill of Odoo; here that
is the account of a charge, so it is an item of its own, and of that charge.
"""

from odoo import api, fields, models

from ..charge import ROLES
from ..rounding import ZERO, rounded
from .money import money, share

# What a price can be divided by: the parts are taxed as the whole was.
_DIVISIBLE = ("percent", "division")
_OF_DOCUMENT = ("recoverable_tax", "payable")


class AccountTax(models.Model):
    _inherit = "account.tax"

    @api.model
    def _prepare_base_line_tax_repartition_grouping_key(
        self, base_line, base_line_grouping_key, tax_data, tax_rep_data
    ):
        """Override of `account`: tax that is cost of a charge is an item of it."""
        key = super()._prepare_base_line_tax_repartition_grouping_key(
            base_line, base_line_grouping_key, tax_data, tax_rep_data
        )
        if not tax_rep_data["tax_rep"].account_id:
            key |= _of_charge(base_line)
        return key

    @api.model
    def _prepare_tax_line_repartition_grouping_key(self, tax_line):
        """Override of `account`: as `_prepare_base_line_tax_repartition_grouping_key`
        has it.
        """
        key = super()._prepare_tax_line_repartition_grouping_key(tax_line)
        return key | _of_charge(tax_line)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_may_rewrite(self, items, charges):
        """Return whether the taxes allow to divide the lines: a share of the price, of
        which as much comes back as was expected with the charges.

        :param account.move.line items: The lines as typed.
        :param logistics.charge charges: What they are about.
        :rtype: bool
        """
        taxes = items.tax_ids.flatten_taxes_hierarchy()
        if any(
            tax.price_include and tax.amount_type not in _DIVISIBLE for tax in taxes
        ):
            return False
        side = "refund" if self.move_type == "in_refund" else "invoice"
        known = {share(charge.tax_share) for charge in charges}
        for tax in taxes:
            parts = tax[f"{side}_repartition_line_ids"].filtered(
                lambda line: line.repartition_type == "tax"
            )
            whole = share(sum(parts.mapped("factor")))
            back = share(sum(parts.filtered("account_id").mapped("factor")))
            # What the company owes itself is nothing, and so is what comes back of it.
            if any(rounded(whole * one, 6) != back for one in known):
                self._logistics_tell_tax(tax)
                return False
        return True

    def _logistics_tell_tax(self, tax):
        self._message_log(
            body=self.env._(
                "The lines stay as they were typed: by %(tax)s another part of the tax "
                "comes back than the Carrier Terms say.",
                tax=tax.display_name,
            )
        )

    def _logistics_rewrite(self, items, share_, posting):
        """Book the lines of a charge on the accounts that its posting asks for.

        :param account.move.line items: The typed lines about the charge.
        :param Share share_: What they say of it.
        :param charge.Posting posting: What is posted.
        """
        books = self.company_id._logistics_freight_books_needed()
        sign = -1 if self.move_type == "in_refund" else 1
        first, rest = items[0], items[1:]
        commands = [fields.Command.delete(item.id) for item in rest]
        factor = _price_factor(items)
        for place, (role, amount) in enumerate(self._logistics_bases(share_, posting)):
            vals = {
                "account_id": books.accounts[role].id,
                "quantity": 1.0,
                "discount": 0.0,
                "price_unit": sign * float(amount) * factor,
                "tax_ids": [fields.Command.set(first.tax_ids.ids)],
                "logistics_charge_id": share_.charge.id,
                "logistics_charge_role": role,
            }
            if place:
                vals |= {"name": first.name, "product_id": False}
                commands.append(fields.Command.create(vals))
            else:
                commands.append(fields.Command.update(first.id, vals))
        self.write({"invoice_line_ids": commands})

    def _logistics_bases(self, share_, posting):
        """Return what stands on each account, without the tax that is cost of it.

        :param Share share_: What the lines say of the charge.
        :param charge.Posting posting: What is posted, that tax among it.
        :return: Role and amount, debits positive; they add up to what was billed.
        :rtype: list[tuple[str, Decimal]]
        """
        parts = [line for line in posting.lines if line.role not in _OF_DOCUMENT]
        total = sum((line.amount for line in parts), ZERO)
        net = share_.amount if share_.kind == "bill" else -share_.amount
        if not total or total == net:
            return [(line.role, line.amount) for line in parts]
        decimals = self.currency_id.decimal_places
        bases, seen, given = [], ZERO, ZERO
        for line in parts:
            seen += line.amount
            upto = rounded(net * seen / total, decimals)
            bases.append((line.role, upto - given))
            given = upto
        return bases

    def _logistics_settle_taxes(self, rows):
        """Let tax that is cost make up what each charge is posted with, to the cent.

        :param list[tuple] rows: `Share` and `charge.Posting`.
        """
        currency = self.currency_id
        for share_, posting in rows:
            own = self.line_ids.filtered(
                lambda item, charge=share_.charge: item.logistics_charge_id == charge
            )
            for role in ROLES:
                items = own.filtered(
                    lambda item, role=role: item.logistics_charge_role == role
                )
                left = posting.balance(role) - money(
                    sum(items.mapped("amount_currency")), currency
                )
                if left and items:
                    taxes = items.filtered("tax_repartition_line_id")
                    bearer = taxes[:1] or items[:1]
                    quietly = bearer.with_context(skip_invoice_sync=not taxes)
                    quietly.amount_currency += float(left)

    def _logistics_keep_total(self, total):
        """Keep what is to be paid as it was typed, when tax is rounded otherwise now.

        :param float total: As it was typed.
        """
        difference = self.currency_id.round(total - self.amount_total)
        taxes = self.line_ids.filtered(
            lambda item: item.tax_repartition_line_id and not item.logistics_charge_id
        )
        if difference and taxes:
            largest = max(taxes, key=lambda item: abs(item.amount_currency))
            largest.amount_currency += self.direction_sign * difference


def _of_charge(values):
    """Return of which charge a line is, for the tax that is cost of it."""
    record = values.get("record")
    if getattr(record, "_name", "") != "account.move.line":
        return {}
    if not record.logistics_charge_id:
        return {}
    return {
        "logistics_charge_id": record.logistics_charge_id.id,
        "logistics_charge_role": record.logistics_charge_role,
    }


def _price_factor(items):
    """Return what a price is typed as for each unit of what it comes to untaxed."""
    if not any(items.tax_ids.flatten_taxes_hierarchy().mapped("price_include")):
        return 1.0
    net = sum(items.mapped("price_subtotal"))
    typed = sum(
        item.quantity * item.price_unit * (1 - item.discount / 100) for item in items
    )
    return typed / net if net else 1.0
