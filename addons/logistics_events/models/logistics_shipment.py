from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import vocabulary
from ..windows import records_window


class LogisticsShipment(models.Model):
    """What moves under one booking, and what is known about it.

    The state is computed from the tracking events (see `logistics_shipment_fold.py`)
    and never typed. Transfers and shipments are many to many.
    """

    _name = "logistics.shipment"
    _inherit = ["logistics.folded.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Shipment"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    direction = fields.Selection(
        [
            ("outgoing", "Outgoing"),
            ("incoming", "Incoming"),
            ("dropship", "Dropship"),
            ("internal", "Internal"),
            ("return", "Return"),
        ],
        required=True,
        default="outgoing",
        readonly=True,
    )
    carrier_id = fields.Many2one("logistics.carrier", string="Carrier", index=True)
    partner_id = fields.Many2one("res.partner", string="Deliver To", index=True)
    incoterm_id = fields.Many2one("account.incoterms")
    master_number = fields.Char(help="The waybill or booking the parcels travel on.")
    parent_id = fields.Many2one(
        "logistics.shipment",
        index="btree_not_null",
        check_company=True,
        help="What this shipment brings back or replaces.",
    )
    parent_kind = fields.Selection(
        [
            ("return", "Customer Return"),
            ("return_to_sender", "Return to Sender"),
            ("rebooking", "Rebooking"),
        ]
    )
    child_ids = fields.One2many("logistics.shipment", "parent_id", string="Followed By")
    is_sandbox = fields.Boolean(readonly=True, copy=False)
    correlation_id = fields.Char(readonly=True, copy=False)

    parcel_ids = fields.One2many("logistics.parcel", "shipment_id", string="Parcels")
    link_ids = fields.One2many(
        "logistics.shipment.picking", "shipment_id", string="Transfer Links", copy=False
    )
    picking_ids = fields.Many2many(
        "stock.picking",
        string="Transfers",
        compute="_compute_picking_ids",
        search="_search_picking_ids",
    )
    sale_order_ids = fields.Many2many(
        "sale.order", string="Sales Orders", compute="_compute_sale_order_ids"
    )
    proof_ids = fields.One2many("logistics.proof", "shipment_id", string="Proofs")
    effect_ids = fields.One2many(
        "logistics.effect", "shipment_id", string="Actions Taken"
    )
    exception_ids = fields.One2many(
        "logistics.exception", "shipment_id", string="Exceptions"
    )
    event_ids = fields.Many2many(
        "logistics.event", string="Tracking Events", compute="_compute_event_ids"
    )
    event_count = fields.Integer(compute="_compute_event_count")

    # What the fold writes; nobody else does.
    state = fields.Selection(
        vocabulary.STATES, string="Status", readonly=True, copy=False, index=True
    )
    return_state = fields.Selection(
        vocabulary.STATES, string="Way Back", readonly=True, copy=False
    )
    milestones = fields.Json(readonly=True, copy=False)
    folded = fields.Json(
        string="Reached",
        readonly=True,
        copy=False,
        help="What each parcel is known to have reached, with the evidence.",
    )
    dispatched_at = fields.Datetime(readonly=True, copy=False)
    picked_up_at = fields.Datetime(readonly=True, copy=False)
    delivered_at = fields.Datetime(readonly=True, copy=False)
    delivered_precision = fields.Char(readonly=True, copy=False)
    eta = fields.Datetime(string="Expected", readonly=True, copy=False)
    last_event_at = fields.Datetime(readonly=True, copy=False)
    is_delayed = fields.Boolean(readonly=True, copy=False)
    is_on_hold = fields.Boolean(readonly=True, copy=False)
    has_problem = fields.Boolean(readonly=True, copy=False)
    is_damaged = fields.Boolean(readonly=True, copy=False)
    is_customs_hold = fields.Boolean(readonly=True, copy=False)
    is_lost = fields.Boolean(readonly=True, copy=False)
    has_conflict = fields.Boolean(readonly=True, copy=False)
    has_contradiction = fields.Boolean(readonly=True, copy=False)
    is_void_label_used = fields.Boolean(readonly=True, copy=False)
    is_signed = fields.Boolean(
        string="Signed For",
        readonly=True,
        copy=False,
        help="A report of the delivery says who signed.",
    )
    money_hold = fields.Boolean(readonly=True, copy=False)
    fact_version = fields.Integer(
        readonly=True, copy=False, default=0, help="Counts every change of the facts."
    )

    # === COMPUTE METHODS === #

    @api.depends("link_ids.picking_id")
    def _compute_picking_ids(self):
        for shipment in self:
            shipment.picking_ids = shipment.link_ids.picking_id

    def _search_picking_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("link_ids.picking_id", "in", list(value))]

    @api.depends("link_ids.picking_id.move_ids.sale_line_id.order_id")
    def _compute_sale_order_ids(self):
        for shipment in self:
            moves = shipment.sudo().link_ids.picking_id.move_ids
            shipment.sale_order_ids = moves.sale_line_id.order_id

    @api.depends("fact_version")
    def _compute_event_ids(self):
        links = self.env["logistics.event.link"].search(
            [("shipment_id", "in", self.ids), ("is_current", "=", True)]
        )
        by_shipment = links.grouped("shipment_id")
        for shipment in self:
            events = by_shipment.get(shipment, links.browse()).event_id
            shipment.event_ids = events.sorted(
                lambda event: (event.occurred_at or event.stored_at, event.id),
                reverse=True,
            )

    @api.depends("fact_version")
    def _compute_event_count(self):
        counts = dict(
            self.env["logistics.event.link"]._read_group(
                [("shipment_id", "in", self.ids), ("is_current", "=", True)],
                ["shipment_id"],
                ["__count"],
            )
        )
        for shipment in self:
            shipment.event_count = counts.get(shipment, 0)

    @api.depends("name", "parcel_ids.tracking_number")
    def _compute_display_name(self):
        for shipment in self:
            numbers = shipment.parcel_ids.mapped("tracking_number")
            text = ", ".join(numbers[:2]) + (" …" if len(numbers) > 2 else "")
            shipment.display_name = (
                f"{shipment.name} ({text})" if text else shipment.name
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to number the shipments."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                company_id = vals.get("company_id") or self.env.company.id
                vals["name"] = (
                    self.env["ir.sequence"]
                    .with_company(company_id)
                    .next_by_code("logistics.shipment")
                )
            vals.setdefault("correlation_id", vals["name"])
        return super().create(vals_list)

    # === ACTIONS === #

    def action_view_events(self):
        """Open the tracking events of the shipment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tracking Events"),
            "res_model": "logistics.event",
            "view_mode": "list,form",
            "domain": [("id", "in", self.event_ids.ids)],
        }

    def action_record_proof(self):
        """Open the dialog in which a person states the delivery."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Proof"),
            "res_model": "logistics.proof.record",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_shipment_ids": self.ids,
            },
        }

    def action_open_tracking(self):
        """Open the carrier's public page of the first parcel.

        :raise UserError: When the carrier has no public page.
        """
        self.ensure_one()
        link = self.parcel_ids[:1].tracking_link
        if not link:
            raise UserError(
                self.env._("No public tracking page is set for this carrier.")
            )
        return {"type": "ir.actions.act_url", "url": link, "target": "new"}

    # === BUSINESS METHODS === #

    def _is_trackable(self):
        """Whether a proof can still arrive by itself: some connection speaks for it.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self._trackable())

    def _trackable(self):
        """Return the shipments whose proof can still arrive by itself.

        Lower layers know no connections; the addon that does overrides this.

        :rtype: logistics.shipment
        """
        return self.browse()

    def _request_confirmation(self):
        """Hook: ask the carrier at once, since what is known is not proof enough."""

    def _tell(self, event_type, *, channel, leg="outbound", occurred_at=None, **more):
        """Record one fact about the shipments that Odoo or a person states.

        :param str event_type: A code of the vocabulary.
        :param str channel: `odoo` or `manual`.
        :param str leg: `outbound` or `return`.
        :param datetime occurred_at: Naive UTC; now when left out.
        :param more: Further attributes of the fact; `key` names the thing that
            happened, so that saying it twice is one fact; `parcel` limits it.
        :return: The events recorded, new or known.
        :rtype: logistics.event
        """
        Event = self.env["logistics.event"].sudo()
        parcel = more.pop("parcel", self.env["logistics.parcel"])
        key = more.pop("key")
        now = fields.Datetime.now()
        reports = [
            {
                "company_id": shipment.company_id.id,
                "shipment_id": shipment.id,
                "parcel_id": parcel.id or None,
                "channel": channel,
                "reference": f"{channel}:{key}",
                "received_at": now,
                "trust": 2,
                "user_id": self.env.uid,
                "fact": {
                    "event_key": f"{channel}|{shipment.id}|{key}",
                    "content_hash": f"{event_type}|{key}",
                    "source": channel,
                    "event_type": event_type,
                    "occurred_at": occurred_at or now,
                    # Ours happened on the clock of the place, or else of the company.
                    "occurred_offset": None,
                    "zone_source": "derived",
                    "precision": "instant",
                    "recorded_at": now,
                    "leg": leg,
                    "tracking_number": parcel.tracking_key,
                    "correlation_id": shipment.correlation_id,
                }
                | more,
            }
            for shipment in self.sudo()
        ]
        Event._ingest(reports)
        return Event.search(
            [
                ("company_id", "in", self.sudo().company_id.ids),
                ("event_key", "in", [row["fact"]["event_key"] for row in reports]),
            ]
        )

    def _retract(self, events, reason):
        """Withdraw facts of the shipment on a person's word.

        :param logistics.event events: What was wrong.
        :param str reason: Why; kept as the text of the withdrawal.
        """
        self.ensure_one()
        for event in events:
            self._tell(
                event.event_type,
                channel="manual",
                leg=event.leg,
                key=f"withdraw/{event.event_key}",
                classifier="retracted",
                voids=event.source_event_id or event.event_key,
                voids_key=event.event_key,
                raw_text=reason,
            )

    @api.model
    def _logistics_way_back(self, number, references, companies):
        """Hook: where an event belongs that speaks of goods on their way back.

        :param str number: A tracking number that no parcel has; may be empty.
        :param dict references: Our own numbers, as the partner wrote them.
        :param res.company companies: Whose goods it may be about.
        :return: The company, the shipment and the parcel, the latter two may be empty;
            None when nothing is known of such goods.
        :rtype: tuple | None
        """
        return None

    def _leg(self):
        """Return the leg this shipment is: `return` for goods on the way back."""
        self.ensure_one()
        return "return" if self.direction == "return" else "outbound"

    def _fill_parcels_from_packages(self):
        """Fill the parcels whose number is the name of a package.

        Nothing is guessed: parcels and packages that cannot be told apart stay empty,
        and are filled by hand.
        """
        Line = self.env["logistics.parcel.line"].sudo()
        for shipment in self.sudo():
            by_name = {
                vocabulary.normalise_tracking(package.name): package
                for package in shipment.picking_ids.move_line_ids.result_package_id
            }
            for parcel in shipment.parcel_ids.filtered(lambda p: not p.line_ids):
                package = by_name.get(parcel.tracking_key)
                if not package:
                    continue
                Line.create(
                    [
                        {
                            "parcel_id": parcel.id,
                            "move_id": item.move_id.id,
                            "move_line_id": item.id,
                            "quantity": item.product_uom_id._compute_quantity(
                                item.quantity, item.move_id.product_uom
                            ),
                        }
                        for item in shipment.picking_ids.move_line_ids
                        if item.result_package_id == package
                    ]
                )

    def _logistics_action_open(self, title):
        """Return the window that shows these shipments; a single one as a form."""
        return records_window(self, title)
