"""What a customer may see of a shipment: decided here and nowhere else."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .. import public
from .logistics_shipment_timeline import _clock

# What customers have to do with; receipts and stock moves are none of theirs.
DIRECTIONS = ("outgoing", "dropship", "return")
# A label that was never used is nobody's news.
HIDDEN_STATES = ("shipment_cancelled",)


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    tracking_link_ids = fields.One2many(
        "logistics.tracking.link", "shipment_id", string="Tracking Links"
    )
    public_url = fields.Char(
        string="Tracking Link",
        compute="_compute_public_url",
        help="The page on which a customer follows the shipment without an account.",
    )
    public_url_ends_at = fields.Datetime(
        string="Link Ends",
        compute="_compute_public_url",
        help="From then on the link shows nothing.",
    )
    public_status = fields.Char(
        string="Customer Reads",
        compute="_compute_public_status",
        help="The status as the customer sees it, on the portal and in mails.",
    )
    public_eta = fields.Date(
        string="Customer Expects It",
        compute="_compute_public_status",
        help="The expected day, if customers see expected days.",
    )
    customer_reference = fields.Char(
        string="Customer's Reference", compute="_compute_customer_reference"
    )

    @api.depends("tracking_link_ids.withdrawn_at", "delivered_at", "state")
    def _compute_public_url(self):
        links = self.env["logistics.tracking.link"]._live(self)
        for shipment in self:
            link = links.get(shipment.id)
            shipment.public_url = link._url() if link else False
            shipment.public_url_ends_at = link._ends_at() if link else False

    @api.depends("state", "milestones", "eta", "folded", "partner_id")
    @api.depends_context("lang")
    def _compute_public_status(self):
        Status = self.env["logistics.customer.status"]
        shipments = self.sudo()
        allowed = shipments._told_events()
        for shipment, shipment_sudo in zip(self, shipments, strict=True):
            known = allowed[shipment.id]
            shipment.public_status = Status._word(shipment_sudo._shown(known))
            shipment.public_eta = shipment_sudo._shown_eta(known)

    @api.depends("link_ids")
    def _compute_customer_reference(self):
        for shipment in self:
            shipment_sudo = shipment.sudo()
            orders = shipment_sudo.sale_order_ids
            shipment.customer_reference = (
                ", ".join(orders.mapped("name")) or shipment_sudo.name
            )

    # === ACTIONS === #

    def action_make_tracking_link(self):
        """Make the link a customer can follow the shipment with."""
        self.check_access("write")
        self.env["logistics.tracking.link"]._ensure(self)

    def action_withdraw_tracking_link(self):
        """Make the link useless; another one can be made."""
        self.check_access("write")
        self.env["logistics.tracking.link"].sudo().search(
            [("shipment_id", "in", self.ids), ("withdrawn_at", "=", False)]
        )._withdraw()
        self.invalidate_recordset(["tracking_link_ids"], flush=False)

    # === BUSINESS METHODS === #

    def _ensure_public_link(self):
        """Give each shipment a link that a mail to its customer can name."""
        self.env["logistics.tracking.link"]._ensure(self)

    @api.model
    def _portal_domain(self, user):
        """Return the domain of the shipments that somebody sees on the portal.

        What goes to their company, or what their company ordered.

        :param res.users user: The customer.
        :rtype: odoo.fields.Domain
        """
        customer = user.sudo().partner_id.commercial_partner_id
        ours = Domain("partner_id", "child_of", customer.id)
        ordered = Domain(
            "link_ids.picking_id.move_ids.sale_line_id.order_id.partner_id",
            "child_of",
            customer.id,
        )
        return (
            (ours | ordered)
            & Domain("direction", "in", DIRECTIONS)
            & Domain("company_id", "in", user.sudo().company_ids.ids)
            & Domain("state", "not in", HIDDEN_STATES)
        )

    def _is_told_to_customers(self):
        """Whether customers have anything to do with the shipment.

        :rtype: bool
        """
        self.ensure_one()
        return self.direction in DIRECTIONS and self.state not in HIDDEN_STATES

    def _customers(self):
        """Return the companies or people whose shipment this is.

        :rtype: res.partner
        """
        self.ensure_one()
        partners = self.sale_order_ids.partner_id or self.partner_id
        return partners.commercial_partner_id

    def _told_events(self):
        """Return the event types that customers of these shipments may see.

        :return: By shipment id.
        :rtype: dict[int, frozenset[str]]
        """
        pairs = {
            shipment.id: (shipment.company_id, shipment._customers())
            for shipment in self
        }
        allowed = self.env["logistics.customer.status"]._allowed(pairs.values())
        return {
            shipment_id: allowed[company.id, tuple(partners.ids)]
            for shipment_id, (company, partners) in pairs.items()
        }

    def _shown(self, allowed):
        self.ensure_one()
        return public.shown(self.state, self.milestones or {}, allowed)

    def _shown_eta(self, allowed):
        """Return the expected day, while it is still to come and may be told."""
        self.ensure_one()
        if "eta_updated" not in allowed or not self.eta or self._is_over(allowed):
            return False
        return self._eta_day() or self._place_clock(self.eta).date()

    def _is_over(self, allowed):
        shown = self._shown(allowed)
        return shown in ("delivered", "return_received", "returned_to_sender")

    def _place_clock(self, moment):
        """Return an instant as the clock at the company shows it."""
        zone = self.company_id.partner_id.tz or "UTC"
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)

    def _public_rows(self):
        """Return what a list of shipments shows to their customer.

        :return: For each shipment `id`, `name`, `reference`, `status`, `tone`,
            `expected` (text) and `shipped` (text).
        :rtype: list[dict]
        """
        allowed = self._told_events()
        return [shipment._public_row(allowed[shipment.id]) for shipment in self]

    def _public_row(self, allowed):
        Status = self.env["logistics.customer.status"]
        code = self._shown(allowed)
        return {
            "id": self.id,
            "name": self.name,
            "reference": self.customer_reference,
            "status": Status._word(code),
            "tone": public.tone(code),
            "expected": self._day_text(self._shown_eta(allowed)),
            "shipped": self._day_text(
                self.dispatched_at
                and "dispatched" in allowed
                and self._place_clock(self.dispatched_at).date()
            ),
        }

    def _public_values(self, signed_in=False):
        """Return what the page of one shipment shows to its customer.

        Texts and plain values only: the template gets no record.

        :param bool signed_in: Whether the reader has an account; somebody with the
            link alone gets no proof, which names and shows people.
        :return: The keys of `_public_row()`, and `notices`, `history`, `parcels`,
            `proofs`, `carrier`.
        :rtype: dict
        """
        self.ensure_one()
        allowed = self._told_events()[self.id]
        return self._public_row(allowed) | {
            "carrier": self.carrier_id.name or "",
            "notices": self._public_notices(allowed),
            "history": self._public_history(allowed),
            "parcels": self._public_parcels(allowed),
            "proofs": self._public_proofs(allowed) if signed_in else [],
        }

    def _public_notices(self, allowed):
        if self._is_over(allowed):
            return []
        Status = self.env["logistics.customer.status"]
        words = [
            Status._word(code)
            for field, code in public.NOTICES.items()
            if self[field] and code in allowed
        ]
        return list(dict.fromkeys(words))

    def _public_parcels(self, allowed):
        Status = self.env["logistics.customer.status"]
        rows = []
        for parcel in self._counted_parcels():
            if parcel.state in HIDDEN_STATES:
                continue
            code = public.shown(parcel.state, self._reached_by(parcel), allowed)
            rows.append(
                {
                    "number": parcel.tracking_number,
                    "url": parcel.tracking_link or "",
                    "status": Status._word(code),
                    "tone": public.tone(code),
                }
            )
        return rows

    def _reached_by(self, parcel):
        """Return milestones that a parcel has certainly passed: those of its state."""
        rank = public.EVENT_TYPES[parcel.state].rank if parcel.state else 0
        return [
            code
            for code in self.milestones or {}
            if (public.EVENT_TYPES[code].rank or 0) <= rank
        ]

    def _public_history(self, allowed):
        """Return what happened, newest first: what counts, in the customer's words."""
        counts = {
            event_id
            for event_id, standing in self._standings().get(self.id, {}).items()
            if standing == "counts"
        }
        events = self.env["logistics.event"].sudo().browse(sorted(counts))
        told = events.filtered(
            lambda event: (
                event.event_type in allowed
                and event.classifier == "actual"
                and event.leg == self._leg()
                and event.event_type not in ("eta_updated", "pod_available")
                and event.occurred_at
            )
        ).sorted(lambda event: (event.occurred_at, event.id), reverse=True)
        several = len(self.parcel_ids) > 1
        lines = [self._history_line(event, several) for event in told]
        # Odoo and the carrier may both say that it left.
        return [
            line
            for line, newer in zip(lines, [None, *lines[:-1]], strict=True)
            if newer is None or any(line[key] != newer[key] for key in line)
        ]

    def _history_line(self, event, several):
        clock = _clock(event.occurred_at, event)
        day = fields.Date.to_date(clock["day"]) if clock["day"] else None
        return {
            "word": self.env["logistics.customer.status"]._word(event.event_type),
            "day": self._day_text(day),
            "time": clock["time"],
            "parcel": event.parcel_id.tracking_number if several else "",
        }

    def _public_proofs(self, allowed):
        kinds = dict(
            self.env["logistics.proof"]._fields["kind"]._description_selection(self.env)
        )
        return [
            {
                "id": proof.id,
                "kind": kinds[proof.kind],
                "day": self._day_text(self._place_clock(proof.proof_at).date()),
            }
            for proof in self._told_proofs(allowed)
        ]

    def _told_proofs(self, allowed=None):
        """Return the proofs that a customer with an account may download.

        :rtype: logistics.proof
        """
        self.ensure_one()
        if allowed is None:
            allowed = self._told_events()[self.id]
        if "pod_available" not in allowed:
            return self.env["logistics.proof"]
        return self.proof_ids.filtered(
            lambda proof: (
                proof.document and not proof.withdrawn_at and not proof.erased_at
            )
        )

    def _day_text(self, day):
        return format_date(self.env, day) if day else ""
