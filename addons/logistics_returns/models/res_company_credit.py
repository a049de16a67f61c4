"""What a company allows, and what it charges for returns."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.logistics_approval import APPROVER_GROUP

from .. import return_approval

FEES = [
    ("none", "None"),
    ("percent", "A Percentage"),
    ("fixed", "A Fixed Amount"),
]
TABLE_FIELDS = (
    "logistics_return_automatic",
    "logistics_return_one_person",
    "logistics_return_both_above",
    "logistics_return_share",
    "logistics_return_repeats",
    "logistics_return_repeat_days",
    "logistics_return_four_eyes",
)
# For how many days the set-up looks back.
LOOK_BACK = 90


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_return_automatic = fields.Monetary(
        string="Credited Without Approval up to",
        default=50.0,
        help="Inspected goods up to this amount need nobody; goods that do not come "
        "back need one person up to it.",
        groups="base.group_user",
    )
    logistics_return_one_person = fields.Monetary(
        string="One Person up to",
        default=500.0,
        help="Above it a large part of the order or repeated refunds need two people.",
        groups="base.group_user",
    )
    logistics_return_both_above = fields.Monetary(
        string="Always Two People Above",
        help="Empty: the amount up to which one person is enough.",
        groups="base.group_user",
    )
    logistics_return_share = fields.Float(
        string="Two People Above This Part of the Order (%)",
        default=20.0,
        groups="base.group_user",
    )
    logistics_return_repeats = fields.Integer(
        string="Two People from This Refund on",
        default=3,
        help="Counted for private customers.",
        groups="base.group_user",
    )
    logistics_return_repeat_days = fields.Integer(
        string="Within so Many Days", default=30, groups="base.group_user"
    )
    logistics_return_four_eyes = fields.Boolean(
        string="Two People Agree to Large Credits",
        default=True,
        help="Without it one person agrees, however large it is.",
        groups="base.group_user",
    )
    logistics_restocking = fields.Selection(
        FEES,
        string="Restocking Fee",
        default="none",
        required=True,
        groups="base.group_user",
    )
    logistics_restocking_percent = fields.Float(
        string="Restocking Fee (%)", groups="base.group_user"
    )
    logistics_restocking_amount = fields.Monetary(
        string="Restocking Fee of a Return",
        help="Tax included, once for a return.",
        groups="base.group_user",
    )
    logistics_return_shipping = fields.Monetary(
        string="Return Shipping Fee",
        help="Charged when the customer pays for the way back; tax included.",
        groups="base.group_user",
    )

    _logistics_return_fees = models.Constraint(
        "CHECK (COALESCE(logistics_restocking_percent, 0) BETWEEN 0 AND 100 "
        "AND COALESCE(logistics_restocking_amount, 0) >= 0 "
        "AND COALESCE(logistics_return_shipping, 0) >= 0)",
        "A fee is not negative, and a percentage is at most 100.",
    )

    logistics_return_table_at = fields.Datetime(
        string="Approval Table Confirmed",
        readonly=True,
        groups="base.group_user",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base` to refuse an approval table that cannot work."""
        result = super().write(vals)
        if any(name in vals for name in TABLE_FIELDS):
            self._check_logistics_return_table()
        return result

    def _check_logistics_return_table(self):
        """Check the amounts, and that two people are there where two are asked.

        :raise ValidationError: Otherwise.
        """
        for company in self:
            company._logistics_return_limits()
            if company.sudo()._logistics_return_shortage():
                people = company._logistics_return_approvers()
                raise ValidationError(
                    self.env._(
                        "Two people can only be asked where two may agree, and in "
                        "%(company)s there is %(names)s. Give another one the finance "
                        "role, or let one person agree to large credits.",
                        company=company.name,
                        names=", ".join(people.mapped("name")) or self.env._("nobody"),
                    )
                )

    # === BUSINESS METHODS === #

    def _logistics_return_limits(self, source=None):
        """Return the amounts of the approval table.

        :param source: A record with the same fields; the company by default.
        :rtype: return_approval.Thresholds
        :raise ValidationError: When they contradict each other.
        """
        self.ensure_one()
        source = self.sudo() if source is None else source
        both = source.logistics_return_both_above
        try:
            return return_approval.Thresholds(
                automatic=ledger.quantity(source.logistics_return_automatic),
                one_person=ledger.quantity(source.logistics_return_one_person),
                both_above=ledger.quantity(both) if both else None,
                share=ledger.quantity(source.logistics_return_share),
                repeats=source.logistics_return_repeats,
                days=source.logistics_return_repeat_days,
            )
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "The amounts for returns do not fit together: each is at least "
                    "the one before, the part of the order is at most all of it, and "
                    "refunds and days count from 1."
                )
            ) from error

    def _logistics_return_shortage(self):
        """Return how many people are lacking where two must agree.

        :rtype: int
        """
        self.ensure_one()
        needed = 2 if self.sudo().logistics_return_four_eyes else 1
        return return_approval.shortage(needed, self._logistics_return_approvers().ids)

    def _logistics_return_approvers(self):
        """Return who may agree to credits in the company.

        :rtype: res.users
        """
        self.ensure_one()
        group = self.env.ref(APPROVER_GROUP).sudo()
        return group.all_user_ids.filtered(
            lambda user: (
                user.active and not user._is_superuser() and self in user.company_ids
            )
        )

    def _logistics_return_table(self):
        """Return the approval table as it can be kept: who agreed did so by it.

        :rtype: dict
        :raise ValidationError: When its amounts contradict each other.
        """
        self.ensure_one()
        limits = self._logistics_return_limits()
        both = limits.both_above
        return {
            "automatic": str(limits.automatic),
            "one_person": str(limits.one_person),
            "both_above": None if both is None else str(both),
            "share": str(limits.share),
            "repeats": limits.repeats,
            "days": limits.days,
            "four_eyes": self.sudo().logistics_return_four_eyes,
        }

    def _logistics_return_tally(self, limits, four_eyes=True, days=LOOK_BACK):
        """Return how many people the credits of the last days would have needed.

        :param return_approval.Thresholds limits: What the company would allow.
        :param bool four_eyes: Whether two people would be asked at all.
        :return: By number of people how many credit notes.
        :rtype: dict[int, int]
        """
        self.ensure_one()
        found = {0: 0, 1: 0, 2: 0}
        asked = return_approval.tally(
            self._logistics_past_credits(limits, days), limits
        )
        for (people, _reason), count in asked.items():
            found[people if four_eyes else min(people, 1)] += count
        return found

    def _logistics_past_credits(self, limits, days):
        """Return the posted credit notes of the last days as the table sees them.

        :rtype: list[return_approval.Request]
        """
        Move = self.env["account.move"].sudo()
        today = self._logistics_today()
        begin = today - timedelta(days=days)
        notes = Move.search(
            [
                ("company_id", "=", self.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("invoice_date", ">", begin - timedelta(days=limits.days)),
            ],
            order="invoice_date, id",
        )
        by_customer = {}
        requests = []
        for note in notes:
            customer = note.commercial_partner_id
            earlier = by_customer.setdefault(customer, [])
            if note.invoice_date > begin:
                orders = note.invoice_line_ids.sale_line_ids.order_id
                requests.append(
                    return_approval.Request(
                        case="inspected",
                        amount=ledger.quantity(abs(note.amount_total_signed)),
                        order=ledger.quantity(
                            sum(
                                max(order.amount_total, 0) / (order.currency_rate or 1)
                                for order in orders
                            )
                        ),
                        earlier=return_approval.recent(
                            earlier, note.invoice_date, limits
                        ),
                        private=not customer.is_company,
                    )
                )
            earlier.append(note.invoice_date)
        return requests
