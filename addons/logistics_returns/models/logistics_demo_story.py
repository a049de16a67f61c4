"""Stories of a demo database about goods that come back."""

from odoo import api, fields, models


class LogisticsDemoStory(models.Model):
    _inherit = "logistics.demo.story"

    is_return = fields.Boolean(
        string="About Returns", help="What came of it says where its returns stand."
    )

    @api.depends("is_return")
    def _compute_ending(self):
        result = super()._compute_ending()
        for story in self.filtered("is_return"):
            documents = map(story._document_text, story._documents())
            returns = map(story._return_text, story._returns())
            story.document_text = (
                "; ".join([*documents, *returns]) or story._waiting_text()
            )
        return result

    def _shipments(self):
        """Override of `logistics_events`: those in which goods come back as well."""
        return super()._shipments() | self._returns().shipment_ids

    def _returns(self):
        """Return the returns of the orders of the stories.

        :rtype: logistics.return
        """
        Return = self.env["logistics.return"].sudo()
        orders = self.sudo().filtered("is_return").order_ids
        return Return.search([("order_ids", "in", orders.ids)], order="id")

    def _return_text(self, one):
        """Return where a return stands as people name it.

        :param logistics.return one: The return.
        :rtype: str
        """
        states = dict(one._fields["state"]._description_selection(self.env))
        return f"{one.name}: {states[one.state]}"
