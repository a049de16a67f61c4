"""Booking what a partner reports: whole or not at all, and once."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import dispatch, vocabulary
from ..dispatch_plan import Plan
from .ledger import as_suite, trusted
from .logistics_effect_run import MAX_ATTEMPTS


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    for_person = fields.Boolean(
        string="Waits for a Person",
        default=False,
        help="A person looks at the reported quantities and validates the transfer.",
    )

    _report_idx = models.Index("(key) WHERE action = 'dispatch'")

    @api.model
    def _ready_domain(self):
        """Override: what waits for a person is not taken by the job."""
        return [*super()._ready_domain(), ("for_person", "=", False)]

    # === BUSINESS METHODS: WHAT SHOULD BE === #

    @api.model
    def _dispatch_desire(self, wishes):
        """Open the steps that book reports; tell a person of those that wait for one.

        :param list[dict] wishes: As `_desire` takes them, with `for_person` and
            `is_doubtful`.
        :return: The steps that are newly open.
        :rtype: logistics.effect
        """
        if not wishes:
            return self.browse()
        by_place = {(wish["record"].id, wish["key"]): wish for wish in wishes}
        opened = self._desire(wishes)
        for event in opened.event_id:
            self.env["logistics.exception"]._solve(
                "master_data",
                event,
                self.env._("The transfer is known."),
                key="transfer",
            )
        for step in opened.filtered(lambda step: not step.observed):
            wish = by_place[step.res_id, step.key]
            if wish["for_person"]:
                trusted(step.sudo()).write({"for_person": True})
                step._dispatch_propose(wish["is_doubtful"])
        return opened

    def _dispatch_propose(self, is_doubtful):
        """Open what brings the reported quantities before a person."""
        picking = self._dispatch_transfer()
        if is_doubtful:
            text = self.env._(
                "%s: two versions of the report disagree, and neither is newer.",
                picking.name,
            )
        else:
            text = self.env._(
                "%(transfer)s is reported moved: %(lines)s",
                transfer=picking.name,
                lines=self._dispatch_lines_text(),
            )
        self._dispatch_open("moved_not_validated", picking, text)

    def _dispatch_replace(self, solution):
        """The step is not taken: the report changed or no longer counts.

        :param str solution: What happened, for the exceptions that are open.
        """
        self._set_state("superseded")
        self.flush_recordset(["state"])
        self._dispatch_solve(solution)

    def _dispatch_try_again(self):
        """Let the job try the steps that failed once more."""
        if self:
            self._set_state("waiting", attempts=0, next_try_at=False)
            self._wake()

    # === BUSINESS METHODS: TAKING THE STEPS === #

    def _run_dispatch(self):
        """Book the reports, those of one transfer together."""
        self._dispatch_lock(self._dispatch_pickings())
        groups = {}
        for step in self.sorted(
            lambda step: (
                step.event_id.occurred_at or step.event_id.stored_at,
                step.id,
            )
        ):
            groups.setdefault(step._dispatch_transfer(), []).append(step)
        for picking, steps in groups.items():
            steps = self.browse([step.id for step in steps])
            picking = picking.with_company(picking.company_id)
            if picking.state == "done":
                for step in steps:
                    step._dispatch_too_late(picking)
            else:
                steps._dispatch_book(picking)

    def _dispatch_lock(self, pickings):
        """Lock the shipments and transfers, in the order in which facts lock them.

        A person who validates at the same time and this job exclude each other: the
        later one starts again, and finds the transfer done.

        :param stock.picking pickings: The transfers the steps are about.
        """
        pickings |= pickings._logistics_backorders()
        shipments = self.shipment_id | pickings.sudo().logistics_link_ids.shipment_id
        shipments._lock_for_facts()
        self._lock_objects([{"record": picking} for picking in pickings])
        pickings.invalidate_recordset(["state", "date_done"])
        pickings.move_ids.invalidate_recordset(["state", "quantity", "picked"])

    def _dispatch_book(self, picking):
        """Book as many of the steps as fit together; each other one is a problem."""
        taken, items, plan = self.browse(), [], None
        refused = []
        for step in self:
            more = dispatch.items_of(step.inputs["lines"], step.id)
            tried = Plan(picking, items + more)
            if tried.problems:
                refused.append((step, tried.problems))
            else:
                taken, items, plan = taken | step, items + more, tried
        if taken:
            taken._dispatch_validate(picking, plan, taken[-1:].inputs.get("missing"))
        for step, problems in refused:
            step._dispatch_refuse(picking, problems)

    def _dispatch_validate(self, picking, plan, rest):
        """Write the planned quantities, validate, and settle what is missing.

        :param stock.picking picking: The transfer.
        :param Plan plan: What moves; without a problem.
        :param str rest: See `Plan.closed_moves`.
        :raise UserError: When Odoo asks a question first.
        """
        picking = as_suite(picking.sudo())
        self._dispatch_write_numbers(picking)
        moves = plan.apply()
        closed = plan.closed_moves(rest or "sender")
        missing = plan.rest_moves()
        context = {"skip_backorder": True, "skip_sms": True}
        if missing and missing <= closed:
            context["picking_ids_not_to_backorder"] = picking.ids
        closed_products = (closed & missing).product_id
        picking.with_context(**context).button_validate()
        if picking.state != "done":
            raise UserError(
                self.env._(
                    "%s: Odoo asks a question before it is validated. Open the "
                    "transfer and validate it by hand.",
                    picking.name,
                )
            )
        following = picking.backorder_ids.filtered(lambda b: b.state != "done")
        following.move_ids.filtered(
            lambda move: (
                move.product_id in closed_products
                and move.state not in ("done", "cancel")
            )
        )._action_cancel()
        for step in self:
            step._dispatch_book_done(picking, moves)

    def _dispatch_write_numbers(self, picking):
        """Write the tracking numbers of the reports, which binds their shipment."""
        numbers = picking._logistics_numbers()
        known = {vocabulary.normalise_tracking(number) for number in numbers}
        for event in self.event_id.sorted("id"):
            number = vocabulary.normalise_tracking(event.tracking_number or "")
            if number and number not in known:
                known.add(number)
                numbers.append(number)
        text = ", ".join(numbers)
        if numbers and text != (picking.carrier_tracking_ref or ""):
            picking.carrier_tracking_ref = text

    def _dispatch_book_done(self, picking, moves):
        """Note what the step moved, and put its event where the goods are."""
        codes = dispatch.Reading(picking, dispatch.items_of(self.inputs["lines"]))
        products = {row.product for row in codes.rows}
        own = moves.filtered(lambda move: move.product_id in products) or moves
        self._mark_done(moves=own)
        self._dispatch_solve(self.env._("The transfer was validated."))
        picking.message_post(
            body=self.env._(
                "Validated from the report of %(partner)s: %(lines)s",
                partner=self.event_id.source or "",
                lines=self._dispatch_lines_text(),
            )
        )
        event = self.event_id.sudo()
        shipment = picking.logistics_link_ids.filtered(
            lambda link: not link.replaced_by_id
        ).shipment_id[-1:]
        key = vocabulary.normalise_tracking(event.tracking_number or "")
        parcel = shipment.parcel_ids.filtered(lambda p: p.tracking_key == key)[:1]
        if shipment and (
            event.shipment_id not in picking.logistics_link_ids.shipment_id
            or (parcel and parcel != event.parcel_id)
        ):
            event._relink(shipment, parcel, self.env._("Booked on %s.", picking.name))

    def _dispatch_refuse(self, picking, problems):
        """Keep the step open with its problems, and the stock as it is."""
        text = " ".join(problems)
        self._set_state(
            "failed", attempts=MAX_ATTEMPTS, error=text[:500], next_try_at=False
        )
        self._dispatch_open(
            "master_data",
            picking,
            self.env._(
                "%(transfer)s is not validated. %(problems)s",
                transfer=picking.name,
                problems=text,
            )[:1000],
            key=self.key,
        )
