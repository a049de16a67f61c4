"""Stories of a demo database about freight: entries, carriers' bills, disputes."""

from odoo import api, fields, models


class LogisticsDemoStory(models.Model):
    _inherit = "logistics.demo.story"

    is_freight = fields.Boolean(
        string="About Freight",
        help="What came of it is what was booked for its freight charges.",
    )
    purchase_ids = fields.Many2many("purchase.order", string="Purchase Orders")

    @api.depends("is_freight", "purchase_ids")
    def _compute_ending(self):
        result = super()._compute_ending()
        for story in self.filtered("purchase_ids"):
            names = story.sudo().purchase_ids.mapped("name")
            story.order_names = ", ".join(filter(None, [story.order_names, *names]))
        for story in self.filtered("is_freight"):
            story.document_text = story._freight_text() or story._waiting_text()
        return result

    def _shipments(self):
        """Override of `logistics_events`: those of what is bought as well."""
        receipts = self.sudo().purchase_ids.picking_ids
        return super()._shipments() | receipts.logistics_shipment_ids

    def _documents(self):
        """Override of `logistics_events`: a story about freight tells of its books."""
        if not self.is_freight:
            return super()._documents()
        charges = self._shipments().logistics_charge_ids
        bills = self._freight_bills()
        moves = charges.posting_ids.move_id | charges.landed_cost_ids.account_move_id
        return (moves | bills.move_id | bills.recharge_move_ids).sorted("id")

    def _freight_bills(self):
        """Return the carriers' bills about the shipments of the story.

        :rtype: logistics.freight.bill
        """
        lines = (
            self.env["logistics.freight.bill.line"]
            .sudo()
            .search([("shipment_id", "in", self._shipments().ids)])
        )
        bills = lines.bill_id
        return (bills | bills.search([("duplicate_of_id", "in", bills.ids)])).sorted(
            "id"
        )

    def _freight_text(self):
        """Return what came of the freight in one line: entries, bills, disputes.

        :rtype: str
        """
        self.ensure_one()
        bills = self._freight_bills()
        documents = self._documents()
        entries = documents.filtered(lambda move: move.move_type == "entry")
        states = dict(
            bills.dispute_ids._fields["state"]._description_selection(self.env)
        )
        return "; ".join(
            [
                *map(self._entries_text, entries.grouped("journal_id").values()),
                *(f"{bill.display_name}: {bill._in_words('state')}" for bill in bills),
                *map(self._document_text, documents - entries),
                *(f"{one.name}: {states[one.state]}" for one in bills.dispute_ids),
            ]
        )

    def _entries_text(self, entries):
        """Return entries of one journal as people name them.

        :param account.move entries: In their order.
        :rtype: str
        """
        first, last = entries[0].name, entries[-1].name
        if len(entries) == 1:
            return self.env._("Entry %s", first)
        return self.env._(
            "%(count)s entries, %(first)s to %(last)s",
            count=len(entries),
            first=first,
            last=last,
        )
