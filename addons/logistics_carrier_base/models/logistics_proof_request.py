"""Asking partners for proofs of delivery: what is wanted, and what came of it."""

import base64
import hashlib
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events.attempt import attempted
from odoo.addons.logistics_events.models.ledger import insert_all_once
from odoo.addons.logistics_events.models.logistics_proof import REASONS
from odoo.addons.logistics_events.models.logistics_retention import BLANK
from odoo.addons.logistics_events.proof_files import ProofRefused
from odoo.addons.logistics_events.tracing import get_logger, work
from odoo.addons.logistics_events.vocabulary import normalise_tracking

from ..exceptions import CallsPaused, CarrierRejected, CarrierUnavailable
from ..proof import readable
from ..proof_turns import next_turn

_logger = get_logger(__name__)

MAX_PER_RUN = 500
# Of one parcel; nobody hands in more.
MAX_FILES = 10
ASKER_GROUP = "logistics_events.logistics_events_group_user"


class LogisticsProofRequest(models.Model):
    """The question for the proof of one parcel: once it is delivered, until it is here.

    What the partner tells anyway may hold the proof; else it is asked, with growing
    pauses, and after some days no more. That is no trouble of anybody.
    """

    _name = "logistics.proof.request"
    _description = "Proof Request"
    _order = "id desc"
    _rec_name = "parcel_id"

    parcel_id = fields.Many2one(
        "logistics.parcel", required=True, readonly=True, ondelete="cascade"
    )
    shipment_id = fields.Many2one(
        related="parcel_id.shipment_id", store=True, index=True
    )
    company_id = fields.Many2one(related="parcel_id.company_id", store=True)
    connection_id = fields.Many2one(
        "logistics.connection", required=True, readonly=True, ondelete="cascade"
    )
    message_id = fields.Many2one(
        "logistics.message",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="What the partner told, and may hold the proof.",
    )
    state = fields.Selection(
        [
            ("waiting", "Asked For"),
            ("done", "Here"),
            ("given_up", "None Came"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
    )
    is_announced = fields.Boolean(
        readonly=True, help="The partner said that there is a proof."
    )
    attempts = fields.Integer(readonly=True, default=0)
    next_try_at = fields.Datetime(string="Asked Next", readonly=True)
    asked_at = fields.Datetime(string="Last Asked", readonly=True)
    error = fields.Char(string="Last Answer", readonly=True)

    _parcel_uniq = models.UniqueIndex(
        "(parcel_id)", "The proof of this parcel is asked for already."
    )
    _due_idx = models.Index("(next_try_at) WHERE state = 'waiting'")

    # === ACTIONS === #

    def action_ask_again(self):
        """Ask for the proofs now, also where it was given up.

        :raise AccessError: For anybody but logistics users.
        :raise UserError: When all of them are here.
        """
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(ASKER_GROUP)):
            raise AccessError(self.env._("Only logistics users ask for proofs."))
        missing = self.sudo().filtered(lambda one: one.state != "done")
        if not missing:
            raise UserError(self.env._("The proof is here already."))
        missing._ask_now()
        return True

    # === WHAT IS WANTED === #

    @api.model
    def _want(self, parcels, announced=()):
        """Put parcels in line of which there may be a proof now.

        :param logistics.parcel parcels: Delivered, or with a proof announced.
        :param announced: Ids of those of which the partner said so.
        """
        if not parcels:
            return
        known = self.search([("parcel_id", "in", parcels.ids)])
        news = known.filtered(
            lambda one: (
                one.parcel_id.id in announced
                and not one.is_announced
                and one.state != "done"
            )
        )
        news.is_announced = True
        news._ask_now()
        connections = (parcels - known.parcel_id)._proof_connections()
        self._put_in_line(
            {parcel: one for parcel, one in connections.items() if one}, announced
        )

    @api.model
    def _put_in_line(self, connections, announced=()):
        """Make the requests of parcels.

        :param dict connections: By parcel, who is asked.
        :return: The new ones.
        :rtype: logistics.proof.request
        """
        now = fields.Datetime.now()
        new = insert_all_once(
            self,
            [
                {
                    "parcel_id": parcel.id,
                    "connection_id": connection.id,
                    "state": "waiting",
                    "attempts": 0,
                    "is_announced": parcel.id in announced,
                    "next_try_at": now,
                }
                for parcel, connection in connections.items()
            ],
        )
        if new:
            self._wake()
        return new

    @api.model
    def _found_inside(self, found):
        """Note which messages may hold proofs; they are opened later, by the job.

        :param dict found: By parcel, the connection and the id of the message.
        """
        parcels = self.env["logistics.parcel"].union(*found)
        parcels = parcels.filtered(lambda one: one._may_be_proven())
        known = self.search([("parcel_id", "in", parcels.ids)])
        new = self._put_in_line(
            {parcel: found[parcel][0] for parcel in parcels - known.parcel_id}
        )
        missing = (known + new).filtered(lambda one: one.state != "done")
        for request in missing:
            connection, message_id = found[request.parcel_id]
            request.write({"message_id": message_id, "connection_id": connection.id})
        missing._ask_now(anew=False)

    def _ask_now(self, anew=True):
        """Take the turn of the requests at once.

        :param bool anew: Whether the pauses begin again.
        """
        if not self:
            return
        vals = {"state": "waiting", "next_try_at": fields.Datetime.now()}
        self.write(vals | ({"attempts": 0} if anew else {}))
        self._wake()

    def _forget(self):
        """Ask no more, as what would come would have to be erased."""
        self.write({"state": "given_up", "next_try_at": False, "message_id": False})

    @api.model
    def _wake(self):
        self.env.ref("logistics_carrier_base.ir_cron_fetch_proofs").sudo()._trigger()

    # === THE JOB === #

    @api.model
    def _cron_fetch(self):
        """Take the turns that are due, one call and one commit each."""
        Cron = self.env["ir.cron"]
        domain = [
            ("state", "=", "waiting"),
            ("next_try_at", "<=", fields.Datetime.now()),
        ]
        due = self.search(domain, order="next_try_at, id", limit=MAX_PER_RUN)
        Cron._commit_progress(remaining=self.search_count(domain))
        for request in due:
            with work(request.shipment_id.correlation_id):
                request._take_its_turn()
            if not Cron._commit_progress(1):
                break

    def _take_its_turn(self):
        """Look for the proof and note what came of it; no other one waits for it."""
        try:
            if self._is_past():
                self.unlink()
                return
            asked = self._prepare()
            # What is needed is by value from here on: nothing is locked while asking.
            self.env["ir.cron"]._commit_progress()
            files = asked()
            with self.env.cr.savepoint():
                self._note_files(list(files))
        except TransactionRollbackError:
            # Somebody wrote to it meanwhile: it is still due.
            self.env.cr.rollback()
            self.env.invalidate_all()
        except CallsPaused as error:
            self.next_try_at = fields.Datetime.now() + timedelta(
                seconds=error.retry_after
            )
        except CarrierUnavailable as error:
            self._ask_later(str(error), error.retry_after)
        except CarrierRejected as error:
            self._ask_later("" if error.kind == "not_found" else str(error))
        except Exception as error:
            # A defect of the adapter: those behind it go on, and a person reads why.
            _logger.exception("The proof of parcel %s cannot be read", self.parcel_id)
            self._ask_later(f"{type(error).__name__}: {error}")

    def _is_past(self):
        """Whether nothing is to be proven any more: the delivery was taken back."""
        return self.parcel_id.state != "delivered" and not self.is_announced

    def _prepare(self):
        """Return a plain function that gets the files, with all it needs by value."""
        self.ensure_one()
        connection = self.connection_id
        inside = []
        if self.message_id and "proof_inside" in connection._able():
            inside = self._look_inside()
        if inside or not connection._fetches_proofs():
            return lambda: inside
        fetch = readable(connection._adapter()._proof_fetcher(connection))
        number = self.parcel_id.tracking_number
        return lambda: connection._call_partner(fetch, number)

    def _look_inside(self):
        """Return what the message holds about the parcel; it is looked at once.

        :rtype: list[ProofFile]
        """
        self.ensure_one()
        body, self.message_id = self.message_id._body(), False
        if not body:
            return []
        return [
            file
            for file in self.connection_id._adapter()._proofs_in(body)
            if _is_about(file, self.parcel_id.tracking_key)
        ]

    def _keep_what_is_inside(self):
        """Keep what messages hold, and ask nobody."""
        for request in self.filtered(
            lambda one: one.state == "waiting" and one.message_id
        ):
            files = request._look_inside()
            if files:
                request._note_files(files)

    # === WHAT CAME OF IT === #

    def _note_files(self, files):
        """Keep the files that are what they should be.

        :param list[ProofFile] files: As the partner handed them over.
        """
        kept, reasons = 0, []
        for file in files[:MAX_FILES]:
            if not _is_about(file, self.parcel_id.tracking_key):
                reasons.append(self.env._("The file is about another number."))
                continue
            with attempted(self.env) as attempt:
                self._keep(file)
            if attempt.error is None:
                kept += 1
            else:
                reasons.append(self._reason(attempt.error))
        if not kept:
            self._ask_later(" ".join(dict.fromkeys(reasons)))
            return
        self.write(
            {
                "state": "done",
                "asked_at": fields.Datetime.now(),
                "next_try_at": False,
                "error": " ".join(dict.fromkeys(reasons))[:500] or False,
            }
        )

    def _reason(self, error):
        if isinstance(error, ProofRefused):
            return self.env._(REASONS[error.reason])
        if not isinstance(error, UserError):
            _logger.error("A proof cannot be kept", exc_info=error)
        return str(error)

    def _keep(self, file):
        """Keep one file, once: also what was withdrawn or erased does not come back.

        :param ProofFile file: What the partner handed over.
        :raise ProofRefused: When it is empty.
        :raise UserError: When it is none of what is kept.
        """
        if not file.content:
            raise ProofRefused("empty")
        digest = hashlib.sha256(file.content).hexdigest()
        Proof = self.env["logistics.proof"].sudo()
        parcel = self.parcel_id
        if Proof.search_count(
            [("parcel_id", "=", parcel.id), ("received_digest", "=", digest)], limit=1
        ):
            return
        told = parcel.shipment_id.event_ids.filtered(
            lambda event: (
                event.event_type == "delivered"
                and event.classifier == "actual"
                and event.parcel_id in (parcel, parcel.browse())
                and event.signer
                and event.signer != BLANK
            )
        )
        Proof.create(
            {
                "shipment_id": parcel.shipment_id.id,
                "parcel_id": parcel.id,
                "connection_id": self.connection_id.id,
                "kind": file.kind,
                "signer": file.signer or told[:1].signer,
                "proof_at": parcel.delivered_at
                or parcel.shipment_id.delivered_at
                or fields.Datetime.now(),
                "document": base64.b64encode(file.content),
                "document_name": file.name or f"{file.kind}-{parcel.tracking_key}",
            }
        )

    def _ask_later(self, reason, retry_after=None):
        """Note an answer without a proof; after some days nobody asks any more.

        :param str reason: What stood in the way; empty when there just was none.
        :param float | None retry_after: Seconds.
        """
        now = fields.Datetime.now()
        fetches = self.connection_id._fetches_proofs()
        at = next_turn(self.attempts + 1, now, retry_after) if fetches else None
        self.write(
            {
                # Who is not asked may still tell.
                "state": "waiting" if at or not fetches else "given_up",
                "attempts": self.attempts + 1,
                "asked_at": now,
                "next_try_at": at,
                "error": reason.replace("\0", " ")[:500] or False,
            }
        )


def _is_about(file, key):
    """Whether a file is about the parcel with a number; without one it is."""
    return normalise_tracking(file.tracking_number) in ("", key)
