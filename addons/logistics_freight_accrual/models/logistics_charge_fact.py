"""What is known of a charge beyond its tracking events; never changed, never lost."""

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import insert_all_once

from ..charge import ChargeFact
from .money import money

_LABELS = [
    ("quote", "Expected Price"),
    ("trigger", "Milestone Reached"),
    ("confirm", "Price Confirmed"),
    ("void", "Void"),
    ("bill", "Billed"),
    ("match", "May Be Posted"),
    ("dispute", "Disputed"),
    ("credit", "Credited"),
    ("concede", "Conceded"),
    ("short_paid", "Not Paid"),
    ("write_off", "Written Off"),
    ("payment", "Paid"),
    ("unpaid", "Payment Taken Back"),
    ("withdraw", "Bill Taken Back"),
]
# Besides its charge, what makes one fact the same as another.
CONTENT = (
    "kind",
    "ref",
    "amount",
    "tax",
    "day",
    "at",
    "target",
    "final",
    "treatment",
    "currency",
)


class LogisticsChargeFact(models.Model):
    """One thing that is known of a charge; saying it again is not another one."""

    _name = "logistics.charge.fact"
    _inherit = "logistics.ledger.mixin"
    _description = "Fact of a Charge"
    _order = "id"
    _rec_name = "ref"

    charge_id = fields.Many2one(
        "logistics.charge", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="charge_id.company_id")
    currency_id = fields.Many2one(related="charge_id.currency_id")
    kind = fields.Selection(_LABELS, required=True, string="What")
    ref = fields.Char(required=True, string="Name")
    amount = fields.Float(digits=0)
    tax = fields.Float(digits=0)
    day = fields.Date()
    at = fields.Datetime(string="Said at")
    target = fields.Char(string="About")
    final = fields.Boolean(default=True)
    treatment = fields.Char()
    currency = fields.Char(string="Currency Named")
    event_id = fields.Many2one(
        "logistics.event", string="Tracking Event", ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="restrict")

    _content_uniq = models.UniqueIndex(
        "(charge_id, kind, ref, amount, tax, COALESCE(day, '0001-01-01'), "
        "COALESCE(at, '0001-01-01'), target, final, treatment, currency)"
    )

    def _pure(self):
        """Return the fact as plain values.

        :rtype: charge.ChargeFact
        """
        self.ensure_one()
        currency = self.charge_id.currency_id
        return ChargeFact(
            self.kind,
            self.ref,
            money(self.amount, currency),
            money(self.tax, currency),
            self.day or None,
            self.at or None,
            self.target or "",
            self.final,
            self.treatment or "",
            self.currency or "",
        )


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _say(self, kind, ref, **attrs):
        """Record one fact about each of the charges; see `_say_many`.

        :return: Where they stand now.
        :rtype: dict[logistics.charge, accrual.Plan]
        """
        return self._say_many([(charge, kind, ref, attrs) for charge in self])

    @api.model
    def _say_many(self, told):
        """Record facts, each once, and work out what follows.

        :param list[tuple] told: (charge, kind, ref, attributes of `charge.ChargeFact`,
            and `event` and `user` for whose word it is); `on` is its day.
        :return: Where the charges stand now.
        :rtype: dict[logistics.charge, accrual.Plan]
        :raises ValueError: For a fact that cannot be; nothing is recorded then.
        """
        return self._keep_facts(told)._reckon()

    @api.model
    def _keep_facts(self, told):
        """Record facts, each once; for those who reckon once they did what follows.

        :param list[tuple] told: As `_say_many` takes it.
        :return: What the facts are about.
        :rtype: logistics.charge
        :raises ValueError: For a fact that cannot be; nothing is recorded then.
        """
        charges = self.browse(
            dict.fromkeys(charge.id for charge, *_more in told)
        ).sudo()
        charges._lock()
        Fact = self.env["logistics.charge.fact"].sudo()
        insert_all_once(
            Fact,
            [
                self._fact_row(charge, kind, ref, attrs)
                for charge, kind, ref, attrs in told
            ],
        )
        charges.invalidate_recordset(["fact_ids"])
        return charges

    def _fact_row(self, charge, kind, ref, attrs):
        attrs = dict(attrs)
        event = attrs.pop("event", None)
        user = attrs.pop("user", None) or self.env.user
        fact = ChargeFact(kind, str(ref), **attrs)
        return {
            "charge_id": charge.id,
            "kind": fact.kind,
            "ref": fact.ref,
            "amount": float(fact.amount),
            "tax": float(fact.tax),
            "day": fact.on,
            "at": fact.at,
            "target": fact.target,
            "final": fact.final,
            "treatment": fact.treatment,
            "currency": fact.currency,
            "event_id": event.id if event else None,
            "user_id": user.id,
        }

    def _lock(self):
        """Lock the charges, in the same order for everybody, before facts change.

        As every reckoning counts `reckoned` up, the second of two workers starts again
        with a snapshot that has the first one's facts.
        """
        if self:
            self.env.cr.execute(
                "SELECT id FROM logistics_charge WHERE id = ANY(%s) "
                "ORDER BY id FOR NO KEY UPDATE",
                [self.ids],
            )
