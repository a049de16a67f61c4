"""What is posted for a charge: each posting once, and for ever."""

from decimal import Decimal

from psycopg2.extras import Json

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import insert_all_once

from ..charge import Line, Posting

# What Odoo posts by itself when both sides of a charge are reconciled at two rates.
EXCHANGE = "exchange"


class LogisticsChargePosting(models.Model):
    """One balanced entry, or the part of a carrier's document that is about a charge.

    The entry or document is in `move_id`; charge, key and revision are unique.
    """

    _name = "logistics.charge.posting"
    _inherit = "logistics.ledger.mixin"
    _description = "Posting of a Charge"
    _order = "id"
    _rec_name = "key"

    charge_id = fields.Many2one(
        "logistics.charge", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="charge_id.currency_id")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    key = fields.Char(required=True)
    generation = fields.Integer(string="Revision", required=True)
    reason = fields.Selection(
        [
            ("accrue", "Accrued"),
            ("adjust", "Price Changed"),
            ("void", "Void"),
            ("write_off", "Written Off"),
            ("bill", "Billed"),
            ("credit", "Credited"),
            ("dispute", "Disputed"),
            ("concede", "Conceded"),
            ("short_paid", "Not Paid"),
            ("correct", "Corrected"),
            ("opening", "Opening Balance"),
            ("exchange", "Exchange Difference"),
        ],
        required=True,
    )
    day = fields.Date(required=True, help="The day it belongs to.")
    posting_date = fields.Date(required=True)
    is_prior_period = fields.Boolean(
        string="Of a Closed Period",
        help="The books of its own day were closed: it stands on the first open day.",
    )
    blocked = fields.Float(digits=0)
    lines = fields.Json(required=True, help="In the currency of the charge, by role.")
    own_lines = fields.Json(required=True, help="In the currency of the company.")
    accrued = fields.Float(
        digits=0,
        help="What it adds to accrued freight; negative when it takes from it.",
    )
    accrued_own = fields.Float(
        digits=0, string="Accrued (Company)", help="The same in company currency."
    )
    move_id = fields.Many2one(
        "account.move", required=True, ondelete="restrict", index=True
    )
    effect_id = fields.Many2one(
        "logistics.effect", string="Action Taken", ondelete="restrict"
    )

    _key_uniq = models.UniqueIndex(
        "(charge_id, key, generation)", "This is posted already."
    )
    _ledger_idx = models.Index("(company_id, posting_date)")

    def _pure(self):
        """Return the posting as plain values, in the currency of the charge.

        :rtype: charge.Posting
        """
        self.ensure_one()
        return Posting(
            self.key,
            self.generation,
            self.reason if self.reason != "opening" else "accrue",
            tuple(Line(role, Decimal(text)) for role, text in self.lines),
            self.day,
            Decimal(repr(self.blocked)),
        )

    @api.model
    def _keep(self, rows):
        """Keep what was posted.

        :param list[tuple] rows: (charge, posting, own, move, effect): the
            `charge.Posting`, its roles and amounts in company currency, the posted
            document.
        """
        insert_all_once(
            self.sudo(),
            [
                {
                    "charge_id": charge.id,
                    "company_id": charge.company_id.id,
                    "key": posting.key,
                    "generation": posting.generation,
                    "reason": posting.reason,
                    "day": posting.on,
                    "posting_date": move.date,
                    "is_prior_period": move.date != posting.on
                    and move.date > posting.on
                    and posting.key.partition(":")[0] not in ("bill", "credit"),
                    "blocked": float(posting.blocked),
                    "lines": Json(_listed(posting)),
                    "own_lines": Json([[role, str(amount)] for role, amount in own]),
                    "accrued": -float(posting.balance("accrued")),
                    "accrued_own": -float(
                        sum(amount for role, amount in own if role == "accrued")
                    ),
                    "move_id": move.id,
                    "effect_id": effect.id if effect else None,
                }
                for charge, posting, own, move, effect in rows
            ],
        )
        moves = self.env["account.move"].union(*(row[3] for row in rows))
        moves.invalidate_recordset(["logistics_posting_ids"])

    @api.model
    def _keep_exchange(self, found):
        """Keep what Odoo posted for the difference of two rates.

        :param dict found: By charge and entry the items of the entry that are on an
            account of the charge.
        """
        known = {}
        rows = []
        for (charge, move), items in found.items():
            if charge not in known:
                known[charge] = len(charge.posting_ids.filtered(_is_exchange))
            known[charge] += 1
            balance = sum(Decimal(repr(item.balance)) for item in items)
            role = items[0].logistics_charge_role
            rows.append(
                {
                    "charge_id": charge.id,
                    "company_id": charge.company_id.id,
                    "key": EXCHANGE,
                    "generation": known[charge],
                    "reason": "exchange",
                    "day": move.date,
                    "posting_date": move.date,
                    "is_prior_period": False,
                    "blocked": 0.0,
                    "lines": Json([]),
                    "own_lines": Json([[role, str(balance)], ["fx", str(-balance)]]),
                    "accrued": 0.0,
                    "accrued_own": float(-balance) if role == "accrued" else 0.0,
                    "move_id": move.id,
                    "effect_id": None,
                }
            )
        insert_all_once(self.sudo(), rows)


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _posted(self):
        """Return what is posted for the charge and stands.

        :rtype: list[charge.Posting]
        """
        self.ensure_one()
        rows = self.sudo().posting_ids
        return [row._pure() for row in rows if not _is_exchange(row)]


def _is_exchange(posting):
    return posting.key == EXCHANGE


def _listed(posting):
    return [[line.role, str(line.amount)] for line in posting.lines]
