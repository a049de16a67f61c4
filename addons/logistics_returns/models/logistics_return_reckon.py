"""Where a return stands, and what that asks for."""

from odoo import models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted

from .. import return_fold
from ..return_facts import ReturnLine


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _reckon(self):
        """Work out where the returns stand, store it, and do what follows.

        :return: By return where it stands.
        :rtype: dict[logistics.return, return_fold.Position]
        """
        found = {}
        for one in self.sudo():
            position = return_fold.fold(
                one._pure_lines(),
                [fact._pure() for fact in one.fact_ids],
            )
            one._store(position)
            found[one] = position
        self.sudo()._follow(found)
        return found

    def _pure_lines(self):
        """Return what other records say of the lines, as plain values.

        :rtype: list[return_facts.ReturnLine]
        """
        self.ensure_one()
        return [line._pure() for line in self.line_ids]

    def _store(self, position):
        self.ensure_one()
        for line in self.line_ids:
            line._store(position.lines[line.id])
        vals = {"reckoned": self.reckoned + 1}
        problems = [list(problem) for problem in position.problems] or False
        if self.state != position.state:
            vals["state"] = position.state
        if self.problems != problems:
            vals["problems"] = problems
        trusted(self).write(vals)

    def _follow(self, positions):
        """Hook: do what follows from where the returns stand.

        :param dict[logistics.return, Position] positions: Where each stands.
        """


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    def _pure(self):
        """Return what other records say of the line, as plain values.

        :rtype: return_facts.ReturnLine
        """
        self.ensure_one()
        own, others = self._credited()
        invoiced = ledger.quantity(self._invoiced()) - others
        return ReturnLine(
            key=self.id,
            delivered=ledger.quantity(self._delivered()),
            invoiced=max(invoiced, ledger.quantity(0)),
            credited=own,
            paid=bool(own) and self._is_settled(),
            replaced=ledger.quantity(self._replaced()),
            undelivered=self.return_id.kind == "to_sender",
        )

    def _delivered(self):
        """Return how much was delivered of what the line is about, in its unit."""
        self.ensure_one()
        if not self.move_id:
            return 0.0
        return self._in_unit(self.move_id)

    def _in_unit(self, move):
        """Return how much a move carries, in the unit of the line."""
        self.ensure_one()
        return move.product_uom._compute_quantity(
            move.quantity, self.uom_id, rounding_method="HALF-UP"
        )

    def _invoiced(self):
        """Return how much of the sold line is on posted invoices."""
        self.ensure_one()
        line = self.sale_line_id
        return sum(
            line._logistics_in_line_unit(item)
            for item in line.invoice_lines
            if item.parent_state == "posted" and item.move_id.move_type == "out_invoice"
        )

    def _credited(self):
        """Return how much is credited, by this return and by all other causes.

        :rtype: tuple[Decimal, Decimal]
        """
        self.ensure_one()
        return ledger.quantity(0), ledger.quantity(0)

    def _is_settled(self):
        """Hook: whether the credit notes of the line are paid back or set off.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _replaced(self):
        """Hook: return how much of the line is sent again instead of a credit."""
        self.ensure_one()
        return 0.0
