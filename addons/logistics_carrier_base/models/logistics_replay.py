"""Which messages were read again, who wanted and allowed it, and what it changed."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import trusted

from .logistics_message import CATEGORIES
from .logistics_message_replay import DRY_RUN_LIMIT

OPEN_STATES = ("waiting", "running")


class LogisticsReplay(models.Model):
    """One reading of stored messages again: who, which, how many, how much money."""

    _name = "logistics.replay"
    _inherit = "logistics.ledger.mixin"
    _description = "Messages Read Again"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    connection_id = fields.Many2one(
        "logistics.connection", ondelete="restrict", index="btree_not_null"
    )
    received_from = fields.Datetime()
    received_to = fields.Datetime()
    adapter_version = fields.Char()
    category = fields.Selection(CATEGORIES)
    chosen_ids = fields.Json(help="Ids of messages that were chosen one by one.")
    last_message_id = fields.Integer(required=True, help="Newer messages stay out.")
    requested_by = fields.Many2one("res.users", required=True)
    requested_at = fields.Datetime(required=True, default=fields.Datetime.now)
    state = fields.Selection(
        [
            ("waiting", "Waits for a Second Person"),
            ("running", "Being Read"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
    )
    needs_second = fields.Boolean(string="Two People", required=True)
    decided_by = fields.Many2one("res.users", string="Second Person")
    decided_at = fields.Datetime()
    cancelled_by = fields.Many2one("res.users")
    finished_at = fields.Datetime()
    cursor = fields.Integer(help="The last message that was read.")
    message_count = fields.Integer(string="Messages")
    tried_count = fields.Integer(string="Messages Tried")
    amount_tried = fields.Monetary(
        string="Money in the Trial", help="What the trial would move, both ways."
    )
    done_count = fields.Integer(string="Messages Read")
    unreadable_count = fields.Integer(string="Still Unreadable")
    action_count = fields.Integer(string="Actions Asked For")
    amount = fields.Monetary(
        string="Money", help="What was asked for, less what was taken back."
    )
    progress = fields.Float(compute="_compute_progress")

    _running_idx = models.Index("(id) WHERE state = 'running'")

    @api.depends("connection_id", "requested_at")
    def _compute_display_name(self):
        for replay in self:
            at = replay.requested_at and fields.Datetime.context_timestamp(
                replay, replay.requested_at
            )
            parts = (
                replay.sudo().connection_id.name or self.env._("Chosen messages"),
                at and at.strftime("%Y-%m-%d %H:%M"),
            )
            replay.display_name = " · ".join(part for part in parts if part)

    @api.depends("message_count", "done_count", "state")
    def _compute_progress(self):
        for replay in self:
            read = 100.0 * replay.done_count / max(replay.message_count, 1)
            replay.progress = 100.0 if replay.state == "done" else min(read, 100.0)

    # === BUSINESS METHODS === #

    @api.model
    def _criteria_domain(self, criteria):
        """Return the domain of the messages that are meant.

        :param dict criteria: `chosen_ids`, or `connection_id` and where given
            `received_from`, `received_to`, `adapter_version` and `category`.
        :rtype: list
        :raise UserError: Without a choice and without a connection.
        """
        # Where the bytes are erased, there is nothing to read again.
        domain = [("state", "in", ["done", "dead"]), ("erased_at", "=", False)]
        if criteria.get("chosen_ids"):
            return [*domain, ("id", "in", criteria["chosen_ids"])]
        if not criteria.get("connection_id"):
            raise UserError(self.env._("Choose messages, or a connection."))
        domain.append(("connection_id", "=", criteria["connection_id"]))
        for name, operator in (
            ("received_from", ">="),
            ("received_to", "<="),
            ("adapter_version", "="),
            ("category", "="),
        ):
            if criteria.get(name):
                field = "received_at" if name.startswith("received") else name
                domain.append((field, operator, criteria[name]))
        return domain

    @api.model
    def _request(self, criteria):
        """Note a wish to read messages again, and begin unless a second person must.

        What it would do is tried here once more: nobody hands in a smaller amount.

        :param dict criteria: See `_criteria_domain`.
        :rtype: logistics.replay
        :raise UserError: When no message is meant, or those of several companies.
        """
        Message = self.env["logistics.message"]
        Message._check_may_replay()
        # As the person: what they do not see, they do not read again.
        domain = self._criteria_domain(criteria)
        messages = Message.search(domain, order="id", limit=DRY_RUN_LIMIT)
        if not messages:
            raise UserError(self.env._("No stored message is meant."))
        total = Message.search_count(domain)
        company = messages.company_id
        if len(company) > 1:
            raise UserError(self.env._("Read the messages of one company at a time."))
        moved = self._moved(messages.sudo()._dry_run(), company)
        second = total > len(messages) or (
            company.currency_id.compare_amounts(
                moved, company.sudo().logistics_replay_limit
            )
            > 0
        )
        connection = messages.connection_id
        replay = trusted(self.sudo()).create(
            criteria
            | {
                "company_id": company.id,
                "connection_id": connection.id if len(connection) == 1 else False,
                "last_message_id": Message.search(domain, order="id desc", limit=1).id,
                "requested_by": self.env.uid,
                "state": "waiting" if second else "running",
                "needs_second": second,
                "message_count": total,
                "tried_count": len(messages),
                "amount_tried": moved,
            }
        )
        if second:
            replay._ask_second_person()
        else:
            replay._wake()
        return replay.sudo(False)

    @api.model
    def _moved(self, changes, company):
        """Return how much money a trial moves, both ways, in the company's currency.

        :rtype: float
        """
        Currency = self.env["res.currency"].with_context(active_test=False)
        codes = {change["currency"] for change in changes if change.get("currency")}
        known = {one.name: one for one in Currency.search([("name", "in", [*codes])])}
        return sum(
            known[change["currency"]]._convert(
                abs(change["amount"]), company.currency_id, company
            )
            for change in changes
            if change.get("currency")
        )

    def _ask_second_person(self):
        self.env["logistics.exception"].sudo()._open(
            "approval_waiting",
            self,
            self.env._(
                "%(name)s wants to read %(number)s messages again; a second person "
                "agrees or cancels.",
                name=self.requested_by.name,
                number=self.message_count,
            ),
            amount=self.amount_tried,
        )

    def _solve_reminder(self, solution):
        self.env["logistics.exception"].sudo()._solve(
            "approval_waiting", self.sudo(), solution
        )

    @api.model
    def _wake(self, at=None):
        self.env.ref("logistics_carrier_base.ir_cron_read_again").sudo()._trigger(at)
