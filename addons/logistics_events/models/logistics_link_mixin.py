"""Secret addresses with which a customer reads about something without an account."""

import re
import secrets
from datetime import timedelta

from odoo import api, fields, models

from .ledger import insert_once, trusted

_TOKEN_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
# A link to what never ends does not live for ever.
LONGEST = timedelta(days=365)


class LogisticsLinkMixin(models.AbstractModel):
    """One secret address of one record; a withdrawn one never works again.

    Who inherits adds the field named by `_link_to`, and the unique indexes on the token
    and on the live link of a record.
    """

    _name = "logistics.link.mixin"
    _inherit = "logistics.ledger.mixin"
    _description = "Link Without an Account"

    # The field of the record, and what the address begins with.
    _link_to = ""
    _link_path = ""

    token = fields.Char(required=True, groups="base.group_system", copy=False)
    made_at = fields.Datetime(required=True)
    withdrawn_at = fields.Datetime()
    withdrawn_by_id = fields.Many2one("res.users", string="Withdrawn By")

    @api.model
    def _ensure(self, records):
        """Return the live links of records; those without one get one.

        :param odoo.models.BaseModel records: What the links lead to.
        :return: The links by record id.
        :rtype: dict[int, logistics.link.mixin]
        """
        links = self._live(records)
        now = fields.Datetime.now()
        for record in records:
            if record.id not in links:
                links[record.id] = insert_once(
                    trusted(self.sudo()),
                    {
                        self._link_to: record.id,
                        "company_id": record.sudo().company_id.id,
                        "token": secrets.token_urlsafe(32),
                        "made_at": now,
                    },
                )
        return links

    @api.model
    def _live(self, records):
        """Return the links that are not withdrawn, by record id."""
        links = self.sudo().search(
            [(self._link_to, "in", records.ids), ("withdrawn_at", "=", False)]
        )
        return {link[self._link_to].id: link for link in links}

    @api.model
    def _led_to(self, token):
        """Return the record that a link leads to now, with all rights.

        :param str token: What stands in the address; anything at all.
        :return: The record; empty for a link that is unknown, withdrawn or over.
        :rtype: odoo.models.BaseModel
        """
        nothing = self.sudo()[self._link_to]
        if not _TOKEN_SHAPE.fullmatch(token or ""):
            return nothing
        link_sudo = self.sudo().search(
            [("token", "=", token), ("withdrawn_at", "=", False)], limit=1
        )
        if not link_sudo or link_sudo._ends_at() <= fields.Datetime.now():
            return nothing
        return link_sudo[self._link_to]

    def _ends_at(self):
        """Return when the link stops working, in naive UTC.

        :rtype: datetime
        """
        self.ensure_one()
        last = self.made_at + LONGEST
        over = self._over_at()
        if not over:
            return last
        days = self.sudo().company_id.logistics_link_days
        # Who asked for a link after the end got it for the same time.
        return min(last, max(over, self.made_at) + timedelta(days=days))

    def _over_at(self):
        """Hook: return since when there is no news, in naive UTC; False before.

        :rtype: datetime | bool
        """
        self.ensure_one()
        return False

    def _withdraw(self):
        """Make the links useless, for good."""
        trusted(self.sudo()).write(
            {"withdrawn_at": fields.Datetime.now(), "withdrawn_by_id": self.env.uid}
        )

    def _url(self):
        """Return the address that a customer opens.

        :rtype: str
        """
        self.ensure_one()
        return f"{self.get_base_url()}{self._link_path}{self.sudo().token}"
