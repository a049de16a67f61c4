"""What is odd about a return is on the workbench until it is put right."""

from odoo import models

CATEGORY = "report_differs"


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _store(self, position):
        """Override: open what became odd, close what is well again."""
        before = {tuple(problem) for problem in self.problems or ()}
        super()._store(position)
        after = {tuple(problem) for problem in position.problems}
        if before != after:
            self._note_problems(before, after)

    def _note_problems(self, before, after):
        """Open one exception for each kind of problem, and close those that are over.

        :param set before: Pairs of a problem and a line, as they were.
        :param set after: As they are now.
        """
        self.ensure_one()
        Exception_ = self.env["logistics.exception"]
        for kind in sorted({kind for kind, _line in before | after}):
            now = {line for other, line in after if other == kind}
            new = now - {line for other, line in before if other == kind}
            if new:
                Exception_._open(
                    CATEGORY,
                    self,
                    self._problem_text(kind, now),
                    shipment=self.shipment_ids[:1],
                    order=self.order_ids
                    if len(self.order_ids) == 1
                    else (self.order_ids.browse()),
                    key=kind,
                    times=len(new),
                )
            elif not now:
                Exception_._solve(
                    CATEGORY, self, self.env._("It was put right."), key=kind
                )

    def _problem_text(self, kind, lines):
        """Return a problem in one sentence.

        :param str kind: A key of `return_facts.PROBLEMS`.
        :param set lines: The ids of the lines that have it; of a conflict its names.
        """
        self.ensure_one()
        return f"{self.name}: {self._problem_sentence(kind, lines)}"

    def _problem_sentences(self):
        """Return every problem the return has, each as one sentence.

        :rtype: list[str]
        """
        self.ensure_one()
        found = {}
        for kind, line in self.problems or ():
            found.setdefault(kind, set()).add(line)
        return [
            self._problem_sentence(kind, lines) for kind, lines in sorted(found.items())
        ]

    def _problem_sentence(self, kind, lines):
        """Return a problem in one sentence, without the name of the return."""
        self.ensure_one()
        goods = self.line_ids.filtered(lambda line: line.id in lines)
        names = ", ".join(
            f"{line.product_id.display_name} ({line.lot_id.name})"
            if line.lot_id
            else line.product_id.display_name
            for line in goods
        )
        words = {
            "conflict": self.env._("two reports contradict each other"),
            "unannounced": self.env._("came, and nobody had announced it"),
            "over_received": self.env._("more came than was announced"),
            "withdrawn_received": self.env._("came although it was withdrawn"),
            "refused_received": self.env._("came although it was refused"),
            "closed_received": self.env._("came after the return was closed"),
            "came_anyway": self.env._("came although it counted as lost or kept"),
            "wrong_item": self.env._("something else came than was sold"),
            "missing": self.env._("is missing"),
            "inspected_more": self.env._("more was inspected than came"),
            "more_than_delivered": self.env._("more came back than was delivered"),
            "credited_more": self.env._("more is credited than came back"),
            "negative": self.env._("more was taken back than had been said"),
        }
        if not names:
            return f"{words[kind][0].upper()}{words[kind][1:]}."
        return self.env._("%(goods)s: %(problem)s.", goods=names, problem=words[kind])
