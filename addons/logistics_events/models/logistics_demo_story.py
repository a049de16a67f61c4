"""What a demo database has to tell, each in one sentence."""

from odoo import api, fields, models
from odoo.tools import format_amount

from ..windows import records_window

# Set by whoever plays a story into a database; without it there are no stories.
DEMO_PARAMETER = "logistics_events.demo_database"


class LogisticsDemoStory(models.Model):
    """One story of a demo database: its orders, its events, its documents."""

    _name = "logistics.demo.story"
    _description = "Demo Story"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", required=True)
    sentence = fields.Char(string="What Happens", required=True)
    plain_odoo = fields.Char(string="What Odoo Alone Would Have Done", required=True)
    order_ids = fields.Many2many("sale.order", string="Sales Orders")
    order_names = fields.Char(string="Orders", compute="_compute_ending")
    event_count = fields.Integer(string="Tracking Events", compute="_compute_ending")
    document_count = fields.Integer(string="Documents", compute="_compute_ending")
    document_text = fields.Char(string="What Came of It", compute="_compute_ending")

    @api.depends("order_ids")
    def _compute_ending(self):
        for story in self:
            orders = story.sudo().order_ids
            documents = story._documents()
            story.order_names = ", ".join(orders.mapped("name"))
            story.event_count = len(story._events())
            story.document_count = len(documents)
            story.document_text = (
                "; ".join(story._document_text(document) for document in documents)
                or story._waiting_text()
            )

    def _document_text(self, document):
        """Return a document as people name it: what, its number, how much."""
        types = dict(document._fields["move_type"]._description_selection(self.env))
        return " ".join(
            filter(
                None,
                (
                    types[document.move_type],
                    document.name or self.env._("(draft)"),
                    format_amount(
                        self.env, document.amount_total, document.currency_id
                    ),
                ),
            )
        )

    def _waiting_text(self):
        return self.env._("No document yet.")

    def _shipments(self):
        """Return the shipments of the orders.

        :rtype: logistics.shipment
        """
        moves = self.sudo().order_ids.order_line.move_ids
        return moves.picking_id.logistics_shipment_ids

    def _events(self):
        """Return what was told about the orders.

        :rtype: logistics.event
        """
        return self._shipments().event_ids

    def _documents(self):
        """Return the invoices and credit notes of the orders.

        :rtype: account.move
        """
        return self.sudo().order_ids.invoice_ids.sorted("id")

    @api.model
    def _are_told(self):
        """Whether this is a demo database, with stories the person may read."""
        marked = self.env["ir.config_parameter"].sudo().get_param(DEMO_PARAMETER)
        return bool(marked and self.has_access("read") and self.search([], limit=1))

    # === ACTIONS === #

    def action_view_orders(self):
        """Open the orders of the story."""
        return self._open(self.sudo().order_ids, self.env._("Sales Orders"))

    def action_view_events(self):
        """Open the tracking events of the story."""
        return self._open(self._events(), self.env._("Tracking Events"))

    def action_view_documents(self):
        """Open the invoices and credit notes of the story."""
        return self._open(self._documents(), self.env._("Documents"))

    def _open(self, records, title):
        self.ensure_one()
        self.check_access("read")
        return records_window(records, title)


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    def _links(self):
        """Override to lead to the stories of a demo database."""
        links = super()._links()
        if self.env["logistics.demo.story"]._are_told():
            links.append(
                {
                    "title": self.env._("Demo Stories"),
                    "icon": "fa-book",
                    "action": "logistics_events.logistics_demo_story_action",
                }
            )
        return links
