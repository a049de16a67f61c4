"""What leaves the list of exceptions: word to the salesperson, and mails."""

from datetime import timedelta

from odoo import fields, models

ORDER_ACTIVITY = "logistics_events.mail_activity_type_order"
# What cannot wait until the morning.
AT_ONCE = frozenset({"silent_feed", "carrier_unavailable", "security"})
# What holds or moves money: mailed when it is late.
MONEY = frozenset(
    {
        "conflict",
        "contradiction",
        "proof_missing",
        "duplicate_document",
        "tolerance",
        "period_locked",
        "changed_by_hand",
        "approval_waiting",
        "action_failed",
    }
)
# What a customer will ask the salesperson about.
ON_ORDER = frozenset({"delivery_problem"})
# A feed that fails again and again is mailed once in so long.
MAIL_PAUSE = timedelta(days=1)


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    # === THE SALESPERSON === #

    def _told_orders(self):
        """Return the orders the exceptions are about."""
        return self.sudo().order_id | self.sudo().shipment_id.sale_order_ids

    def _salespeople(self):
        concerned = self.filtered(lambda one: one.category in ON_ORDER)
        orders = concerned._told_orders()
        return orders.user_id | orders.team_id.user_id

    def _tell_orders(self, muted):
        """Tell whoever sold it: one activity per order, however much goes wrong."""
        concerned = self.filtered(lambda one: one.category in ON_ORDER)
        orders = concerned._told_orders()
        told = set(self._activities(ORDER_ACTIVITY, orders).mapped("res_id"))
        wanted, noted = [], []
        for exception in concerned:
            for order in exception._told_orders():
                seller = order.user_id or order.team_id.user_id
                silent = not seller.active or (seller.id, exception.category) in muted
                if order.id in told or silent:
                    continue
                told.add(order.id)
                wanted.append((order, seller, exception.summary, exception.deadline))
                noted.append((exception, seller))
        self._add_activities(ORDER_ACTIVITY, wanted)
        self._note_told("order", noted)

    def _clear_orders(self):
        """Close the activity of the orders about which nothing is open any more."""
        concerned = self.filtered(lambda one: one.category in ON_ORDER)
        if not concerned:
            return
        orders = concerned._told_orders()
        open_ones = self.sudo().search(
            [
                ("category", "in", list(ON_ORDER)),
                ("state", "=", "open"),
                "|",
                ("order_id", "in", orders.ids),
                ("shipment_id", "in", orders.logistics_shipment_ids.ids),
            ]
        )
        self._activities(ORDER_ACTIVITY, orders - open_ones._told_orders()).unlink()

    # === MAILS === #

    def _tells_at_once(self):
        """Whether the exception is mailed the moment it is opened.

        :rtype: bool
        """
        return self.category in AT_ONCE

    def _tell_at_once(self, muted):
        since = fields.Datetime.now() - MAIL_PAUSE
        for exception in self:
            user = exception.user_id
            if (
                user
                and exception._tells_at_once()
                and exception.last_at >= since
                and (user.id, exception.category) not in muted
                and not exception._was_mailed(user, since)
            ):
                exception._mail_to(user)

    def _was_mailed(self, user, since):
        """Whether somebody was mailed about the same thing lately."""
        return bool(
            self.env["logistics.notification"]
            .sudo()
            .search(
                [
                    ("kind", "=", "mail"),
                    ("user_id", "=", user.id),
                    ("told_at", ">=", since),
                    ("exception_id.category", "=", self.category),
                    ("exception_id.subject_key", "=", self.subject_key),
                    ("company_id", "=", self.company_id.id),
                ],
                limit=1,
            )
        )

    def _mail_to(self, user):
        """Mail somebody about one exception, and write that down."""
        self.ensure_one()
        spoken = self.with_context(lang=user.lang or self.env.lang, tz=user.tz)
        label = dict(self._fields["category"]._description_selection(spoken.env))
        mail = self.env["logistics.notification"]._mail(
            user,
            self.company_id,
            "logistics_events.notification_at_once",
            {
                "exception": spoken,
                "category": label[self.category],
                "url": self._told_url(),
            },
            f"{label[self.category]}: {self.summary}",
        )
        self._note_told("mail", [(self, user)], mail)

    def _told_url(self):
        """Return the address of the exception in the back office.

        :rtype: str
        """
        return f"{self.get_base_url()}/odoo/logistics-exceptions/{self.id}"
