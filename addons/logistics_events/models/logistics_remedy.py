"""What people did about a problem, and how each of it is undone."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .ledger import trusted

OPERATIONS_GROUP = "logistics_events.logistics_events_group_user"


class LogisticsRemedy(models.Model):
    """One thing that was done because of an exception; the row that undoes it."""

    _name = "logistics.remedy"
    _inherit = "logistics.ledger.mixin"
    _description = "What Was Done"
    _order = "id desc"
    _rec_name = "summary"

    exception_id = fields.Many2one(
        "logistics.exception", required=True, ondelete="restrict", index=True
    )
    shipment_id = fields.Many2one(
        "logistics.shipment", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    kind = fields.Selection(
        [
            ("address", "Address Corrected"),
            ("reship", "Sent Again"),
            ("return", "Return Expected"),
            ("claim", "Claim Opened"),
        ],
        required=True,
    )
    summary = fields.Char(required=True)
    reason = fields.Char(string="Why")
    picking_ids = fields.Many2many(
        "stock.picking", "logistics_remedy_picking_rel", string="Transfers Made"
    )
    made_shipment_id = fields.Many2one(
        "logistics.shipment",
        string="Shipment Made",
        ondelete="restrict",
        index="btree_not_null",
    )
    is_whole = fields.Boolean(help="All goods of the shipment were sent again.")
    claim_id = fields.Many2one("logistics.claim", ondelete="restrict")
    partner_before_id = fields.Many2one("res.partner", ondelete="restrict")
    partner_after_id = fields.Many2one("res.partner", ondelete="restrict")
    redirected_ids = fields.Many2many(
        "stock.picking",
        "logistics_remedy_redirected_rel",
        string="Transfers Redirected",
    )
    event_id = fields.Many2one("logistics.event", ondelete="restrict")
    settled = fields.Boolean(string="Closed the Exception")
    user_id = fields.Many2one("res.users", string="Done By", required=True)
    done_at = fields.Datetime(required=True, default=fields.Datetime.now)
    undone_at = fields.Datetime()
    undone_by_id = fields.Many2one("res.users", string="Undone By")
    undone_reason = fields.Char(string="Why Undone")

    # === ACTIONS === #

    def action_undo_dialog(self):
        """Ask why it is undone."""
        return self.env["logistics.reason"]._dialog("undo_remedy", self)

    def action_undo(self, reason):
        """Undo what was done, and bring the exception back while it still stands.

        :param str reason: Why; kept.
        :return: The window in which somebody outside is told, if that is needed.
        :rtype: dict | None
        :raise AccessError: For people who may not do it either.
        :raise UserError: Without a reason, or when it is too late or undone already.
        """
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is undone."))
        window = None
        for remedy in self:
            remedy._check_may_do(remedy.kind)
            if remedy.undone_at:
                raise UserError(self.env._("This was undone already."))
            remedy_sudo = remedy.sudo()
            window = getattr(remedy_sudo, f"_undo_{remedy.kind}")(reason) or window
            trusted(remedy_sudo).write(
                {
                    "undone_at": fields.Datetime.now(),
                    "undone_by_id": self.env.uid,
                    "undone_reason": reason,
                }
            )
            if remedy.settled:
                remedy_sudo.exception_id._reopen_while_it_stands()
        return window

    def action_open(self):
        """Open what was made.

        :raise UserError: When nothing was made that can be opened.
        """
        self.ensure_one()
        self.check_access("read")
        record = (
            self.claim_id
            or self.picking_ids[:1]
            or self.made_shipment_id
            or self.partner_after_id
        )
        if not record:
            raise UserError(self.env._("Nothing was made that can be opened."))
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _check_may_do(self, kind):
        """Check who does something about a problem.

        :param str kind: A value of `kind`.
        :raise AccessError: For other people.
        """
        if kind == "claim":
            self.env["logistics.claim"]._check_may_claim()
        elif not (self.env.su or self.env.user.has_group(OPERATIONS_GROUP)):
            raise AccessError(
                self.env._("Only logistics users change what is on its way.")
            )

    @api.model
    def _record(self, exception, kind, summary, reason, settles, **more):
        """Keep what was done because of an exception.

        :param logistics.exception exception: Why it was done.
        :param str kind: A value of `kind`.
        :param str summary: One sentence for a person.
        :param str reason: The person's own words, may be empty.
        :param bool settles: Whether the exception is solved by it.
        :param more: Further columns.
        :rtype: logistics.remedy
        """
        remedy = trusted(self.sudo()).create(
            {
                "exception_id": exception.id,
                "shipment_id": exception.shipment_id.id,
                "company_id": exception.company_id.id,
                "kind": kind,
                "summary": summary,
                "reason": reason,
                "settled": settles,
                "user_id": self.env.uid,
            }
            | more
        )
        exception_sudo = exception.sudo()
        if settles:
            exception_sudo._close(summary)
        exception_sudo._message_log(body=summary)
        return remedy

    # === UNDO, ONE METHOD PER KIND === #

    def _undo_address(self, reason):
        shipment = self.shipment_id
        stands = shipment.partner_id == self.partner_after_id
        if stands:
            shipment.partner_id = self.partner_before_id
        for picking in self.redirected_ids:
            if picking.state not in ("done", "cancel") and (
                picking.partner_id == self.partner_after_id
            ):
                picking.partner_id = self.partner_before_id
        self.partner_after_id.active = False
        shipment._withdraw_once(self.event_id, reason)
        # The carrier was told of the other address, and is told of this one now.
        return (
            self.exception_id._tell_carrier(self.partner_before_id) if stands else None
        )

    def _undo_reship(self, reason):
        self._cancel_transfers()

    def _undo_return(self, reason):
        self._cancel_transfers()

    def _undo_claim(self, reason):
        if self.claim_id.state == "open":
            self.claim_id.action_withdraw(reason)

    def _cancel_transfers(self):
        done = self.picking_ids.filtered(lambda picking: picking.state == "done")
        if done:
            raise UserError(
                self.env._(
                    "%s is done already: return the goods instead.",
                    ", ".join(done.mapped("name")),
                )
            )
        self.picking_ids.action_cancel()


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    remedy_ids = fields.One2many(
        "logistics.remedy", "shipment_id", string="What Was Done"
    )
    claim_ids = fields.One2many("logistics.claim", "shipment_id", string="Claims")


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    remedy_ids = fields.One2many(
        "logistics.remedy", "exception_id", string="What Was Done"
    )

    def _still_stands(self):
        """Return whether the facts still say what the exception says.

        :rtype: bool
        """
        self.ensure_one()
        if self.category == "delivery_problem":
            return bool(self.shipment_id.trouble)
        if self.category == "no_news":
            return bool(self.shipment_id.quiet_kind)
        return True

    def _reopen_while_it_stands(self):
        """Bring solved exceptions back, unless the facts or a newer one have it."""
        for exception in self.filtered(lambda one: one.state == "solved"):
            if exception._still_stands() and not exception._twin():
                exception.action_reopen()
