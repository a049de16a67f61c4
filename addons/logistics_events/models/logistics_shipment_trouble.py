"""What goes wrong outside: opened once, closed by the facts that cure it."""

from datetime import timedelta

from odoo import api, fields, models

from .. import physical
from ..attempt import in_batches
from .ledger import trusted

# Days that nothing may be heard where no carrier says otherwise.
SILENT_DAYS, PICKUP_DAYS, LATE_DAYS = 4, 3, 1
BATCH_SIZE = 200
_WATCHED_STATES = sorted({physical.READY_STATE, *physical.MOVING_STATES})
_QUIET_QUERY = """
    SELECT s.id
      FROM logistics_shipment s
      LEFT JOIN logistics_carrier c ON c.id = s.carrier_id
      LEFT JOIN res_partner p ON p.id = s.partner_id
      LEFT JOIN logistics_carrier_lane l
             ON l.carrier_id = s.carrier_id AND l.country_id = p.country_id
     WHERE s.quiet_kind IS NULL AND s.state = ANY(%(states)s)
       AND ((s.state = %(ready)s AND s.dispatched_at <= %(now)s
             - NULLIF(COALESCE(c.pickup_days, %(pickup)s), 0) * interval '1 day')
         OR s.eta <= %(now)s
             - NULLIF(COALESCE(c.late_days, %(late)s), 0) * interval '1 day'
         OR (s.state <> %(ready)s AND s.last_event_at <= %(now)s
             - NULLIF(COALESCE(l.silent_days, c.silent_days, %(silent)s), 0)
               * interval '1 day'))
     ORDER BY s.id
"""


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    trouble = fields.Json(
        readonly=True, copy=False, help="What is wrong with it now, by kind."
    )
    quiet_kind = fields.Selection(
        [
            ("not_picked_up", "Not Picked Up"),
            ("silent", "No News"),
            ("late", "Late"),
        ],
        string="Waiting Too Long",
        readonly=True,
        copy=False,
    )
    trouble_text = fields.Char(string="What Is Wrong", compute="_compute_trouble_text")

    _watched_idx = models.Index(
        "(last_event_at) WHERE quiet_kind IS NULL AND state NOT IN "
        "('delivered', 'return_received', 'returned_to_sender', 'shipment_cancelled')"
    )

    @api.depends("trouble", "quiet_kind")
    def _compute_trouble_text(self):
        for shipment in self:
            parts = shipment._trouble_words()
            if shipment.quiet_kind:
                parts.append(shipment._quiet_words())
            shipment.trouble_text = ", ".join(parts)

    # === BUSINESS METHODS: WHAT THE FACTS SAY === #

    def _after_fold(self, folded, facts):
        """Override: open what went wrong, and close what is well again."""
        result = super()._after_fold(folded, facts)
        self.sudo()._follow_troubles(folded, facts)
        return result

    def _follow_troubles(self, folded, facts):
        self.fetch(["trouble", "quiet_kind", "parent_kind"])
        for shipment in self:
            leg = shipment._main_leg(folded[shipment.id])
            found = physical.problems(leg, facts.get(shipment.id, ()))
            before = shipment.trouble or {}
            if found != before:
                trusted(shipment).write({"trouble": found or False})
                shipment._note_trouble(before, found)
            if shipment.quiet_kind:
                shipment._note_news()
        self._take_over_deliveries()

    def _take_over_deliveries(self):
        """Hook: what was sent again may have arrived."""

    def _note_trouble(self, before, found):
        """Open, count or close the one exception of the shipment.

        :param dict before: What was wrong, as `physical.problems` said.
        :param dict found: What is wrong now.
        """
        Exception_ = self.env["logistics.exception"]
        if not found:
            Exception_._solve(
                "delivery_problem",
                self,
                self.env._("The tracking events report no problem any more."),
            )
            return
        new = sum(
            len(set(marks) - set(before.get(kind, ()))) for kind, marks in found.items()
        )
        text = self._trouble_summary()
        if new:
            Exception_._open(
                "delivery_problem",
                self,
                text,
                shipment=self,
                order=self._only_order(),
                times=new,
            )
        else:
            Exception_._find_open("delivery_problem", self).write({"summary": text})

    def _note_news(self):
        """Close the question where the shipment is, when the facts answer it."""
        if not self._quiet_now():
            trusted(self).write({"quiet_kind": False})
            self.env["logistics.exception"]._solve(
                "no_news", self, self.env._("There is news of the shipment.")
            )

    def _only_order(self):
        """Return the sales order of the shipment, none when there are several."""
        orders = self.sale_order_ids
        return orders if len(orders) == 1 else orders.browse()

    # === BUSINESS METHODS: WHAT NOBODY SAYS === #

    @api.model
    def _cron_watch_quiet(self):
        """Ask where the shipments are of which nothing was heard for too long."""
        quiet = self.browse(self._find_quiet())
        in_batches(quiet, BATCH_SIZE, lambda batch: batch._note_quiet())

    @api.model
    def _find_quiet(self):
        """Return the shipments that are quiet for too long and can be asked about.

        :return: Ids; those that no carrier reports on are nobody's to ask.
        :rtype: list[int]
        """
        self.flush_model()
        self.env["logistics.carrier.lane"].flush_model()
        self.env["logistics.carrier"].flush_model()
        self.env["res.partner"].flush_model(["country_id"])
        self.env.cr.execute(
            _QUIET_QUERY,
            {
                "now": fields.Datetime.now(),
                "states": _WATCHED_STATES,
                "ready": physical.READY_STATE,
                "silent": SILENT_DAYS,
                "pickup": PICKUP_DAYS,
                "late": LATE_DAYS,
            },
        )
        quiet = self.browse([row[0] for row in self.env.cr.fetchall()])
        return quiet._trackable().ids

    def _note_quiet(self):
        """Open one exception for each shipment that is quiet for too long."""
        self._lock_for_facts()
        self.invalidate_recordset()
        for shipment in self:
            kind = shipment._quiet_now()
            if not kind or shipment.quiet_kind:
                continue
            trusted(shipment).write({"quiet_kind": kind})
            self.env["logistics.exception"]._open(
                "no_news",
                shipment,
                shipment._quiet_summary(),
                shipment=shipment,
                order=shipment._only_order(),
            )

    def _quiet_now(self):
        return physical.quiet(self, fields.Datetime.now(), self._patience())

    def _patience(self):
        """Return how long nothing may be heard of the shipment.

        :rtype: physical.Patience
        """
        self.ensure_one()
        carrier = self.carrier_id
        lane = carrier.lane_ids.filtered(
            lambda lane: lane.country_id == self.partner_id.country_id
        )[:1]
        silent = carrier.silent_days if carrier else SILENT_DAYS
        return physical.Patience(
            silent=_days(lane.silent_days if lane else silent),
            pickup=_days(carrier.pickup_days if carrier else PICKUP_DAYS),
            late=_days(carrier.late_days if carrier else LATE_DAYS),
        )

    # === WORDS === #

    def _trouble_words(self):
        """Return what is wrong in words, the worst first.

        :rtype: list[str]
        """
        self.ensure_one()
        words = {
            "lost": self.env._("lost"),
            "damaged": self.env._("damaged"),
            "refused": self.env._("refused"),
            "address": self.env._("wrong address"),
            "failed": self.env._("not delivered"),
            "customs": self.env._("held by customs"),
            "coming_back": self.env._("coming back undelivered"),
            "reported": self.env._("problem reported"),
        }
        found = self.trouble or {}
        return [word for kind, word in words.items() if kind in found]

    def _trouble_summary(self):
        return self.env._(
            "%(shipment)s: %(problems)s",
            shipment=self.display_name,
            problems=", ".join(self._trouble_words()),
        )

    def _quiet_words(self):
        return dict(self._fields["quiet_kind"]._description_selection(self.env))[
            self.quiet_kind
        ].lower()

    def _quiet_summary(self):
        words = {"shipment": self.display_name}
        if self.quiet_kind == "not_picked_up":
            return self.env._(
                "%(shipment)s left on %(day)s, and the carrier has not collected it.",
                day=self._shown_time(self.dispatched_at, 0),
                **words,
            )
        if self.quiet_kind == "late":
            return self.env._(
                "%(shipment)s was expected on %(day)s and has not arrived.",
                day=self._shown_eta_day(),
                **words,
            )
        return self.env._(
            "%(shipment)s: nothing was heard since %(day)s.",
            day=self._shown_time(self.last_event_at, 0),
            **words,
        )


def _days(number):
    return timedelta(days=number) if number else None
