"""Going only when no freight is open."""

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from .logistics_freight_dispute import UNDECIDED

OVERRIDE = "logistics_freight_accrual.uninstall_anyway"
_PORTION = 1000


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Override of `base` to refuse while freight is accrued or disputed.

        :raise UserError: With what is open, and how to go on.
        """
        going = self | self.downstream_dependencies()
        if "logistics_freight_accrual" in going.mapped("name"):
            self.env["logistics.charge"]._check_nothing_open()
        return super().button_uninstall()


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    @api.model
    def _check_nothing_open(self):
        """Refuse to go while accounts hold freight that only the charges explain.

        :raise UserError: With how many charges are open.
        """
        config = self.env["ir.config_parameter"].sudo()
        if config.get_param(OVERRIDE) == "True":
            return
        charges = self.sudo()
        accrued = charges.search_count([("open_amount", "!=", 0)])
        disputes = self.env["logistics.freight.dispute"].sudo()
        waiting = disputes.search([("state", "in", UNDECIDED)]).charge_id
        # A bill that is held is disputed, and nothing of it is posted.
        disputed = charges.search_count(
            ["|", ("disputed_amount", "!=", 0), ("id", "in", waiting.ids)]
        )
        if accrued or disputed:
            raise UserError(
                self.env._(
                    "%(accrued)s charges are accrued and not billed, %(disputed)s are "
                    "disputed. Without this app nobody could say what these amounts "
                    "are. Post the bills, settle the disputes or write the rest off "
                    "first. To go all the same, set the system parameter %(parameter)s "
                    "to True.",
                    accrued=accrued,
                    disputed=disputed,
                    parameter=OVERRIDE,
                )
            )

    @api.model
    def _leave_trail(self):
        """Say on the entries and bills which charges they are about, for the time
        when the charges are gone.
        """
        Move = self.env["account.move"].sudo()
        last = 0
        while moves := Move.search(
            [("id", ">", last), ("logistics_posting_ids", "!=", False)],
            order="id",
            limit=_PORTION,
        ):
            for move in moves:
                move._message_log(body=move.logistics_posting_ids._trail())
            last = moves[-1:].id
            self.env.flush_all()
            self.env.invalidate_all()


class LogisticsChargePosting(models.Model):
    _inherit = "logistics.charge.posting"

    def _trail(self):
        """Return what the postings of one document are, in words.

        :rtype: markupsafe.Markup
        """
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        texts = [
            self.env._(
                "%(carrier)s %(charge)s, %(reason)s, of %(day)s",
                carrier=row.charge_id.carrier_id.name,
                charge=row.charge_id.display_name,
                reason=reasons[row.reason],
                day=row.day,
            )
            for row in self
        ]
        return Markup("<br/>").join([self.env._("Freight of these charges:"), *texts])
