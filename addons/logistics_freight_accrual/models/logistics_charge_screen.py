"""What the screens of a charge need: where it comes from, and where it went."""

from odoo import api, fields, models

from odoo.addons.logistics_events.windows import records_window

# Who may open journal entries.
ACCOUNTANTS = "account.group_account_invoice,account.group_account_readonly"
FINANCE = (
    "logistics_events.logistics_events_group_finance,"
    "logistics_events.logistics_events_group_auditor"
)


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    event_ids = fields.Many2many(
        "logistics.event",
        string="Tracking Events",
        compute="_compute_event_ids",
        help="What was reported about it, the newest first.",
    )
    event_count = fields.Integer(compute="_compute_event_ids", string="Events")
    message_count = fields.Integer(compute="_compute_event_ids", string="Messages")
    bill_line_ids = fields.One2many(
        "logistics.freight.bill.line",
        "charge_id",
        string="Bill Lines",
        groups=FINANCE,
    )
    bill_count = fields.Integer(
        compute="_compute_bill_count", string="Carrier Bills", groups=FINANCE
    )
    move_count = fields.Integer(
        compute="_compute_move_count", string="Entries", groups=ACCOUNTANTS
    )
    problem_text = fields.Char(
        string="What to Look At",
        compute="_compute_problem_text",
        help="Why nothing more is posted, or what does not fit.",
    )

    told_text = fields.Text(
        string="By Tracking Events",
        compute="_compute_told_text",
        help="What tracking events say of it; people and documents are listed below.",
    )

    # === COMPUTE METHODS === #

    @api.depends("told")
    @api.depends_context("lang")
    def _compute_told_text(self):
        kinds = dict(
            self.env["logistics.charge.fact"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        for charge in self:
            charge.told_text = "\n".join(
                " · ".join(
                    str(part)
                    for part in (
                        kinds.get(row["kind"], row["kind"]),
                        row.get("on"),
                        row.get("amount"),
                        row.get("at"),
                    )
                    if part
                )
                for row in charge.told or ()
            )

    @api.depends("told", "fact_ids.event_id")
    def _compute_event_ids(self):
        events = self.env["logistics.event"]
        for charge in self:
            told = {row["event"] for row in charge.told or () if row.get("event")}
            ids = told.union(charge.fact_ids.event_id.ids)
            charge.event_ids = events.browse(sorted(ids, reverse=True))
            charge.event_count = len(ids)
            charge.message_count = len(charge._messages())

    @api.depends("bill_line_ids.bill_id")
    def _compute_bill_count(self):
        for charge in self:
            charge.bill_count = len(charge.bill_line_ids.bill_id)

    @api.depends("line_ids.move_id")
    def _compute_move_count(self):
        for charge in self:
            charge.move_count = len(charge.sudo().line_ids.move_id)

    @api.depends("held_reason", "problems")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        labels = dict(self._fields["held_reason"]._description_selection(self.env))
        for charge in self:
            names = dict.fromkeys(
                [charge.held_reason, *(name for name, _ref in charge.problems or ())]
            )
            charge.problem_text = ". ".join(
                labels[name] for name in names if name in labels
            )

    # === ACTIONS === #

    def action_view_events(self):
        """Open the tracking events that say something about the charge."""
        self.ensure_one()
        return records_window(self.event_ids, self.env._("Tracking Events"))

    def action_view_messages(self):
        """Open the messages that the events were read from."""
        self.ensure_one()
        return records_window(self._messages(), self.env._("Messages"))

    def action_view_bills(self):
        """Open the carriers' bills that charge for it."""
        self.ensure_one()
        return records_window(self.bill_line_ids.bill_id, self.env._("Carrier Bills"))

    def action_view_moves(self):
        """Open the entries and bills that carry its postings."""
        self.ensure_one()
        self.check_access("read")
        return records_window(self.sudo().line_ids.move_id, self.env._("Entries"))

    def action_view_effects(self):
        """Open the actions taken for it."""
        self.ensure_one()
        return records_window(
            self.posting_ids.effect_id, self.env._("Actions Taken"), True
        )

    def _messages(self):
        self.ensure_one()
        return self.event_ids.sighting_ids.message_id


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    logistics_charge_count = fields.Integer(
        compute="_compute_logistics_charge_count", string="Freight"
    )

    @api.depends("logistics_charge_ids")
    def _compute_logistics_charge_count(self):
        counts = dict(
            self.env["logistics.charge"]
            .sudo()
            ._read_group(
                [("shipment_id", "in", self.ids)], ["shipment_id"], ["__count"]
            )
        )
        for shipment in self:
            shipment.logistics_charge_count = counts.get(shipment, 0)

    def action_view_charges(self):
        """Open the freight charges of the shipment."""
        self.ensure_one()
        return records_window(
            self.logistics_charge_ids, self.env._("Freight Charges"), True
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_charge_count = fields.Integer(
        compute="_compute_logistics_charge_count",
        string="Freight Charges",
        groups=FINANCE,
    )

    @api.depends("logistics_posting_ids")
    def _compute_logistics_charge_count(self):
        for move in self:
            move.logistics_charge_count = len(
                move.sudo().logistics_posting_ids.charge_id
            )

    def action_view_charges(self):
        """Open the freight charges that the entry or bill is about."""
        self.ensure_one()
        return records_window(
            self.logistics_posting_ids.charge_id, self.env._("Freight Charges"), True
        )
