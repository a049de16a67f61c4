"""Journal items know their charge, and what carries postings stays as it is."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events.models.ledger import by_suite

# Which charge an item is about.
_OF_CHARGE = frozenset({"logistics_charge_id", "logistics_charge_role"})
# What of posted freight nobody changes by hand.
_KEPT_OF_ITEM = frozenset(
    {
        "account_id",
        "amount_currency",
        "balance",
        "credit",
        "currency_id",
        "debit",
        "partner_id",
    }
)
_KEPT_OF_MOVE = frozenset(
    {
        "company_id",
        "currency_id",
        "date",
        "invoice_date",
        "journal_id",
        "move_type",
        "partner_id",
        "state",
    }
)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    logistics_charge_id = fields.Many2one(
        "logistics.charge",
        string="Freight Charge",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        groups="base.group_user",
    )
    logistics_charge_role = fields.Char(copy=False, groups="base.group_user")

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: no typed item claims to be about a charge."""
        if not by_suite(self.env) and any(
            vals.get(name) for vals in vals_list for name in _OF_CHARGE
        ):
            self._logistics_refuse_typed()
        items = super().create(vals_list)
        items._logistics_refuse_if_posted()
        return items

    def write(self, vals):
        """Override of `account`: which charge an item is about is not typed, and what
        freight was posted on stays as it is.
        """
        if not by_suite(self.env):
            if self._logistics_changed(vals, _OF_CHARGE):
                self._logistics_refuse_typed()
            posted = self.filtered(lambda item: item.parent_state == "posted")
            changed = posted._logistics_changed(vals, _KEPT_OF_ITEM).move_id
            changed._logistics_refuse_if_booked(changed._logistics_instead())
        return super().write(vals)

    def unlink(self):
        """Override of `account`: nothing of a posted document of freight goes."""
        self._logistics_refuse_if_posted()
        return super().unlink()

    def _logistics_refuse_if_posted(self):
        """Refuse that a person adds to what freight was posted with, or takes of it.

        :raise UserError: When one of the items is of such a document.
        """
        if not by_suite(self.env):
            moves = self.filtered(lambda item: item.parent_state == "posted").move_id
            moves._logistics_refuse_if_booked(moves._logistics_instead())

    def _logistics_changed(self, vals, names):
        """Return the items of which some of the fields are going to change.

        :param dict vals: What is written.
        :param frozenset names: The fields.
        :rtype: account.move.line
        """
        if names.isdisjoint(vals):
            return self.browse()
        will_change = self.env["account.move"]._field_will_change
        return self.filtered(
            lambda item: any(
                will_change(item.sudo(), vals, name) for name in names & vals.keys()
            )
        )

    def _logistics_refuse_typed(self):
        raise AccessError(
            self.env._("Which freight charge an item is about is not typed.")
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_posting_ids = fields.One2many(
        "logistics.charge.posting",
        "move_id",
        string="Postings of Charges",
        groups="base.group_user",
    )

    logistics_is_booked = fields.Boolean(
        string="Freight Is Posted with It",
        compute="_compute_logistics_is_booked",
        compute_sudo=True,
        groups="base.group_user",
        help="It stays posted, and nobody reverses it by hand.",
    )

    @api.depends("logistics_posting_ids")
    def _compute_logistics_is_booked(self):
        for move in self:
            move.logistics_is_booked = bool(move.logistics_posting_ids)

    def write(self, vals):
        """Override of `account`: postings of freight are immutable."""
        names = _KEPT_OF_MOVE & vals.keys()
        if names and not by_suite(self.env):
            changed = self.filtered(
                lambda move: (
                    move.state == "posted"
                    and any(move._field_will_change(move, vals, name) for name in names)
                )
            )
            changed._logistics_refuse_if_booked(changed._logistics_instead())
        return super().write(vals)

    def _logistics_refuse_if_booked(self, instead):
        """Refuse a person's change of what carries postings of charges.

        :param str instead: What to do in its place.
        :raise UserError: When one of the documents carries any.
        """
        if by_suite(self.env):
            return
        booked = self.sudo().filtered("logistics_posting_ids")
        if booked:
            raise UserError(
                self.env._(
                    "%(documents)s: freight is posted with it, and stays posted. "
                    "%(instead)s",
                    documents=", ".join(booked.mapped("name")),
                    instead=instead,
                )
            )

    @api.depends("logistics_posting_ids")
    def _compute_show_reset_to_draft_button(self):
        """Override of `account`: what freight is posted with is not reset."""
        super()._compute_show_reset_to_draft_button()
        for move in self.sudo().filtered("logistics_posting_ids"):
            move.show_reset_to_draft_button = False

    def button_draft(self):
        """Override of `account`: postings of freight are immutable."""
        self._logistics_refuse_if_booked(self._logistics_instead())
        return super().button_draft()

    def button_cancel(self):
        """Override of `account`: postings of freight are immutable."""
        self._logistics_refuse_if_booked(self._logistics_instead())
        return super().button_cancel()

    def unlink(self):
        """Override of `account`: postings of freight are immutable."""
        self._logistics_refuse_if_booked(self._logistics_instead())
        return super().unlink()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account`: postings of freight are taken back by their charge."""
        self._logistics_refuse_if_booked(self._logistics_instead())
        return super()._reverse_moves(default_values_list, cancel)

    def _logistics_instead(self):
        """Return what a person does instead of changing the documents."""
        if any(move.is_purchase_document() for move in self):
            return self.env._("Import the carrier's credit memo, or dispute its lines.")
        return self.env._("Void or write off the freight charge instead.")
