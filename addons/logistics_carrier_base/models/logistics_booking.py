"""Buying labels: the key is on record before the call, and used again after a crash."""

import base64
import random
import uuid
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.logistics_events.tracing import get_logger, work

from ..exceptions import CallsPaused, CarrierRejected, CarrierUnavailable

_logger = get_logger(__name__)

MAX_ATTEMPTS = 8
# A transfer has one booking in these; an older label may be cancelled meanwhile.
_STANDING = ["waiting", "booked"]
_IN_LINE = ["waiting", "voiding"]
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
    attempts = fields.Integer(default=0)
    next_try_at = fields.Datetime()
    error = fields.Char()
    numbers = fields.Char(string="Tracking Numbers")
    price = fields.Float(digits=0, help="What the carrier says it will cost, net.")
    currency_id = fields.Many2one("res.currency")
    label_ids = fields.Many2many("ir.attachment", string="Labels")

    _key_uniq = models.UniqueIndex("(key)")
    _open_uniq = models.UniqueIndex(
        "(picking_id) WHERE state IN ('waiting', 'booked')",
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
        """Try a failed booking again, under the same key.

        :raise AccessError: For anybody but logistics users.
        """
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(BOOKER_GROUP)):
            raise AccessError(self.env._("Only logistics users book shipments."))
        for booking in self.sudo().filtered(lambda one: one.state == "failed"):
            # With numbers there is a label already: what failed was to cancel it.
            again = "voiding" if booking.numbers else "waiting"
            booking.write({"state": again, "attempts": 0, "next_try_at": False})
        self._wake()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _ask(self, pickings):
        """Put transfers in line; one that is booked already stays as it is."""
        self = self.sudo()
        known = self.search(
            [
                ("picking_id", "in", pickings.ids),
                ("state", "in", _STANDING),
            ]
        ).picking_id
        self.create(
            [
                {
                    "picking_id": picking.id,
                    "connection_id": picking.carrier_id.logistics_connection_id.id,
                }
                for picking in pickings - known
            ]
        )
        self._wake()

    @api.model
    def _void(self, pickings):
        """Ask for the labels of transfers to be cancelled, and book no others."""
        self.sudo().search([("picking_id", "in", pickings.ids)])._give_up()

    def _give_up(self):
        """Ask for the labels to be cancelled; what was not booked yet is not."""
        for booking in self.filtered(lambda one: one.state in (*_STANDING, "failed")):
            # With numbers there is a label.
            state = "voiding" if booking.numbers else "void"
            booking.write({"state": state, "attempts": 0, "next_try_at": False})
            if state == "void":
                booking._note_settled(self.env._("It is cancelled."))
        self._wake()

    @api.model
    def _wake(self):
        self.env.ref("logistics_carrier_base.ir_cron_book_shipments").sudo()._trigger()

    @api.model
    def _cron_book(self):
        """Book and cancel what is in line, one call and one commit each."""
        Cron = self.env["ir.cron"]
        due = self.search(
            [
                ("state", "in", _IN_LINE),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        Cron._commit_progress(remaining=len(due))
        for booking in due:
            # Others had their turn before it: it may be cancelled by now.
            if booking.state in _IN_LINE:
                with work(booking._correlation_id()):
                    booking._take_its_turn()
            if not Cron._commit_progress(1):
                break

    def _take_its_turn(self):
        """Call the partner and note what came of it; no other booking waits for it."""
        try:
            with self.env.cr.savepoint():
                connection, call = self.connection_id, self._prepare_call()
            # The key and the order are committed: nothing is locked during the call,
            # and nothing read before it that may be another thing after it.
            self.env["ir.cron"]._commit_progress()
            answer = connection._call_partner(call)
            with self.env.cr.savepoint():
                self._note_answer(answer)
        except TransactionRollbackError:
            raise
        except CallsPaused as error:
            self._wait(error)
        except CarrierUnavailable as error:
            self._fail_later(error)
        except CarrierRejected as error:
            self._fail(error)
        except Exception as error:
            # A defect of the adapter, or whatever refuses the label in Odoo: those
            # behind it go on, and a person reads why. `attempted` would not do: the
            # call in between cannot be taken back.
            _logger.exception("Booking %s cannot be made or noted", self.key)
            self._fail(error)

    def _prepare_call(self):
        """Return a plain function that makes the call, with all it needs by value."""
        self.ensure_one()
        adapter = self.connection_id._adapter()
        connection = self.connection_id.sudo()
        if self.state == "voiding":
            cancel = adapter._canceller(connection)
            numbers = (self.numbers or "").split(", ")
            return lambda: [cancel(number) for number in numbers]
        book, key = adapter._booker(connection), self.key
        request = self._subject()._booking_request()
        return lambda: book(request, key)

    def _correlation_id(self):
        """Return what the call is about: the shipment, or what will be one.

        :rtype: str
        """
        self.ensure_one()
        subject = self._subject()
        return subject._booking_shipment().correlation_id or subject.display_name

    def _note_answer(self, answer):
        if self.state == "voiding":
            self._note_void()
        else:
            self._note_booked(answer)

    def _note_void(self):
        self.write({"state": "void", "error": False})
        self._note_settled(self.env._("It is cancelled."))
        self._subject()._booking_void(self)

    def _note_booked(self, answer):
        # Cancelled while the call was under way: the label is there, and goes again.
        is_unwanted = self.state == "void"
        subject = self._subject()
        currency = self.env["res.currency"].search([("name", "=", answer.currency)])
        labels = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "datas": base64.b64encode(content),
                    "res_model": subject._name,
                    "res_id": subject.id,
                }
                for name, content in answer.labels
            ]
        )
        self.write(
            {
                "state": "voiding" if is_unwanted else "booked",
                "error": False,
                "numbers": ", ".join(answer.numbers),
                "price": float(answer.price or 0),
                "currency_id": currency.id,
                "label_ids": [fields.Command.set(labels.ids)],
            }
        )
        if self.picking_id or not is_unwanted:
            self.shipment_id = subject._booking_noted(self)
        self._note_settled(self.env._("Booked at a later try."))
        if is_unwanted:
            self._wake()

    def _note_settled(self, solution):
        """Close what said that the transfer could not be booked, or not cancelled."""
        self.env["logistics.exception"].sudo()._solve("booking_failed", self, solution)

    def _wait(self, error):
        """Wait until calls go on; nobody was asked, so it was no attempt."""
        self.write(
            {
                "error": str(error)[:500],
                "next_try_at": fields.Datetime.now()
                + timedelta(seconds=error.retry_after),
            }
        )

    def _fail_later(self, error):
        attempts = self.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            self._fail(error)
            return
        wait = error.retry_after or 30 * 2**attempts * random.uniform(0.8, 1.2)
        self.write(
            {
                "attempts": attempts,
                "error": str(error)[:500],
                "next_try_at": fields.Datetime.now() + timedelta(seconds=wait),
            }
        )

    def _fail(self, error):
        if self.state == "void":
            return  # Cancelled while the call was under way: nobody wants it.
        self.write({"state": "failed", "error": str(error)[:500]})
        self.env["logistics.exception"].sudo()._open(
            "booking_failed",
            self,
            self.env._(
                "%(picking)s could not be booked: %(error)s",
                picking=self._subject().display_name,
                error=str(error)[:200],
            ),
            shipment=self._subject()._booking_shipment(),
        )
