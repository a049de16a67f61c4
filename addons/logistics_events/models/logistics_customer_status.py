"""What customers are told: the defaults of the vocabulary, and what differs."""

from odoo import api, fields, models

from .. import public
from ..vocabulary import EVENT_TYPES


class LogisticsCustomerStatus(models.Model):
    """Shows customers one kind of event, or hides it: all of them, or one customer.

    Without a line the default of the vocabulary holds. A customer's own line beats
    that of the company, and a branch's line beats that of the company above.
    """

    _name = "logistics.customer.status"
    _inherit = "logistics.selection.name.mixin"
    _description = "Customer Status"
    _order = "company_id, partner_id nulls first, id"
    _rec_name = "event_type"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="cascade",
        help="Whose portal and mails this is about; without one it is about all "
        "customers of the company.",
    )
    event_type = fields.Selection(
        [(code, EVENT_TYPES[code].label) for code in public.WORDS],
        string="Tracking Event",
        required=True,
    )
    visible = fields.Boolean(string="Customer Sees It", default=True)
    word = fields.Char(
        string="Customer Reads",
        compute="_compute_word",
        help="What stands on the customer's page.",
    )
    is_default = fields.Boolean(
        string="Seen by Default",
        compute="_compute_word",
        help="What holds for customers without a line.",
    )

    _event_type_uniq = models.UniqueIndex(
        "(company_id, COALESCE(partner_id, 0), event_type)",
        "There is a line for this tracking event already.",
    )

    @api.depends("event_type")
    @api.depends_context("lang")
    def _compute_word(self):
        for line in self:
            line.word = self._word(line.event_type) if line.event_type else ""
            line.is_default = line.event_type in public.DEFAULT

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: a line is about a customer, not about one address."""
        return super().create([self._with_customer(vals) for vals in vals_list])

    def write(self, vals):
        """Override of `base`: a line is about a customer, not about one address."""
        return super().write(self._with_customer(vals))

    def _with_customer(self, vals):
        if not vals.get("partner_id"):
            return vals
        partner = self.env["res.partner"].browse(vals["partner_id"])
        return vals | {"partner_id": partner.commercial_partner_id.id}

    # === BUSINESS METHODS === #

    @api.model
    def _word(self, code):
        """Return the customer's word for what `public.shown()` answers.

        :param str code: A key of `public.WORDS`, `partly_delivered` or "".
        :rtype: str
        """
        if code == "partly_delivered":
            return self.env._(public.PARTLY_DELIVERED)
        return self.env._(public.WORDS.get(code, public.PREPARING))

    @api.model
    def _allowed(self, wanted):
        """Return what may be told, for many customers of many companies at once.

        Where a shipment has several customers, it is told what each may know.

        :param wanted: Pairs of a company and the customers of a shipment.
        :type wanted: Iterable[tuple[res.company, res.partner]]
        :return: Event types by company id and customer ids.
        :rtype: dict[tuple[int, tuple[int, ...]], frozenset[str]]
        """
        wanted = {
            (company, tuple(partners.commercial_partner_id.ids))
            for company, partners in wanted
        }
        ways = {company: company._logistics_company_chain() for company, _ids in wanted}
        lines = self.sudo().search_fetch(
            [
                ("company_id", "in", [top.id for way in ways.values() for top in way]),
                (
                    "partner_id",
                    "in",
                    [False, *{one for _company, ids in wanted for one in ids}],
                ),
            ],
            ["company_id", "partner_id", "event_type", "visible"],
        )
        said = {
            (line.company_id.id, line.partner_id.id, line.event_type): line.visible
            for line in lines
        }
        return {
            (company.id, ids): frozenset(
                code
                for code in public.WORDS
                if all(
                    _is_visible(said, ways[company], one, code)
                    for one in ids or [False]
                )
            )
            for company, ids in wanted
        }


def _is_visible(said, companies, partner_id, code):
    """Whether a customer sees an event type: their own line first, nearest first."""
    for owner in (partner_id, False) if partner_id else (False,):
        for company in companies:
            answer = said.get((company.id, owner, code))
            if answer is not None:
                return answer
    return code in public.DEFAULT
