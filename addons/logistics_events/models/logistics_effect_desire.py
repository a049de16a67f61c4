"""What should be: wishes become the steps that are still missing."""

from psycopg2.extras import Json

from odoo import api, fields, models

from .. import ledger
from .logistics_effect import INSERT_COLUMNS


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _desire(self, wishes):
        """Open, replace or leave the steps that lead to the wished quantities.

        The caller holds the lock of the shipment; the objects are locked here, before
        the sums are read. Saying the same twice changes nothing.

        :param list[dict] wishes: `company`, `record` (the object), `action`, `key`,
            `desired` (number), and optionally `uom`, `amount` (of the whole wish, in
            `currency`), `step_amount` (of what it adds, where that is no share of the
            whole), `shipment`, `order`, `policy`, `policy_version` (when it was
            frozen earlier), `event_id`, `inputs`, `approvers` (0 to 2),
            `not_before`, `force_mode`, `asked_by` (who caused it, where that is not
            the user at work).
        :return: The steps that are newly open.
        :rtype: logistics.effect
        """
        wishes = self._wishes_in_mode(wishes)
        if not wishes:
            return self.browse()
        self._lock_objects(wishes)
        known = self._known_rows(wishes)
        rows, superseded = [], []
        for wish in wishes:
            desired = ledger.quantity(wish["desired"])
            steps = known.get(_identity(wish), [])
            plan = ledger.plan(desired, [_ledger_row(step) for step in steps])
            by_generation = {step.generation: step for step in steps}
            superseded += [by_generation[number].id for number in plan.supersede]
            if plan.opens:
                amount = _amount(wish, plan.delta, steps)
                rows.append(self._row(wish, plan, desired, amount))
        self.browse(superseded)._set_state("superseded")
        self.flush_model(["state"])
        opened = self._insert(rows)
        if opened:
            opened._ask_approval()
            self._wake()
        return opened

    @api.model
    def _wishes_in_mode(self, wishes):
        """Leave out the wishes of actions that are off; mark the observed ones."""
        Mode = self.env["logistics.action.mode"]
        modes = {}
        kept = []
        for wish in wishes:
            mode = wish.get("force_mode")
            if not mode:
                identity = (wish["company"].id, wish["action"])
                if identity not in modes:
                    modes[identity] = Mode._mode(wish["company"], wish["action"])
                mode = modes[identity]
            if mode != "off":
                kept.append(wish | {"observed": mode == "observe"})
        return kept

    @api.model
    def _lock_objects(self, wishes):
        """Lock the objects in one order for everybody: model, then id."""
        ids_by_model = {}
        for wish in wishes:
            ids_by_model.setdefault(wish["record"]._name, set()).add(wish["record"].id)
        for model in sorted(ids_by_model):
            self.env.cr.execute(
                f'SELECT id FROM "{self.env[model]._table}" WHERE id = ANY(%s) '
                "ORDER BY id FOR NO KEY UPDATE",
                [sorted(ids_by_model[model])],
            )

    @api.model
    def _known_rows(self, wishes):
        steps = self.search(
            [
                ("res_model", "in", sorted({w["record"]._name for w in wishes})),
                ("res_id", "in", sorted({w["record"].id for w in wishes})),
                ("action", "in", sorted({w["action"] for w in wishes})),
            ],
            order="generation",
        )
        known = {}
        for step in steps:
            identity = (
                step.company_id.id,
                step.res_model,
                step.res_id,
                step.action,
                step.key,
                step.observed,
            )
            known.setdefault(identity, []).append(step)
        return known

    @api.model
    def _row(self, wish, plan, desired, amount):
        record = wish["record"]
        return {
            "company_id": wish["company"].id,
            "res_model": record._name,
            "res_id": record.id,
            "action": wish["action"],
            "key": wish["key"],
            "observed": wish["observed"],
            "generation": plan.generation,
            "quantity": plan.delta,
            "desired": desired,
            "uom_id": wish["uom"].id if wish.get("uom") else None,
            "amount": amount,
            "currency_id": wish["currency"].id if wish.get("currency") else None,
            "state": "waiting",
            "shipment_id": wish["shipment"].id if wish.get("shipment") else None,
            "order_id": wish["order"].id if wish.get("order") else None,
            "policy_id": wish["policy"].id if wish.get("policy") else None,
            "policy_version": wish.get("policy_version")
            or (wish["policy"].version if wish.get("policy") else None),
            "event_id": wish.get("event_id") or None,
            "inputs": Json(wish.get("inputs") or {}),
            "correlation_id": wish.get("correlation_id")
            or (wish["shipment"].correlation_id if wish.get("shipment") else None),
            "approvers_needed": wish.get("approvers", 0),
            "not_before": wish.get("not_before") or None,
            "attempts": 0,
            "asked_at": fields.Datetime.now(),
            "asked_by": (wish.get("asked_by") or self.env.user).id,
        }

    @api.model
    def _insert(self, rows):
        """Insert steps by SQL: a twin written since our snapshot makes the database
        raise a serialization error, which is retried with a new snapshot.
        """
        if not rows:
            return self.browse()
        names = ", ".join(f'"{name}"' for name in INSERT_COLUMNS)
        inserted = self.env.cr.execute_values(
            f"INSERT INTO logistics_effect ({names}) VALUES %s "
            "ON CONFLICT DO NOTHING RETURNING id",
            [tuple(row[name] for name in INSERT_COLUMNS) for row in rows],
            page_size=1000,
            fetch=True,
        )
        self.invalidate_model()
        return self.browse([row[0] for row in inserted])

    def _askers(self):
        """Return on whose word the step is to be taken: who asked, and who told or
        withdrew what it follows from. What a partner said is nobody's word.

        :rtype: res.users
        """
        self.ensure_one()
        return self.asked_by | self.event_id._people_behind()

    def _ask_approval(self):
        needing = self.filtered(
            lambda step: step.approvers_needed and not step.observed
        )
        if needing:
            self.env["logistics.approval"]._ask(needing)


def _amount(wish, delta, steps):
    """Return the value of a step: what it adds, its share of the wish, or of what it
    takes back.

    :param logistics.effect steps: The earlier steps of the same key.
    :rtype: float
    """
    if delta > 0 and "step_amount" in wish:
        return wish["step_amount"]
    desired = ledger.quantity(wish["desired"])
    if desired:
        return (wish.get("amount") or 0.0) * float(abs(delta) / abs(desired))
    for step in reversed(steps):
        if step.quantity and step.amount:
            return abs(step.amount / step.quantity) * float(abs(delta))
    return 0.0


def _identity(wish):
    record = wish["record"]
    return (
        wish["company"].id,
        record._name,
        record.id,
        wish["action"],
        wish["key"],
        wish["observed"],
    )


def _ledger_row(step):
    return ledger.EffectRow(
        generation=step.generation,
        quantity=ledger.quantity(step.quantity),
        state=step.state,
        desired=ledger.quantity(step.desired),
        pinned=step.pinned,
    )
