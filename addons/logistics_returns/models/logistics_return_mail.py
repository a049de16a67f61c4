"""Which mails to customers the state of a return calls for."""

from datetime import timedelta
from types import MappingProxyType

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import insert_all_once, trusted

# Told in this order; older news waits no longer once newer news came.
MILESTONES = [
    ("return_requested", "Return Requested"),
    ("return_approved", "Return Accepted"),
    ("return_overdue", "Returned Goods Missing"),
    ("return_received", "Return Arrived"),
    ("return_credited", "Return Credited"),
]
_RANKS = MappingProxyType({code: rank for rank, (code, _word) in enumerate(MILESTONES)})
# By the state that is new what is told.
_TOLD = MappingProxyType(
    {
        "requested": "return_requested",
        "approved": "return_approved",
        "label_sent": "return_approved",
        "received": "return_received",
        "inspected": "return_received",
        "credited": "return_credited",
        "refunded": "return_credited",
    }
)
# Where the customer, or somebody for them, asked for it.
_ASKED = ("portal", "staff", "partner")
_BEFORE_ARRIVAL = ("return_requested", "return_approved", "return_overdue")
_MAX_AGE = timedelta(days=7)


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    customer_mail_ids = fields.One2many(
        "logistics.customer.mail", "logistics_return_id", string="Mails to the Customer"
    )
    told_partner_id = fields.Many2one(
        "res.partner", string="Mails Go to", compute="_compute_told_partner_id"
    )

    @api.depends("partner_id.email")
    def _compute_told_partner_id(self):
        for one in self:
            one.told_partner_id = one.sudo()._told_partner()

    def _told_partner(self):
        """Return who is mailed about the return; empty when nobody has an address.

        :rtype: res.partner
        """
        self.ensure_one()
        partner_sudo = self.sudo().partner_id
        candidates = [partner_sudo, partner_sudo.commercial_partner_id]
        return next(
            (partner for partner in candidates if partner.email),
            self.env["res.partner"],
        )

    def _reckon(self):
        """Override to plan the mails to customers where the state changed."""
        # A new return has the state of its first fact from the beginning.
        before = {one: one.reckoned and one.state for one in self.sudo()}
        found = super()._reckon()
        changed = {
            one: position.state
            for one, position in found.items()
            if position.state != before.get(one)
        }
        if changed:
            self.env["logistics.customer.mail"].sudo()._plan_of_returns(changed)
        return found

    def _told_of(self, state):
        """Return what is told when the return reaches a state; None for nothing.

        :rtype: str | None
        """
        self.ensure_one()
        milestone = _TOLD.get(state)
        if milestone == "return_requested" and self.origin not in _ASKED:
            return None
        came = any(line.received_quantity > 0 for line in self.line_ids)
        if milestone == "return_received" and not came:
            return None
        return milestone


class LogisticsCustomerMailSetting(models.Model):
    _inherit = "logistics.customer.mail.setting"

    milestone = fields.Selection(
        selection_add=MILESTONES,
        ondelete={code: "cascade" for code, _word in MILESTONES},
    )

    def _told_by(self):
        """Override: returns are told of by this addon."""
        if self.milestone in _RANKS:
            return "logistics_returns", "logistics.return"
        return super()._told_by()


def _forget(mails):
    """Delete the mails about returns when the addon goes."""
    trusted(mails).unlink()


class LogisticsCustomerMail(models.Model):
    _inherit = "logistics.customer.mail"

    # A mail is about a shipment or about a return.
    shipment_id = fields.Many2one(required=False)
    logistics_return_id = fields.Many2one(
        "logistics.return",
        string="Return",
        ondelete="restrict",
        index="btree_not_null",
    )
    milestone = fields.Selection(
        selection_add=MILESTONES,
        ondelete={code: _forget for code, _word in MILESTONES},
    )
    reason = fields.Selection(
        selection_add=[("return_over", "The return ended")],
        ondelete={"return_over": lambda mails: trusted(mails).write({"reason": False})},
    )

    _return_once_uniq = models.UniqueIndex(
        "(logistics_return_id, milestone)", "This is told once and never again."
    )
    _about_one = models.Constraint(
        "CHECK ((shipment_id IS NULL) != (logistics_return_id IS NULL))",
        "A mail is about a shipment or about a return.",
    )

    def _subject(self):
        """Override: the return that the mail is about, if it is about one."""
        return self.logistics_return_id or super()._subject()

    def _max_age(self):
        """Override: for how long the state of a return is news."""
        return _MAX_AGE if self.milestone in _RANKS else super()._max_age()

    @api.model
    def _plan_of_returns(self, changed):
        """Note the mails that have become due; each is noted once, ever.

        :param dict[logistics.return, str] changed: The states that returns have now.
        """
        returns = self.env["logistics.return"].union(*changed)
        on = self.env["logistics.customer.mail.setting"]._on(returns.company_id)
        known = self.search([("logistics_return_id", "in", returns.ids)]).grouped(
            "logistics_return_id"
        )
        now = fields.Datetime.now()
        rows = []
        for one, state in changed.items():
            mails = known.get(one, self.browse())
            milestone = one._told_of(state)
            mails._overtake_returns(milestone, state)
            if not milestone or milestone in mails.mapped("milestone"):
                continue
            if (one.company_id.id, milestone) in on:
                rows.append(
                    {
                        "logistics_return_id": one.id,
                        "company_id": one.company_id.id,
                        "milestone": milestone,
                        "happened_at": now,
                        "state": "waiting",
                        "decided_at": now,
                    }
                )
        if rows:
            insert_all_once(self, rows)
            returns.invalidate_recordset(["customer_mail_ids"], flush=False)
            self._wake()

    def _overtake_returns(self, milestone, state):
        """Leave out what waits and is no news any more.

        :param str | None milestone: What is told now.
        :param str state: What the return is now.
        """
        for mail in self.filtered(lambda mail: mail.state == "waiting"):
            told = mail.milestone
            if state in ("closed", "refused") and told in _BEFORE_ARRIVAL:
                mail._skip("return_over")
            elif milestone and _RANKS[milestone] > _RANKS[told]:
                mail._skip("overtaken")
