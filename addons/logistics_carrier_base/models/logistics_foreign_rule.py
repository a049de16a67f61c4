"""Numbers that are somebody else's: said once, ignored silently from then on."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events import vocabulary
from odoo.addons.logistics_events.models.ledger import trusted

DECIDER_GROUPS = (
    "logistics_events.logistics_events_group_user",
    "logistics_events.logistics_events_group_integration",
)


class LogisticsForeignRule(models.Model):
    """A person's word that numbers of a connection are not ours.

    The messages are kept, and a number that is typed on a delivery all the same is
    read again: only nobody is asked about it any more.
    """

    _name = "logistics.foreign.rule"
    _inherit = "logistics.ledger.mixin"
    _description = "Not Ours"
    _order = "id desc"
    _rec_name = "value"

    connection_id = fields.Many2one(
        "logistics.connection", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    kind = fields.Selection(
        [
            ("number", "This Number"),
            ("prefix", "Numbers Beginning With"),
            ("account", "The Whole Account"),
        ],
        required=True,
    )
    value = fields.Char(help="The number or its beginning, as it is compared.")
    reason = fields.Char(string="Why")
    user_id = fields.Many2one("res.users", string="Decided By", required=True)
    decided_at = fields.Datetime(required=True, default=fields.Datetime.now)
    withdrawn_at = fields.Datetime()
    withdrawn_by_id = fields.Many2one("res.users", string="Withdrawn By")
    ignored_count = fields.Integer(
        compute="_compute_ignored_count", string="Numbers Ignored"
    )

    _live_uniq = models.UniqueIndex(
        "(connection_id, kind, value) NULLS NOT DISTINCT WHERE withdrawn_at IS NULL",
        "This was said already.",
    )

    def _compute_ignored_count(self):
        counts = dict(
            self.env["logistics.message.unmatched"]
            .sudo()
            ._read_group(
                [("foreign_rule_id", "in", self.ids)],
                ["foreign_rule_id"],
                ["tracking_key:count_distinct"],
            )
        )
        for rule in self:
            rule.ignored_count = counts.get(rule, 0)

    # === ACTIONS === #

    def action_withdraw(self):
        """Undo “Not Ours”: the numbers are waited for and asked about again.

        :raise AccessError: For anybody but operations and integration.
        :raise UserError: When it is withdrawn already.
        """
        self.check_access("read")
        self._check_may_decide()
        if any(rule.withdrawn_at for rule in self):
            raise UserError(self.env._("This was withdrawn already."))
        rules = self.sudo()
        trusted(rules).write(
            {"withdrawn_at": fields.Datetime.now(), "withdrawn_by_id": self.env.uid}
        )
        Unmatched = self.env["logistics.message.unmatched"].sudo()
        numbers = Unmatched.search([("foreign_rule_id", "in", rules.ids)])
        trusted(numbers).write({"foreign_rule_id": False})
        # Another rule may say the same.
        numbers._mark_foreign()
        rules.connection_id._watch_foreign(min(rules.mapped("decided_at")))
        return True

    def action_view_numbers(self):
        """Open the numbers that are ignored because of it."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "logistics_carrier_base.logistics_message_unmatched_action"
        )
        return action | {
            "domain": [("foreign_rule_id", "=", self.id)],
            "context": {"search_default_ignored": 1},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _check_may_decide(self):
        """Check who says whose numbers they are.

        :raise AccessError: For anybody but operations and integration.
        """
        if not self.env.su and not any(
            self.env.user.has_group(group) for group in DECIDER_GROUPS
        ):
            raise AccessError(
                self.env._(
                    "Only logistics users and integration administrators say which "
                    "numbers are not ours."
                )
            )

    @api.model
    def _declare(self, connection, kind, values, reason):
        """Say that numbers of a connection are not ours; `action_withdraw` undoes it.

        :param logistics.connection connection: Who reports them.
        :param str kind: A value of `kind`.
        :param list[str] values: Numbers or beginnings; one empty text for `account`.
        :param str reason: Why, in the person's own words; may be empty.
        :return: The new rules.
        :rtype: logistics.foreign.rule
        :raise UserError: For an empty number, or what was said already.
        """
        self._check_may_decide()
        connection.check_access("read")
        keys = [""]
        if kind != "account":
            keys = sorted({vocabulary.normalise_tracking(value) for value in values})
        if kind != "account" and not all(keys):
            raise UserError(self.env._("Say which numbers are not ours."))
        known = self.sudo().search(
            [
                ("connection_id", "=", connection.id),
                ("kind", "=", kind),
                ("value", "in", [key or False for key in keys]),
                ("withdrawn_at", "=", False),
            ]
        )
        new = [key for key in keys if key not in {rule.value or "" for rule in known}]
        if not new:
            raise UserError(self.env._("This was said already."))
        rules = trusted(self.sudo()).create(
            [
                {
                    "connection_id": connection.id,
                    "company_id": connection.sudo().company_id.id,
                    "kind": kind,
                    "value": key or False,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for key in new
            ]
        )
        parked = (
            self.env["logistics.message.unmatched"]
            .sudo()
            .search(
                [
                    ("connection_id", "=", connection.id),
                    ("foreign_rule_id", "=", False),
                ]
            )
        )
        parked._mark_foreign()
        connection.sudo()._watch_foreign()
        return rules

    @api.model
    def _of(self, connection_ids, keys):
        """Return which numbers are not ours.

        :param Iterable[int] connection_ids: The connections.
        :param Iterable[str] keys: Normalised numbers.
        :return: `(connection id, number) -> rule id or None`.
        :rtype: Callable[[int, str], int | None]
        """
        numbers, prefixes, accounts = {}, {}, {}
        self.flush_model()
        self.env.cr.execute(
            "SELECT id, connection_id, kind, value FROM logistics_foreign_rule "
            "WHERE withdrawn_at IS NULL AND connection_id = ANY(%s) "
            "AND (kind <> 'number' OR value = ANY(%s)) ORDER BY id",
            [sorted(set(connection_ids)), sorted(set(keys))],
        )
        for rule_id, connection_id, kind, value in self.env.cr.fetchall():
            if kind == "number":
                numbers[connection_id, value] = rule_id
            elif kind == "prefix":
                prefixes.setdefault(connection_id, []).append((value, rule_id))
            else:
                accounts[connection_id] = rule_id

        def rule_of(connection_id, key):
            if (connection_id, key) in numbers:
                return numbers[connection_id, key]
            for prefix, rule_id in prefixes.get(connection_id, ()):
                if key.startswith(prefix):
                    return rule_id
            return accounts.get(connection_id)

        return rule_of
