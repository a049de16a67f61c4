"""What is booked, with whom, and how far it came; see `logistics_booking_turn.py`."""

import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError

# A transfer has one booking in these; an older label may be cancelled meanwhile.
STANDING = ["waiting", "booked"]
PROBLEMS = [
    ("address", "Address Incomplete"),
    ("weight", "Weight Missing"),
    ("service", "Service Missing"),
    ("order", "Not Offered"),
    ("refused", "Refused"),
    ("unreachable", "Partner Does Not Answer"),
    ("defect", "Defect"),
]
BOOKER_GROUP = "logistics_events.logistics_events_group_user"


class LogisticsBooking(models.Model):
    """One transport order to a partner, from the wish to the label.

    It is about a transfer, or about another record of `logistics.booked.mixin`.
    """

    _name = "logistics.booking"
    _description = "Booking"
    _order = "id desc"
    _rec_name = "key"

    picking_id = fields.Many2one("stock.picking", ondelete="restrict", index=True)
    res_model = fields.Char(readonly=True, help="What it is about beside transfers.")
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    about = fields.Char(string="Booked For", compute="_compute_about")
    shipment_id = fields.Many2one(
        "logistics.shipment",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The shipment of the label, where it is of no transfer.",
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True
    )
    connection_id = fields.Many2one("logistics.connection", required=True)
    key = fields.Char(required=True, default=lambda self: str(uuid.uuid4()))
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("booked", "Booked"),
            ("failed", "Failed"),
            ("voiding", "Being Cancelled"),
            ("void", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="waiting",
    )
    is_return = fields.Boolean(
        string="For the Way Back", readonly=True, help="Goods come back with the label."
    )
    attempts = fields.Integer(default=0)
    next_try_at = fields.Datetime()
    leased_until = fields.Datetime(
        readonly=True, help="A call is under way; nobody else calls before."
    )
    asked_at = fields.Datetime(
        readonly=True, help="When the partner was last asked to book."
    )
    refused_at = fields.Datetime(
        readonly=True, help="When it said that nothing was booked."
    )
    answered_at = fields.Datetime(
        readonly=True, help="When it said that the label is bought."
    )
    failed_state = fields.Char(readonly=True, help="What was tried when it failed.")
    problem = fields.Selection(PROBLEMS, string="What Is Wrong", readonly=True)
    error = fields.Char()
    numbers = fields.Char(string="Tracking Numbers")
    references = fields.Char(
        string="Partner's References", readonly=True, help="Its own objects, to cancel."
    )
    carrier_name = fields.Char(
        string="Brought By", readonly=True, help="Where a partner speaks for several."
    )
    service = fields.Char(string="Service Code", readonly=True)
    price = fields.Float(digits=0, help="What the carrier says it will cost, net.")
    currency_id = fields.Many2one("res.currency")
    label_ids = fields.Many2many("ir.attachment", string="Labels")

    _key_uniq = models.UniqueIndex("(key)")
    _open_uniq = models.UniqueIndex(
        "(picking_id, is_return) WHERE state IN ('waiting', 'booked')",
        "This transfer is booked already.",
    )
    _open_other_uniq = models.UniqueIndex(
        "(res_model, res_id) WHERE state IN ('waiting', 'booked') "
        "AND picking_id IS NULL",
        "This is booked already.",
    )
    _due_idx = models.Index("(id) WHERE state IN ('waiting', 'voiding')")

    # === COMPUTE METHODS === #

    @api.depends("picking_id.company_id")
    def _compute_company_id(self):
        for booking in self:
            booking.company_id = booking.picking_id.company_id or booking.company_id

    @api.depends("picking_id", "res_model", "res_id")
    def _compute_about(self):
        for booking in self:
            booking.about = booking._subject().sudo().display_name

    # === ACTIONS === #

    def action_retry(self):
        """Try a booking again, at once; what was bought meanwhile is found.

        :raise AccessError: For anybody but logistics users.
        """
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(BOOKER_GROUP)):
            raise AccessError(self.env._("Only logistics users book shipments."))
        self._try_again()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _ask(self, pickings, is_return=False):
        """Put transfers in line; one that is booked already stays as it is, and one
        that failed is tried again.

        :param bool is_return: Whether the label is for the way back.
        :return: The bookings of the transfers, new ones and those that were there.
        :rtype: logistics.booking
        """
        self = self.sudo()
        known = self.search(
            [
                ("picking_id", "in", pickings.ids),
                ("is_return", "=", is_return),
                ("state", "in", [*STANDING, "failed"]),
            ]
        )
        failed = known.filtered(lambda one: one.failed_state == "waiting")
        known = known.filtered(lambda one: one.state in STANDING)
        for booking in failed:
            if booking.picking_id not in known.picking_id:
                booking._put_in_line("waiting")
                known |= booking
        known |= self.create(
            [
                {
                    "picking_id": picking.id,
                    "is_return": is_return,
                    "connection_id": picking.carrier_id.logistics_connection_id.id,
                }
                for picking in pickings - known.picking_id
            ]
        )
        self._wake()
        return known

    def _put_in_line(self, state):
        self.write(
            {
                "state": state,
                "attempts": 0,
                "next_try_at": False,
                "error": False,
                "problem": False,
            }
        )

    @api.model
    def _void(self, pickings):
        """Ask for the labels of transfers to be cancelled, and book no others."""
        self.sudo().search([("picking_id", "in", pickings.ids)])._give_up()

    def _give_up(self):
        """Ask for the labels to be cancelled; what was not booked yet is not."""
        for booking in self.filtered(lambda one: one.state in (*STANDING, "failed")):
            # With numbers there is a label; without an answer there may be one.
            is_there = booking.numbers or booking._is_uncertain()
            booking._put_in_line("voiding" if is_there else "void")
            if booking.state == "void":
                booking._note_settled(self.env._("It is cancelled."))
        self._wake()

    def _is_uncertain(self):
        """Return whether the partner was asked and nobody knows what it did.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.asked_at) and not (self.refused_at or self.answered_at)

    def _note_settled(self, solution):
        """Close what said that the transfer could not be booked, or not cancelled."""
        self.env["logistics.exception"].sudo()._solve("booking_failed", self, solution)

    @api.model
    def _wake(self):
        self.env.ref("logistics_carrier_base.ir_cron_book_shipments").sudo()._trigger()
