import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .ledger import trusted

APPROVER_GROUP = "logistics_events.logistics_events_group_finance"


class LogisticsApproval(models.Model):
    """Who asked for a step that moves money, and who agreed.

    Enforced here, so that the screen, RPC, import and server actions obey alike.
    """

    _name = "logistics.approval"
    _inherit = "logistics.ledger.mixin"
    _description = "Approval"
    _order = "id desc"

    effect_id = fields.Many2one(
        "logistics.effect",
        string="Action Taken",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("void", "Void"),
        ],
        string="Status",
        required=True,
        default="waiting",
    )
    needed = fields.Integer(required=True, string="People Needed")
    requested_by = fields.Many2one("res.users", required=True)
    edited_by = fields.Many2one("res.users", help="Who last touched what is decided.")
    asker_ids = fields.Many2many(
        "res.users",
        "logistics_approval_asker_rel",
        string="On the Word Of",
        help="The people without whose deed it would not have been asked for.",
    )
    decided_by_ids = fields.Many2many("res.users", string="Decided By")
    decided_at = fields.Datetime()
    reason = fields.Char()
    lines_hash = fields.Char(
        required=True, help="Fingerprint of what was decided on; a change voids it."
    )
    action = fields.Selection(related="effect_id.action")
    order_id = fields.Many2one(related="effect_id.order_id")
    shipment_id = fields.Many2one(related="effect_id.shipment_id")
    quantity = fields.Float(related="effect_id.quantity")
    amount = fields.Float(related="effect_id.amount")
    currency_id = fields.Many2one(related="effect_id.currency_id")

    _open_uniq = models.UniqueIndex(
        "(effect_id) WHERE state = 'waiting'", "Already asked."
    )

    @api.model
    def _ask(self, effects):
        """Ask for a decision on each of the effects."""
        asked = trusted(self.sudo()).create(
            [
                {
                    "effect_id": effect.id,
                    "company_id": effect.company_id.id,
                    "needed": effect.approvers_needed,
                    "requested_by": effect.asked_by.id or self.env.uid,
                    "asker_ids": [fields.Command.set(effect._askers().ids)],
                    "lines_hash": self._fingerprint(effect),
                }
                for effect in effects
            ]
        )
        asked._remind()

    def _remind(self):
        """Open one exception for all that is decided together."""
        Exception_ = self.env["logistics.exception"].sudo()
        for (subject, key), approvals in self.grouped(lambda one: one._about()).items():
            together = approvals._decided_together()
            vals = together._reminder_vals()
            Exception_._open(
                "approval_waiting",
                subject,
                vals["summary"],
                key=key,
                company=together.company_id,
                shipment=together.shipment_id,
                order=together.order_id,
                times=len(approvals),
            ).write(vals)

    def _reminder_vals(self):
        """Return what an exception says about decisions that are taken together.

        :rtype: dict
        """
        effects = self.effect_id
        said = effects[0]._said()
        if len(effects) > 1:
            text = self.env._(
                "%(action)s waits for %(count)s decisions.",
                action=said,
                count=len(effects),
            )
        else:
            text = self.env._("%s waits for a decision.", said)
        return {
            "summary": text,
            "amount": sum(effects.mapped("amount")),
            "effect_id": effects[0].id,
        }

    def _about(self):
        """Return what a decision is about: one action, delivery and order, one asker.

        :return: The record an exception is opened about, and its key.
        :rtype: tuple[odoo.models.BaseModel, str]
        """
        self.ensure_one()
        effect = self.effect_id
        people = ",".join(map(str, sorted((self.requested_by | self.asker_ids).ids)))
        return (
            effect.shipment_id or effect.order_id or effect,
            f"{effect.action}:{effect.order_id.id}:{people}",
        )

    def _decided_together(self):
        """Return all that waits for a decision about the same.

        :rtype: logistics.approval
        """
        one = self[:1]
        return one.search(
            [
                ("state", "=", "waiting"),
                ("company_id", "=", one.company_id.id),
                ("effect_id.action", "=", one.action),
                ("effect_id.shipment_id", "=", one.shipment_id.id),
                ("effect_id.order_id", "=", one.order_id.id),
            ],
            order="id",
        ).filtered(lambda approval: approval._about() == one._about())

    @api.model
    def _fingerprint(self, effect):
        text = "|".join(
            str(part)
            for part in (
                effect.company_id.id,
                effect.res_model,
                effect.res_id,
                effect.action,
                effect.key,
                effect.generation,
                effect.quantity,
                effect.amount,
                effect.inputs,
            )
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def action_approve(self):
        """Agree. The step is taken once as many people agreed as the rule asks.

        :raise AccessError: When the user asked for it, edited it, agreed already or is
            no approver.
        :raise UserError: When it is decided already or the step changed since.
        """
        done = self.browse()
        for approval in self:
            approval._check_decidable()
            if self.env.user in approval.decided_by_ids:
                raise AccessError(
                    self.env._("You agreed already; a second person must.")
                )
            decided = approval.sudo().decided_by_ids | self.env.user
            vals = {"decided_by_ids": [fields.Command.set(decided.ids)]}
            if len(decided) >= approval.needed:
                vals |= {"state": "approved", "decided_at": fields.Datetime.now()}
            trusted(approval.sudo()).write(vals)
            if len(decided) >= approval.needed:
                done |= approval
        if done:
            done._solve_reminder(self.env._("Approved."))
            done.effect_id._wake()
        return True

    def action_refuse(self, reason=None):
        """Refuse. The step is not taken until the facts ask for something else."""
        for approval in self:
            approval._check_decidable()
            if not (reason or "").strip():
                raise UserError(self.env._("Say why this is refused."))
            trusted(approval.sudo()).write(
                {
                    "state": "refused",
                    "decided_by_ids": [fields.Command.link(self.env.uid)],
                    "decided_at": fields.Datetime.now(),
                    "reason": reason,
                }
            )
            approval.effect_id.sudo()._set_state("rejected")
        self._solve_reminder(self.env._("Refused: %s", reason))
        return True

    def _check_decidable(self):
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not user.has_group(APPROVER_GROUP):
            raise AccessError(self.env._("Only finance approves actions."))
        if user in self._involved():
            raise AccessError(
                self.env._(
                    "Who asked for an action cannot approve it: ask a colleague."
                )
            )
        if self.state != "waiting" or self.effect_id.state != "waiting":
            raise UserError(self.env._("This is decided already."))
        if self.lines_hash != self.sudo()._fingerprint(self.effect_id.sudo()):
            raise UserError(self.env._("The action changed since it was asked for."))

    def _involved(self):
        """Return who cannot agree: whoever asked, caused it, or edited what is asked.

        :rtype: res.users
        """
        approvals = self.sudo()
        return approvals.requested_by | approvals.asker_ids | approvals.edited_by

    def _solve_reminder(self, solution):
        """Say what is left to decide, and close what is decided as a whole."""
        Exception_ = self.env["logistics.exception"].sudo()
        for (subject, key), approvals in (
            self.sudo().grouped(lambda one: one._about()).items()
        ):
            found = Exception_._find_open("approval_waiting", subject, key)
            if left := approvals._decided_together():
                found.write(left._reminder_vals())
            else:
                found._close(solution)

    def _void(self):
        """The step was replaced: whatever was decided about it no longer counts."""
        waiting = self.filtered(lambda approval: approval.state != "void")
        if waiting:
            trusted(waiting.sudo()).write({"state": "void"})
            waiting._solve_reminder(self.env._("The action was replaced."))
