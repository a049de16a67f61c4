"""Which charges the lines of a carrier's bill are about."""

from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..matching import REASONS
from .logistics_freight_bill import TYPED

PERSON = "person"
# Nothing can be matched any more once the bill went on.
_OPEN = ("new", "checked")


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    # === BUSINESS METHODS === #

    def _check(self):
        """Match the lines and audit them, as far as a bill can be checked: after the
        import, and whenever somebody decided something about its lines.

        :return: The bills that were checked.
        :rtype: logistics.freight.bill
        """
        bills = super()._check().filtered(lambda one: one._is_checkable())
        for bill in bills.sudo():
            bill._match()
            bill._audit()
            bill.write({"state": "checked", "checked_at": fields.Datetime.now()})
        return bills

    def _is_checkable(self):
        """Return whether it is known what the bill says, and who sent it; one that was
        typed in Odoo is checked when it is posted there.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.state in _OPEN
            and self.layout != TYPED
            and not self.is_reading
            and bool(self.carrier_id and self.currency_id and self.line_ids)
        )

    def _check_may_match(self):
        """Check that the matches of the bill may still change.

        :raise UserError: When it went on already, or nobody knows whose it is.
        """
        self.ensure_one()
        if self.state not in _OPEN:
            raise UserError(
                self.env._(
                    "%s went on already: what its lines are about is settled.",
                    self.display_name,
                )
            )
        if not self._is_checkable():
            raise UserError(
                self.env._(
                    "%s cannot be checked yet: its carrier, its currency or its lines "
                    "are missing.",
                    self.display_name,
                )
            )

    def _match(self):
        """Find the charges of the lines, all of them at once.

        What a person chose stays. Where no number is one of ours, the other companies
        of this database are asked: it may be their shipment.
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.match_step != PERSON)
        pure = {line: line._pure() for line in lines}
        found = self._matches(pure, self.company_id)
        strange = {line: said for line, said in pure.items() if not found[line].ours}
        others = (
            self.env["res.company"]
            .sudo()
            .search([("id", "not in", self.company_id.ids)])
        )
        if strange and others:
            for line, match in self._matches(strange, others).items():
                if match.charge is not None:
                    found[line] = match
        for line, match in found.items():
            line._keep_match(match)

    def _matches(self, pure, companies):
        """Return what the open charges of some companies say about lines.

        :param dict pure: By line its `bill.BillLine`.
        :param res.company companies: Whose charges are looked at.
        :rtype: dict[logistics.freight.bill.line, Match]
        """
        carrier, currency = str(self.carrier_id.id), self.currency_id.name
        index = self._index(pure.values(), companies)
        found = {}
        for line, said in pure.items():
            match = index.match(said, carrier, currency)
            if match.charge is None and match.ours:
                # In another currency it is the same charge, and told as such.
                other = index.match(said, carrier)
                if other.charge is not None or not match.proposals:
                    match = other
            found[line] = match
        bare = {
            line: said
            for line, said in pure.items()
            if found[line].charge is None and not found[line].proposals
        }
        if bare and companies == self.company_id:
            alike = self._index(bare.values(), companies, by_amount=True)
            for line, said in bare.items():
                proposals = alike.match(said, carrier, currency).proposals
                found[line] = replace(found[line], proposals=proposals)
        return {line: _without_twins(match) for line, match in found.items()}


class LogisticsFreightBillLine(models.Model):
    _inherit = "logistics.freight.bill.line"

    shipment_id = fields.Many2one(
        "logistics.shipment",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The one shipment that the numbers of the line lead to.",
    )
    for_company_id = fields.Many2one(
        "res.company",
        string="Shipped By",
        compute="_compute_for_company_id",
        help="The company whose shipment it is; it may be another one than is billed.",
    )
    is_ours = fields.Boolean(
        string="Ours", default=True, readonly=True, help="A number of it is known here."
    )
    proposal_text = fields.Text(string="Could Be", compute="_compute_proposal_text")

    @api.depends("charge_id", "company_id")
    def _compute_for_company_id(self):
        for line in self:
            line.for_company_id = line.sudo().charge_id.company_id or line.company_id

    @api.depends("proposals")
    @api.depends_context("lang")
    def _compute_proposal_text(self):
        words = self._reason_words()
        charges = self.env["logistics.charge"].sudo()
        for line in self:
            line.proposal_text = "\n".join(
                "{}: {}".format(
                    charges.browse(row["charge"]).exists().display_name or "?",
                    ", ".join(words[reason] for reason in row["reasons"]),
                )
                for row in line.proposals or ()
            )

    @api.model
    def _reason_words(self):
        """Return in words what speaks for a proposal.

        :rtype: dict[str, str]
        """
        words = {
            "tracking": self.env._("same tracking number"),
            "shipment": self.env._("same shipment"),
            "order": self.env._("same order or transfer"),
            "waybill": self.env._("same waybill"),
            "spelling": self.env._("a number that is almost the same"),
            "same_type": self.env._("same type of charge"),
            "same_amount": self.env._("same amount"),
            "near_amount": self.env._("nearly the same amount"),
            "same_day": self.env._("same day"),
            "near_day": self.env._("a day nearby"),
            "same_country": self.env._("same country"),
        }
        return {reason: words[reason] for reason in REASONS}

    # === ACTIONS === #

    def action_take_proposal(self):
        """Take the best proposal of each line.

        :raise AccessError: For people outside finance.
        :raise UserError: When a line has none, or its bill went on.
        """
        for line in self:
            if not line.proposals:
                raise UserError(
                    self.env._("Nothing is proposed for line %s.", line.display_name)
                )
            charge = self.env["logistics.charge"].browse(line.proposals[0]["charge"])
            line._take_charge(charge.exists())
        self.bill_id.sudo()._check()
        return True

    def action_choose_charge(self):
        """Ask which charge the lines are about.

        :rtype: dict
        """
        self.bill_id._check_finance()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose the Charge"),
            "res_model": "logistics.freight.line.match",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_line_ids": self.ids},
        }

    def action_forget_charge(self):
        """Undo a person's choice; the numbers of the line decide again.

        :raise AccessError: For people outside finance.
        :raise UserError: When the bill went on.
        """
        self.bill_id._check_finance()
        for bill in self.bill_id:
            bill._check_may_match()
        self.sudo().write({"match_step": False, "charge_id": False})
        self.bill_id._note_editor()
        self.bill_id.sudo()._check()
        return True

    # === BUSINESS METHODS === #

    def _take_charge(self, charge):
        """Say that the lines are about a charge, on a person's word.

        :param logistics.charge charge: The charge.
        :raise AccessError: For people outside finance.
        :raise UserError: When it is another carrier's, or a bill went on.
        """
        self.bill_id._check_finance()
        charge.check_access("read")
        for line in self:
            bill = line.bill_id
            bill._check_may_match()
            if not charge or charge.sudo().carrier_id != bill.carrier_id:
                raise UserError(
                    self.env._("Choose a charge of %s.", bill.carrier_id.display_name)
                )
        self.sudo().write(
            {
                "charge_id": charge.id,
                "shipment_id": charge.sudo().shipment_id.id,
                "match_step": PERSON,
                "matched_by_id": self.env.uid,
                "proposals": False,
                "is_ours": True,
            }
        )
        self.bill_id._note_editor()

    def _keep_match(self, match):
        """Keep what was found for the line.

        :param Match match: What was found.
        """
        self.ensure_one()
        shipment = match.shipment if isinstance(match.shipment, int) else False
        self.write(
            {
                "charge_id": match.charge or False,
                "shipment_id": shipment,
                "match_step": match.step or False,
                "matched_by_id": False,
                "is_ours": match.ours is not False,
                "proposals": [
                    {
                        "charge": proposal.ref,
                        "reasons": list(proposal.reasons),
                        "score": proposal.score,
                    }
                    for proposal in match.proposals
                ]
                or False,
            }
        )


def _without_twins(match):
    """Return a match that proposes no charge twice: one price can stand for two."""
    best = {}
    for proposal in match.proposals:
        best.setdefault(proposal.ref, proposal)
    return replace(match, proposals=tuple(best.values()))
