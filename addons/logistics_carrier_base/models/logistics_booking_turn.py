"""Buying a label, in steps that are committed one by one; see `booking.py`."""

import random
import time
import uuid
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import SUPERUSER_ID, api, fields, models

from odoo.addons.logistics_events.tracing import get_logger, work

from ..booking import Lost, lacks
from ..exceptions import CallsPaused, CarrierRejected, CarrierUnavailable

_logger = get_logger(__name__)

MAX_ATTEMPTS = 8
# Longer than all the calls of one turn can take.
LEASE = timedelta(minutes=5)
_IN_LINE = ["waiting", "voiding"]
# So long it is tried to note what a partner said, while somebody else has the booking.
_TRIES = 100
_PAUSE = 0.05  # Seconds.


class OrderIncomplete(CarrierRejected):
    """The order lacks something; nobody was called.

    :param str problem: A code of `PROBLEMS`.
    :param str text: What is missing, for a person.
    """

    def __init__(self, problem, text):
        super().__init__("bad_request", problem, text)
        self.problem = problem


class LogisticsBooking(models.Model):
    _inherit = "logistics.booking"

    # === CRON METHODS === #

    @api.model
    def _cron_book(self):
        """Book and cancel what is in line, one call at a time."""
        Cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        free = ["|", ("leased_until", "=", False), ("leased_until", "<=", now)]
        due = self.search(
            [
                ("state", "in", _IN_LINE),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", now),
                *free,
            ],
            order="id",
        )
        Cron._commit_progress(remaining=len(due))
        for booking in due:
            booking._take_its_turn()
            if not Cron._commit_progress(1):
                break

    # === BUSINESS METHODS === #

    def _take_its_turn(self):
        """Call the partner and note what came of it; no other booking waits for it.

        All is done in transactions of its own, whatever becomes of the caller's.

        :return: Whether it was its turn: it was in line, and nobody else was at it.
        :rtype: bool
        """
        self.ensure_one()
        about = self._alone(lambda own: own._correlation_id())
        with work(about or self.key):
            try:
                while self._take_a_step():
                    continue
            except TransactionRollbackError:
                # The lease ends by itself, and the finder knows what was bought.
                _logger.warning("Booking %s is held by somebody else", self.id)
                return False
        self.invalidate_recordset()
        return bool(about)

    def _take_a_step(self):
        """Make one call; return whether another follows from its answer."""
        try:
            step = self._alone(_begin)
        except CarrierRejected as error:
            self._alone(_end, error)
            return False
        except TransactionRollbackError:
            raise
        except Exception as error:
            # The adapter is gone, or has a defect.
            _logger.exception("Booking %s cannot be made", self.key)
            self._alone(_end, error)
            return False
        if not step:
            return False
        kind, connection_id, call = step
        heard = []
        try:
            if call:
                # Kept whatever else goes wrong once the partner has answered.
                connection = (
                    self.env["logistics.connection"].sudo().browse(connection_id)
                )
                connection._call_partner(lambda: heard.append(call()))
        except Exception as error:
            if not heard:
                self._alone(_end, error, kind)
                if not isinstance(error, CarrierUnavailable | CarrierRejected):
                    _logger.exception("Booking %s cannot be made", self.key)
                return False
            _logger.exception("Booking %s was answered", self.key)
        return self._alone(_hear, kind, heard[0] if heard else None)

    def _alone(self, what, *args):
        """Do something with the locked booking, committed by itself.

        :param callable what: Called with the booking and the arguments.
        :return: Its answer; None when the booking is gone.
        :raise TransactionRollbackError: When somebody else holds it all the time.
        """
        for _attempt in range(_TRIES):
            try:
                with self.env.registry.cursor() as cr:
                    own = self.with_env(self.env(cr=cr, user=SUPERUSER_ID))
                    if own.try_lock_for_update():
                        answer = what(own, *args)
                        own.env.flush_all()
                        return answer
                    if not own.exists():
                        return None
            except TransactionRollbackError:
                pass
            time.sleep(_PAUSE)
        raise TransactionRollbackError()

    def _prepare_call(self):
        """Return a plain function that makes the call, with all it needs by value."""
        self.ensure_one()
        adapter = self.connection_id._adapter()
        connection = self.connection_id.sudo()
        if self.state == "voiding":
            cancel, pairs = adapter._canceller(connection), self._cancelled_pairs()
            return lambda: [cancel(*pair) for pair in pairs]
        request = self._request()
        self._check_order(request, adapter._booking_needs(connection))
        book, key = adapter._booker(connection), self.key
        return lambda: book(request, key)

    def _request(self):
        """Return the transport order.

        :rtype: BookingRequest
        """
        self.ensure_one()
        if self.is_return and self.picking_id:
            return self.picking_id._booking_return_request()
        return self._subject()._booking_request()

    def _cancelled_pairs(self):
        """Return each number with the partner's object it belongs to."""
        numbers = self._numbers()
        objects = [one for one in (self.references or "").split(", ") if one]
        if len(objects) != len(numbers):
            objects = [objects[0] if objects else ""] * len(numbers)
        return list(zip(numbers, objects, strict=True))

    def _check_order(self, request, needs):
        """Refuse an order that cannot be booked, in words.

        :raise OrderIncomplete: When something is missing.
        """
        found = lacks(request, needs)
        if found:
            raise OrderIncomplete(*self._lacks_said(request, found))

    def _correlation_id(self):
        """Return what the call is about: the shipment, or what will be one.

        :rtype: str
        """
        self.ensure_one()
        subject = self._subject()
        return subject._booking_shipment().correlation_id or subject.display_name

    # === WHAT CAME OF IT === #

    def _wait(self, error):
        """Wait until calls go on; nobody was asked, so it was no attempt."""
        self.write(
            {
                "error": str(error)[:500],
                "problem": "unreachable",
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
                "problem": "unreachable",
                "next_try_at": fields.Datetime.now() + timedelta(seconds=wait),
            }
        )

    def _fail(self, error):
        if self.state == "void":
            return  # Cancelled while the call was under way: nobody wants it.
        self.write(
            {
                "state": "failed",
                "failed_state": self.state,
                "error": str(error)[:500],
                "problem": _problem(error),
            }
        )
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


def _problem(error):
    if isinstance(error, OrderIncomplete):
        return error.problem
    if isinstance(error, CarrierUnavailable):
        return "unreachable"
    if isinstance(error, CarrierRejected) and error.code != "defect":
        return "refused"
    return "defect"


def _begin(booking):
    """Take the lease, and put the call on record before it is made.

    :return: What is called for (`book`, `find`, `void`, `note`), with which connection,
        and the call; None when it is not the booking's turn.
    """
    now = fields.Datetime.now()
    if booking.state not in _IN_LINE or (booking.leased_until or now) > now:
        return None
    if (booking.next_try_at or now) > now:
        return None
    connection = booking.connection_id
    if booking._is_uncertain() or (booking.state == "waiting" and booking.refused_at):
        find = connection._adapter()._finder(connection.sudo())
        booking.leased_until = now + LEASE
        lost = Lost(booking.key, booking.create_date, booking.is_return)
        return "find", connection.id, lambda: _found(find, lost)
    if booking.state == "waiting" and booking.answered_at:
        return "note", connection.id, None
    if booking.state == "voiding" and not booking.numbers:
        booking._note_void()
        return None
    call = booking._prepare_call()
    booking.leased_until = now + LEASE
    if booking.state == "voiding":
        return "void", connection.id, call
    booking.asked_at = now
    return "book", connection.id, call


def _found(find, lost):
    try:
        return find(lost)
    except CarrierRejected as error:
        if error.kind == "not_found":
            return None
        raise


def _hear(booking, kind, answer):
    """Note what the partner answered; return whether another step follows.

    A label that was bought is committed before the transfer hears of it.
    """
    booking.leased_until = False
    if kind == "void":
        booking._note_void()
    elif kind == "note":
        _take_over(booking)
    elif answer is None and kind == "find":
        # Nothing was bought, so it is booked as if nobody had been asked. After a
        # refusal under another key: the order may be another one by now.
        fresh = {"key": str(uuid.uuid4())} if booking.refused_at else {}
        booking.write({"asked_at": False, "refused_at": False} | fresh)
        return True
    else:
        booking._note_heard(answer)
        return booking.state != "voiding"
    return False


def _take_over(booking):
    """Let the transfer hear of a label that is on record."""
    try:
        with booking.env.cr.savepoint():
            booking._note_booked(None)
    except TransactionRollbackError:
        raise
    except Exception as error:
        # Whatever refuses the label in Odoo: a person reads why, and the label stays.
        _logger.exception("Booking %s cannot be noted", booking.key)
        booking._fail(error)


def _end(booking, error, kind=""):
    """Note that a call was in vain."""
    booking.leased_until = False
    if isinstance(error, CarrierRejected) and kind == "book" and error.code != "defect":
        booking.refused_at = fields.Datetime.now()
    if isinstance(error, CallsPaused):
        if kind == "book":
            booking.asked_at = False
        booking._wait(error)
    elif isinstance(error, CarrierUnavailable):
        booking._fail_later(error)
    elif booking.state == "voiding" and kind == "book" and booking.refused_at:
        booking._note_void()  # Cancelled during the call, and nothing was bought.
    else:
        booking._fail(error)
