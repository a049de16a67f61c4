"""What the facts leave open: reports that disagree, and reports that fit nowhere."""

from odoo import models

# What holds money until a person or another event decides: category and field.
CONTESTED = {"conflict": "has_conflict", "contradiction": "has_contradiction"}


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _open_fold_problems(self):
        """Return what a person was asked about the facts and has not settled.

        :return: Categories of exceptions by shipment id.
        :rtype: dict[int, set[str]]
        """
        odd = self.env["logistics.exception"].search(
            [
                ("category", "=", "sequence"),
                ("shipment_id", "in", self.ids),
                ("state", "in", ["open", "snoozed"]),
            ]
        )
        found = {
            shipment.id: {
                category for category, name in CONTESTED.items() if shipment[name]
            }
            for shipment in self
        }
        for shipment_id in odd.shipment_id.ids:
            found[shipment_id].add("sequence")
        return found

    def _note_fold_problems(self, folded, before):
        """Open what a person must look at, and close what the facts have cured.

        :param facts.Folded folded: What is known now.
        :param set[str] before: What was open before the fold.
        """
        Exception_ = self.env["logistics.exception"].sudo()
        for category, name in CONTESTED.items():
            if self[name]:
                Exception_._open(
                    category,
                    self,
                    self._contested_text(category),
                    shipment=self,
                    amount=self._contested_value(),
                )
            elif category in before:
                Exception_._solve(category, self, self.env._("The events agree again."))
        odd = {problem.kind for problem in folded.problems} - CONTESTED.keys()
        if odd:
            Exception_._open("sequence", self, self._odd_text(odd), shipment=self)
        elif "sequence" in before:
            Exception_._solve(
                "sequence", self, self.env._("Every event fits where it stands.")
            )

    def _contested_value(self):
        """Return what the goods were sold for that are neither invoiced nor credited.

        :return: In company currency, tax excluded.
        :rtype: float
        """
        moves = self.sudo().link_ids.picking_id.move_ids
        moves = moves.filtered(lambda move: move.state != "cancel")
        return self._goods_value(
            {move: move.quantity or move.product_uom_qty for move in moves}
        )

    def _contested_text(self, category):
        if category == "conflict":
            return self.env._(
                "Two versions of the same tracking event disagree; invoices and "
                "credits of this shipment wait."
            )
        return self.env._(
            "The goods were reported delivered, and later something else; invoices "
            "and credits of this shipment wait."
        )

    def _odd_text(self, kinds):
        """Return which events are left aside, in words.

        :param set[str] kinds: Kinds of `facts.Problem`.
        :rtype: str
        """
        words = {
            "retraction_without_target": self.env._(
                "a withdrawal of an event that nobody reported"
            ),
            "retraction_without_voids": self.env._("a withdrawal that names no event"),
            "retraction_in_cycle": self.env._("withdrawals that withdraw each other"),
            "actual_eta": self.env._("an expected date told as if it had happened"),
            "return_code_on_outbound": self.env._("a return told on the way out"),
        }
        return self.env._(
            "A tracking event makes no sense where it stands: %(kinds)s",
            kinds=", ".join(word for kind, word in words.items() if kind in kinds),
        )
