"""From reported quantities to transfers that should be validated."""

from datetime import datetime

from odoo import models
from odoo.exceptions import UserError

from .. import dispatch, resolve
from .logistics_dispatch_transfer import TRIGGERS
from .logistics_effect import OPEN_STATES

# What Odoo tells itself is no report of a partner, and what a person states neither.
_OWN = ("odoo|", "manual|")


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _after_fold(self, folded, facts):
        """Override to ask for the transfers that partners report moved."""
        result = super()._after_fold(folded, facts)
        shipments = self.sudo()
        shipments._logistics_wish_dispatches(facts)
        shipments._logistics_note_unvalidated(folded, facts)
        return result

    def _after_ingest(self, new_events):
        """Override to ask a person which transfer a report is about."""
        result = super()._after_ingest(new_events)
        reports = new_events.search(
            [
                ("id", "in", new_events.ids),
                ("event_type", "in", list(TRIGGERS.values())),
                ("lines", "!=", False),
            ]
        )
        for event in reports.filtered(lambda event: not event.shipment_id):
            event._dispatch_ask_transfer()
        return result

    def _waits_for_action(self):
        """Override to say that a person looks at reported quantities."""
        steps = self.effect_ids.filtered(
            lambda step: (
                step.action == "dispatch"
                and step.state in OPEN_STATES
                and not step.observed
            )
        )
        if steps.filtered("for_person"):
            return self.env._(
                "A partner reports that the goods moved: review and validate %s.",
                ", ".join(steps._dispatch_pickings().mapped("name")),
            )
        return super()._waits_for_action()

    # === BUSINESS METHODS: WHAT IS REPORTED === #

    def _logistics_wish_dispatches(self, facts):
        """Ask for, replace or leave alone what the reports of the shipments want."""
        Mode = self.env["logistics.action.mode"]
        modes = {company: Mode._row(company, "dispatch") for company in self.company_id}
        shipments = self.filtered(
            lambda shipment: (modes[shipment.company_id].mode or "off") != "off"
        )
        if not shipments:
            return
        told = shipments._logistics_told(facts)
        steps = shipments._logistics_known_reports(told)
        policies = {}
        wishes, agreeing = [], self.env["logistics.effect"].browse()
        for shipment in shipments:
            shipment._logistics_withdraw_reports(
                steps, told[shipment], facts.get(shipment.id, ())
            )
        for shipment in shipments:
            mode = modes[shipment.company_id]
            for key, report in told[shipment].items():
                step = steps.get((shipment.company_id, mode.mode == "observe", key))
                if step and step.state == "done":
                    if _says_same(step, report):
                        agreeing |= step
                    else:
                        step._dispatch_compare(report.event)
                    continue
                wish = shipment._logistics_judge_report(report, step, mode, policies)
                if wish:
                    wishes.append(wish)
        agreeing._dispatch_agree()
        self.env["logistics.effect"]._dispatch_desire(wishes)

    def _logistics_told(self, facts):
        """Return what partners report of each shipment: by key the report that counts.

        :rtype: dict[logistics.shipment, dict[str, Report]]
        """
        standing, event_ids = {}, set()
        for shipment in self:
            trigger = TRIGGERS.get(shipment.direction)
            own = facts.get(shipment.id, ())
            standing[shipment] = {}
            if not any(_is_report(fact, trigger) for fact in own):
                continue
            for key, versions in resolve.standing(own).items():
                if _is_report(versions[0], trigger):
                    standing[shipment][key] = versions
                    event_ids.update(fact.ref for fact in versions)
        events = {
            event.id: event
            for event in self.env["logistics.event"].browse(sorted(event_ids))
            if event.lines
        }
        return {
            shipment: {
                key: Report(key, versions, events)
                for key, versions in by_key.items()
                if versions[0].ref in events
            }
            for shipment, by_key in standing.items()
        }

    def _logistics_known_reports(self, told):
        """Return the latest step of every report, wherever it was booked.

        :return: By company, whether it was only observed, and key.
        :rtype: dict[tuple, logistics.effect]
        """
        keys = {report.step_key for own in told.values() for report in own.values()}
        steps = self.env["logistics.effect"].search(
            [
                ("action", "=", "dispatch"),
                ("company_id", "in", self.company_id.ids),
                "|",
                ("key", "in", sorted(keys)),
                ("shipment_id", "in", self.ids),
            ],
            order="id",
        )
        return {
            (step.company_id, step.observed, step._dispatch_fact_key()): step
            for step in steps
        }

    def _logistics_judge_report(self, report, step, mode, policies):
        """Return what a report wants now, None when nothing is to be asked for.

        :param logistics.effect | None step: What was made of the report so far,
            not booked yet.
        :param logistics.action.mode mode: The mode of the company.
        :param dict policies: The rules by company, filled on the way.
        :rtype: dict | None
        """
        same = step and _says_same(step, report)
        unsure = report.is_doubtful and not (step and step.for_person)
        if same and not unsure and step.state in (*OPEN_STATES, "rejected"):
            return None
        own = self.link_ids.picking_id
        picking = (step._dispatch_pickings() if step else own.browse()) & own
        if not picking:
            picking = self._logistics_report_transfer(report.event)
        if len(picking) != 1:
            if picking:
                report.event._dispatch_ask_transfer()
            return None
        if step and step.state in OPEN_STATES:
            step._dispatch_replace(self.env._("The partner corrected the report."))
        return self._logistics_report_wish(report, picking, mode, policies)

    def _logistics_report_wish(self, report, picking, mode, policies):
        """Return the wish to book a report on a transfer, None when no rule fits."""
        company = picking.company_id
        Policy = self.env["logistics.policy"]
        if company not in policies:
            policies[company] = Policy._candidates("dispatch", company)
        policy = next(
            (
                policy
                for policy in policies[company]
                if picking.filtered_domain(policy._domain())
            ),
            Policy,
        )
        if not policy or report.is_before(max(policy.valid_from, mode.since), company):
            return None
        by_person = (
            policy.dispatch_by == "person"
            or self.direction in ("incoming", "return")
            or report.is_doubtful
            or report.trust < policy._trust_level()
        )
        return {
            "company": company,
            "record": picking,
            "action": "dispatch",
            "key": report.step_key,
            "desired": 1,
            "shipment": self,
            "policy": policy,
            "event_id": report.event.id,
            "inputs": {
                "transfer": picking.name,
                "lines": report.event.lines,
                "missing": policy.dispatch_rest,
            },
            "not_before": policy._not_before(),
            "for_person": by_person,
            "is_doubtful": report.is_doubtful,
        }

    def _logistics_book_chosen(self, event, picking):
        """Ask for the transfer that a person says a report is about.

        :param logistics.event event: The report, of this shipment.
        :param stock.picking picking: One of its transfers.
        :return: The step that books it.
        :rtype: logistics.effect
        :raise UserError: When the report counts no longer, or no rule books it.
        """
        self.ensure_one()
        told = self._logistics_told(self._load_facts())
        report = told[self].get(event.event_key)
        mode = self.env["logistics.action.mode"]._row(self.company_id, "dispatch")
        if not report or not mode or mode.mode == "off":
            raise UserError(self.env._("The report is not booked any more."))
        steps = self._logistics_known_reports(told)
        step = steps.get((self.company_id, mode.mode == "observe", event.event_key))
        if step and step.state in (*OPEN_STATES, "done"):
            return step
        wish = self._logistics_report_wish(report, picking, mode, {})
        if not wish:
            raise UserError(
                self.env._(
                    "No rule validates %s from what a partner reports.", picking.name
                )
            )
        return self.env["logistics.effect"]._dispatch_desire([wish])

    def _logistics_report_transfer(self, event):
        """Return the transfers of the shipment that a report may be about.

        :param logistics.event event: The report.
        :return: One when it is clear, several when it is not.
        :rtype: stock.picking
        """
        self.ensure_one()
        pickings = self.link_ids.filtered(
            lambda link: not link.replaced_by_id
        ).picking_id.filtered(
            lambda picking: (
                TRIGGERS.get(picking._logistics_direction()) == event.event_type
            )
        )
        references = event.references or {}
        named = pickings.filtered(
            lambda picking: picking.name == references.get("delivery")
        )
        if named:
            return named
        order = references.get("order")
        if order:
            pickings = (
                pickings.filtered_domain(pickings._logistics_order_domain(order))
                or pickings
            )
        firsts = pickings.filtered(lambda picking: picking.backorder_id not in pickings)
        waiting = firsts.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        return waiting or firsts

    def _logistics_withdraw_reports(self, steps, told, facts):
        """A report was withdrawn: what is open is dropped, what is booked is told."""
        linked = {fact.key for fact in facts}
        for (_company, _observed, key), step in steps.items():
            if step.shipment_id != self or key in told:
                continue
            if step.state in OPEN_STATES:
                step._dispatch_replace(self.env._("The report no longer counts."))
            elif step.state == "done" and (
                key in linked
                or not step._dispatch_booked_transfers()
                <= step.event_id.shipment_id.link_ids.picking_id
            ):
                step._dispatch_compare(self.env["logistics.event"])


class Report:
    """What a partner says was moved: the version that counts, and how sure it is."""

    def __init__(self, key, versions, events):
        self.key = key
        self.step_key = f"report/{key}"
        self.event = events[versions[0].ref]
        self.trust = max(fact.trust for fact in versions)
        others = [events[fact.ref] for fact in versions if fact.ref in events]
        # Two versions of the same age: nobody can say which one is right.
        self.is_doubtful = len(others) < len(versions) or any(
            not dispatch.same_lines(self.event.lines, other.lines) for other in others
        )
        self.moment = versions[0].occurred_at or self.event.stored_at

    def is_before(self, day, company):
        """Return whether it happened before a day begins where the company is.

        :param date day: The first day that counts.
        :rtype: bool
        """
        if not isinstance(self.moment, datetime):
            return self.moment < day
        begin, _end = company._logistics_day(day)
        return self.moment < begin


def _says_same(step, report):
    return dispatch.same_lines((step.inputs or {}).get("lines"), report.event.lines)


def _is_report(fact, trigger):
    return fact.event_type == trigger and (
        fact.classifier == "actual" and not fact.key.startswith(_OWN)
    )
