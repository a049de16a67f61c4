"""Training: at the press of a button the sandbox carrier says something.

What is made here is the carrier's own raw message, signed with the connection's live
secret; it is verified, stored, read and acted on like any other. Only the waiting is
left out: the jobs that would run a moment later run at once, so that the screen shows
what follows.
"""

import base64
import json
import uuid
from datetime import timedelta, timezone

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events import vocabulary
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from ..sandbox.signature import signature_png

ADAPTER = "sandbox"
ROLES = ("user", "finance", "integration")
# The depots of the sandbox carrier keep this time.
ZONE = timezone(timedelta(hours=1))
# Far above the rows that the carrier's own server counts from 1.
FIRST_ROW = 1000
UNKNOWN_CODE = "XQ7"
# A way to the door, scan by scan: the code, its text and its place.
WAY = {
    "picked_up": ("PUP", "Collected from shipper", "Depot Lindenau", "Leipzig"),
    "in_transit": ("TRN", "On the road", "Hub Kassel", "Kassel"),
    "out_for_delivery": (
        "OFD",
        "Loaded on the delivery van",
        "Depot Altona",
        "Hamburg",
    ),
}
# A step can call for another one, e.g. an invoice for its e-mail.
ROUNDS = 3


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    can_simulate = fields.Boolean(
        compute="_compute_can_simulate",
        help="The sandbox carrier speaks for this shipment.",
    )

    def _compute_can_simulate(self):
        for shipment in self:
            shipment.can_simulate = bool(shipment.sudo()._sandbox_connection())

    # === ACTIONS === #

    def action_simulate(self, what):
        """Let the sandbox carrier say something, and show what follows.

        :param str what: `moved`, `delivered`, `delivered_twice`, `withdrawn`,
            `unknown_code` or `forged`.
        :raise UserError: When the shipment is not the sandbox carrier's.
        """
        self.ensure_one()
        self._check_may_simulate()
        connection = self.sudo()._sandbox_connection()
        if not connection:
            raise UserError(
                self.env._("The sandbox carrier does not speak for this shipment.")
            )
        before = self.sudo()._simulation_counts()
        messages = self.sudo()._simulated_messages(connection, what)
        answers = [connection._take(body, headers) for body, headers in messages]
        self.sudo()._run_at_once(connection, [headers for _body, headers in messages])
        self.invalidate_recordset()
        if not self.is_sandbox:
            self.sudo().is_sandbox = True
        return self._simulation_result(what, answers, before)

    # === BUSINESS METHODS === #

    def _check_may_simulate(self):
        self.check_access("read")
        if not any(
            self.env.user.has_group(f"logistics_events.logistics_events_group_{role}")
            for role in ROLES
        ):
            raise AccessError(
                self.env._("Only logistics users try the sandbox carrier.")
            )

    def _sandbox_connection(self):
        """Return the connection of the sandbox carrier, if it is one of ours.

        :rtype: logistics.connection
        """
        self.ensure_one()
        if not self.parcel_ids:
            return self.env["logistics.connection"]
        return self._connections().filtered(
            lambda connection: (
                connection.adapter == ADAPTER and connection.environment == "test"
            )
        )[:1]

    @api.model
    def _simulations(self):
        """Return the methods that make the messages, by what is simulated.

        :rtype: dict[str, str]
        """
        return {
            "moved": "_simulate_moved",
            "delivered": "_simulate_delivered",
            "delivered_twice": "_simulate_delivered_twice",
            "withdrawn": "_simulate_withdrawn",
            "unknown_code": "_simulate_unknown_code",
            "forged": "_simulate_forged",
        }

    def _simulated_messages(self, connection, what):
        """Return signed messages of the carrier.

        :return: Bodies and headers, in the order in which they are sent.
        :rtype: list[tuple[bytes, dict[str, str]]]
        """
        method = self._simulations().get(what)
        if not method:
            raise UserError(self.env._("The sandbox carrier cannot do that."))
        return getattr(self, method)(connection)

    def _simulate_moved(self, connection):
        reached = vocabulary.EVENT_TYPES[self.state].rank if self.state else 0
        for code, (raw_code, text, name, city) in WAY.items():
            if vocabulary.EVENT_TYPES[code].rank > reached:
                scan = {
                    "code": raw_code,
                    "text": text,
                    "site": {"name": name, "city": city, "country": "DE"},
                }
                return [self._signed_scan(connection, scan)]
        raise UserError(self.env._("It is at the door already: simulate a delivery."))

    def _simulate_delivered(self, connection):
        missing = self._simulated_parcels().filtered(
            lambda parcel: not self._simulated_deliveries(connection, parcel)
        )
        if not missing:
            # Pressed again, the carrier says the same again.
            return [self._sign(connection, self._delivery_body(connection))]
        scan = {
            "code": "DLV",
            "text": "Handed over",
            "signer": self.partner_id.name or "",
            "drop": "HAND",
            "proofs": [self._simulated_signature()],
            "site": {
                "city": self.partner_id.city or "Hamburg",
                "country": self.partner_id.country_id.code or "DE",
            },
        }
        return [self._signed_scan(connection, scan, missing)]

    def _simulated_signature(self):
        name = self.partner_id.name or "Training"
        return {
            "kind": "signature",
            "name": "signature.png",
            "signer": name,
            "content": base64.b64encode(signature_png(name)).decode(),
        }

    def _simulate_delivered_twice(self, connection):
        first = self._simulate_delivered(connection)
        # Once as the same message, byte for byte, and once as a message of its own.
        return [*first, *first, self._sign(connection, first[0][0])]

    def _simulate_withdrawn(self, connection):
        if not self._delivery_body(connection):
            raise UserError(
                self.env._("There is nothing to withdraw: simulate a delivery first.")
            )
        parcels = []
        for parcel in self._simulated_parcels():
            event = self._simulated_deliveries(connection, parcel)[-1:]
            if event:
                scan = self._scan(
                    connection,
                    parcel,
                    {
                        "code": "DLV",
                        "text": "Booked on the wrong parcel",
                        "withdraws": event.source_row,
                    },
                )
                parcels.append({"number": parcel.tracking_number, "scans": [scan]})
        return [self._sign(connection, _body(parcels))]

    def _simulate_unknown_code(self, connection):
        scan = {"code": UNKNOWN_CODE, "text": "Handed to the neighbour's robot"}
        return [self._signed_scan(connection, scan)]

    def _simulate_forged(self, connection):
        scheme = connection._adapter()._signature_scheme(connection)
        body, _headers = self._signed_scan(
            connection, {"code": "DLV", "text": "Handed over"}
        )
        headers = connection._signed(body, _message_id(), scheme.new_secret())
        return [(body, headers)]

    # === MESSAGES === #

    def _signed_scan(self, connection, scan, parcels=None):
        """Return a signed message with one scan of each open, or given, parcel."""
        rows = [
            {
                "number": parcel.tracking_number,
                "scans": [self._scan(connection, parcel, scan)],
            }
            for parcel in parcels or self._simulated_parcels()
        ]
        return self._sign(connection, _body(rows))

    def _sign(self, connection, body):
        return body, connection._signed(body, _message_id())

    def _scan(self, connection, parcel, scan):
        now = fields.Datetime.now().replace(tzinfo=timezone.utc).astimezone(ZONE)
        return {
            "row": self._next_row(connection, parcel),
            "at": now.isoformat(timespec="seconds"),
        } | scan

    def _simulated_parcels(self):
        opened = self.parcel_ids.filtered(lambda parcel: not parcel.closed_at)
        return opened or self.parcel_ids

    def _carrier_events(self, connection, parcel):
        """Return what the carrier said about a parcel, in its own numbering."""
        return (
            self.env["logistics.event"]
            .search(
                [
                    ("tracking_number", "=", parcel.tracking_key),
                    ("source", "=", connection._source()),
                    ("company_id", "=", self.company_id.id),
                ]
            )
            .sorted("source_row")
        )

    def _next_row(self, connection, parcel):
        rows = self._carrier_events(connection, parcel).mapped("source_row")
        return max([FIRST_ROW, *rows]) + 1

    def _simulated_deliveries(self, connection, parcel):
        """Return the deliveries of a parcel that nobody has withdrawn."""
        return self._carrier_events(connection, parcel).filtered(
            lambda event: (
                event.event_type in ("delivered", "return_received")
                and event.classifier == "actual"
                and event.standing in ("counts", "contradiction")
            )
        )

    def _delivery_body(self, connection):
        """Return the message in which the carrier stated the delivery, if it did.

        :rtype: bytes | None
        """
        for parcel in self._simulated_parcels():
            event = self._simulated_deliveries(connection, parcel)[-1:]
            message = event.sighting_ids.message_id[:1]
            if message:
                return message._body()
        return None

    # === WHAT FOLLOWS === #

    def _run_at_once(self, connection, headers):
        """Read the messages and take the steps that follow, without waiting for jobs.

        :param list[dict[str, str]] headers: The headers of the messages.
        """
        env = self.env(user=SUPERUSER_ID, context={"lang": self.env.lang})
        messages = env["logistics.message"].search(
            [
                ("connection_id", "=", connection.id),
                ("message_key", "in", [row["webhook-id"] for row in headers]),
                ("state", "=", "new"),
            ]
        )
        if messages:
            messages._process()
            self.with_env(env).proof_request_ids._keep_what_is_inside()
            env.flush_all()
        Effect = env["logistics.effect"]
        for _round in range(ROUNDS):
            steps = Effect.search(
                [
                    *Effect._ready_domain(),
                    "|",
                    ("shipment_id", "=", self.id),
                    ("order_id", "in", self.sale_order_ids.ids),
                ],
                order="id",
            ).try_lock_for_update()
            steps = steps.filtered(lambda step: step.state in OPEN_STATES)
            if not steps:
                break
            steps._take()
            env.flush_all()

    def _simulation_counts(self):
        Effect = self.env["logistics.effect"]
        return {
            "events": self.event_count,
            "state": self.state,
            "done": Effect.search_count(
                [
                    "|",
                    ("shipment_id", "=", self.id),
                    ("order_id", "in", self.sale_order_ids.ids),
                    ("state", "=", "done"),
                ]
            ),
        }

    def _simulation_result(self, what, answers, before):
        """Return the message that says what the carrier did and what followed."""
        after = self.sudo()._simulation_counts()
        states = dict(self._fields["state"]._description_selection(self.env))
        refused = [status for status, _text in answers if status >= 400]
        lines = [
            self.env._(
                "Answers to the carrier: %s.",
                ", ".join(f"{status} {text}" for status, text in answers),
            ),
            self.env._("New tracking events: %s.", after["events"] - before["events"]),
        ]
        if after["state"] != before["state"]:
            lines.append(
                self.env._("Status: %s.", states.get(after["state"], "-")),
            )
        if after["done"] != before["done"]:
            lines.append(
                self.env._("Actions taken: %s.", after["done"] - before["done"])
            )
        elif not refused and what != "unknown_code":
            lines.append(self.env._("No action followed."))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Refused and Kept on Record")
                if refused
                else self.env._("The Sandbox Carrier Has Spoken"),
                "message": " ".join(lines),
                "type": "warning" if refused else "info",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _body(parcels):
    return json.dumps({"parcels": parcels}).encode()


def _message_id():
    return f"sim_{uuid.uuid4().hex}"
