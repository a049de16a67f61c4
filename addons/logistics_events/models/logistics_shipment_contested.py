"""What the facts leave open: reports that disagree, and reports that fit nowhere."""

from odoo import models

# What holds money until a person or another event decides: category and field.
CONTESTED = {"conflict": "has_conflict", "contradiction": "has_contradiction"}


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _note_fold_problems(self, folded):
        """Open what a person must look at, and close what the facts have cured.

        :param dict[int, facts.Folded] folded: What is known now, by shipment id.
        """
        asked = self._asked_about_facts()
        for shipment in self:
            problems = folded[shipment.id].problems
            if problems or asked[shipment.id]:
                shipment._note_own_problems(problems, asked[shipment.id])

    def _asked_about_facts(self):
        """Return what a person was asked about the facts and has not settled.

        :return: Exceptions by category, by shipment id.
        :rtype: dict[int, dict[str, logistics.exception]]
        """
        found = {shipment_id: {} for shipment_id in self.ids}
        for exception in (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("category", "in", ["sequence", *CONTESTED]),
                    ("shipment_id", "in", self.ids),
                    ("state", "in", ["open", "snoozed"]),
                ]
            )
        ):
            found[exception.shipment_id.id][exception.category] = exception
        return found

    def _note_own_problems(self, problems, asked):
        """Open and close what is odd about one shipment.

        :param tuple[facts.Problem] problems: What the facts leave open.
        :param dict[str, logistics.exception] asked: What a person was asked already.
        """
        Exception_ = self.env["logistics.exception"].sudo()
        for category, name in CONTESTED.items():
            if not self[name]:
                if category in asked:
                    asked[category]._close(self.env._("The events agree again."))
            elif category not in asked:
                Exception_._open(
                    category,
                    self,
                    self._contested_text(category),
                    shipment=self,
                    amount=self._contested_value(),
                )
        odd = {problem.kind for problem in problems} - CONTESTED.keys()
        if odd:
            text = self._odd_text(odd)
            if "sequence" not in asked or asked["sequence"].summary != text:
                Exception_._open("sequence", self, text, shipment=self)
        elif "sequence" in asked:
            asked["sequence"]._close(self.env._("Every event fits where it stands."))

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
