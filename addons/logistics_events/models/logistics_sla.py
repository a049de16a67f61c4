"""How long the steps of a delivery may take, in working hours."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from pytz import utc

from odoo import api, fields, models

from .. import worktime
from .logistics_notification_exception import WARNING_SHARE

KINDS = [
    ("order_release", "Order Release"),
    ("shipment_confirmation", "Shipment Confirmation"),
    ("return_completion", "Return Completion"),
]
# How far ahead working hours are looked for, longer each time.
HORIZONS = (14, 90, 730)


class LogisticsSla(models.Model):
    """On screen: Time Target. How long one step may take in a company.

    There is none after installation. A branch without its own uses that of the company
    above.
    """

    _name = "logistics.sla"
    _inherit = ["logistics.selection.name.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Time Target"
    _order = "company_id, id"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, string="Step", required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    hours = fields.Float(
        string="Working Hours",
        required=True,
        default=8.0,
        tracking=True,
        help="Until the step is late; after four fifths of them the list warns.",
    )
    team_id = fields.Many2one(
        "logistics.team",
        required=True,
        ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
        help="Whose working hours count, and whose manager is told when it is late.",
    )
    since = fields.Date(
        string="Counts from",
        required=True,
        default=lambda self: self.env.company._logistics_today(),
        help="What began before is not measured.",
    )
    start_text = fields.Char(string="From", compute="_compute_texts")
    end_text = fields.Char(string="To", compute="_compute_texts")

    _kind_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE active", "The company has a target for this step."
    )
    _hours_positive = models.Constraint("CHECK (hours > 0)", "It takes some hours.")

    @api.depends("kind")
    def _compute_texts(self):
        texts = self._texts()
        for target in self:
            target.start_text, target.end_text = texts.get(target.kind, ("", ""))

    def _texts(self):
        """Return from what to what each step is measured; addons add their steps.

        :rtype: dict[str, tuple[str, str]]
        """
        return {
            "order_release": (
                self.env._("The order is confirmed"),
                self.env._("The first goods have left"),
            ),
            "shipment_confirmation": (
                self.env._("The goods have left"),
                self.env._("The carrier has them"),
            ),
            "return_completion": (
                self.env._("The returned goods are here"),
                self.env._("The customer has the credit note"),
            ),
        }

    # === TO BE EXTENDED === #

    @api.model
    def _sources(self):
        """Return where each step is read from; addons add their steps.

        Each is a statement with the parameter `ids` that yields id, company, order,
        shipment, beginning and end (naive UTC, empty while open) of its records.

        :return: By kind the model and the statement.
        :rtype: dict[str, tuple[str, str]]
        """
        return {
            "order_release": ("sale.order", _ORDER_QUERY),
            "shipment_confirmation": ("logistics.shipment", _SHIPMENT_QUERY),
            "return_completion": ("logistics.shipment", _RETURN_QUERY),
        }

    # === BUSINESS METHODS === #

    @api.model
    def _targets(self):
        """Return the targets that hold.

        :return: By kind, by company id; branches have those of the company above.
        :rtype: dict[str, dict[int, logistics.sla]]
        """
        targets = self.sudo().search([("active", "=", True)])
        if not targets:
            return {}
        found = {}
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("id", "child_of", targets.company_id.ids)])
        )
        for kind, own in targets.grouped("kind").items():
            by_company = own.grouped("company_id")
            for company in companies:
                for top in company._logistics_company_chain():
                    if top in by_company:
                        found.setdefault(kind, {})[company.id] = by_company[top]
                        break
        return found

    @api.model
    def _follow(self, records):
        """Start, stop or drop the clocks of some records, as the facts say now.

        :param records: Sales orders or shipments.
        :type records: odoo.models.BaseModel
        """
        targets = self._targets()
        if not targets or not records:
            return
        self.env.flush_all()
        for kind, (model, query) in self._sources().items():
            if model == records._name and kind in targets:
                self.env.cr.execute(query, {"ids": tuple(records.ids)})
                self.env["logistics.sla.clock"]._write_rows(
                    kind, model, records.ids, self.env.cr.fetchall(), targets[kind]
                )

    @api.model
    def _moments(self, calendar, start, hours):
        """Return when to warn and when it is late.

        :param resource.calendar calendar: Whose hours count; empty for every hour.
        :param datetime start: Naive UTC.
        :param float hours: How many working hours it may take.
        :return: Both naive UTC.
        :rtype: tuple[datetime, datetime]
        """
        found = []
        for share in (WARNING_SHARE, 1.0):
            found.append(self._after(calendar, start, hours * share))
        return tuple(found)

    @api.model
    def _after(self, calendar, start, hours):
        if not calendar:
            return start + timedelta(hours=hours)
        aware = utc.localize(start)
        for days in HORIZONS:
            intervals = calendar.sudo()._work_intervals_batch(
                aware, aware + relativedelta(days=days)
            )[False]
            end = worktime.add(
                [(begins, ends) for begins, ends, _what in intervals], aware, hours
            )
            if end:
                return end.astimezone(utc).replace(tzinfo=None)
        # A calendar without hours stops no clock.
        return start + timedelta(hours=hours)

    # === FIGURES === #

    @api.model
    def _in_time(self, since, companies=None):
        """Return how much was done in time.

        :param datetime since: Counts what was due from then on; naive UTC.
        :param res.company companies: Only these; those at work by default.
        :return: Per step `kind`, `label`, `due` (how many were due or are done),
            `in_time`, `percent` (None when none was due), `late` and `soon` (open
            ones), `oldest` (when the oldest late one was due, naive UTC, or None).
        :rtype: list[dict]
        """
        companies = companies or self.env.companies
        rows = self.env["logistics.sla.clock"]._read_group(
            [
                ("company_id", "in", companies.ids),
                "|",
                ("due_at", ">=", since),
                ("state", "in", ["warning", "late"]),
            ],
            ["kind", "state"],
            ["__count", "due_at:min"],
        )
        counts, oldest = {}, {}
        for kind, state, count, due_at in rows:
            counts[kind, state] = count
            if state == "late":
                oldest[kind] = due_at
        labels = dict(self._fields["kind"]._description_selection(self.env))
        figures = []
        for kind in sorted({kind for kind, _state in counts}):
            met, missed, late, soon = (
                counts.get((kind, state), 0)
                for state in ("met", "missed", "late", "warning")
            )
            due = met + missed + late
            figures.append(
                {
                    "kind": kind,
                    "label": labels[kind],
                    "due": due,
                    "in_time": met,
                    "percent": round(100.0 * met / due, 1) if due else None,
                    "late": late,
                    "soon": soon,
                    "oldest": oldest.get(kind),
                }
            )
        return figures

    def action_view_clocks(self):
        """Open what is measured by the targets."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_events.logistics_sla_clock_action"
        )
        return action | {"domain": [("sla_id", "in", self.ids)], "context": {}}


_ORDER_QUERY = """
    SELECT o.id, o.company_id, o.id, NULL::integer, o.date_order,
           MIN(m.date) FILTER (WHERE m.state = 'done')
      FROM sale_order o
      JOIN sale_order_line l ON l.order_id = o.id
      JOIN stock_move m ON m.sale_line_id = l.id AND m.state <> 'cancel'
      JOIN stock_location d ON d.id = m.location_dest_id
                           AND d.usage IN ('customer', 'transit')
     WHERE o.id IN %(ids)s AND o.state = 'sale'
  GROUP BY o.id
"""
_SHIPMENT_QUERY = """
    SELECT s.id, s.company_id, NULL::integer, s.id, s.dispatched_at,
           LEAST(s.picked_up_at, s.delivered_at)
      FROM logistics_shipment s
     WHERE s.id IN %(ids)s AND s.direction IN ('outgoing', 'dropship')
       AND s.dispatched_at IS NOT NULL AND s.is_sandbox IS NOT TRUE
       AND s.state IS DISTINCT FROM 'shipment_cancelled'
       AND EXISTS (SELECT 1 FROM logistics_parcel p WHERE p.shipment_id = s.id)
"""
_RETURN_QUERY = """
    SELECT s.id, s.company_id, NULL::integer, s.id, s.here_at,
           (SELECT MIN(e.done_at)
              FROM logistics_shipment_picking k
              JOIN stock_move m ON m.picking_id = k.picking_id
              JOIN sale_order_line l ON l.id = m.sale_line_id
              JOIN logistics_effect e ON e.order_id = l.order_id
             WHERE k.shipment_id = s.id AND e.action = 'credit'
               AND e.state = 'done' AND e.observed IS NOT TRUE
               AND e.done_at >= s.here_at)
      FROM (SELECT id, company_id,
                   (milestones->>'return_received')::timestamp AS here_at
              FROM logistics_shipment
             WHERE id IN %(ids)s AND direction = 'return'
               AND is_sandbox IS NOT TRUE) s
     WHERE s.here_at IS NOT NULL
"""
