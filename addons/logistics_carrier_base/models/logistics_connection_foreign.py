"""One exception per connection for all the numbers nobody knows."""

from datetime import timedelta

from odoo import api, fields, models


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    foreign_days = fields.Integer(
        string="Ask about Unknown Numbers after Days",
        default=3,
        help="So long an unknown number waits for its delivery before somebody is "
        "asked about it. 0: never ask.",
    )
    foreign_rule_ids = fields.One2many(
        "logistics.foreign.rule", "connection_id", string="Not Ours"
    )

    _foreign_days_positive = models.Constraint(
        "CHECK (foreign_days >= 0)", "Days are not negative."
    )

    @api.model
    def _cron_watch_foreign(self):
        """Ask about numbers that waited too long, and close what is cleared up."""
        connections = self.with_context(active_test=False).search(
            [("company_id", "!=", False)]
        )
        connections._watch_foreign()

    def _watch_foreign(self, solved_since=None):
        """Open, count or close the one exception of each connection.

        :param datetime solved_since: What was solved since then is opened again
            instead of a new one.
        """
        Exception_ = self.env["logistics.exception"]
        for connection, number in self._foreign_counts().items():
            found = Exception_._find_open("unmatched", connection)
            if number and not found and solved_since:
                found = connection._reopen_foreign(solved_since)
            if not number:
                found._close(self.env._("No unknown number is left."))
                continue
            text = self.env._(
                "%(name)s reports on %(number)s unknown numbers for more than %(days)s "
                "days.",
                name=connection.name,
                number=number,
                days=connection.foreign_days,
            )
            if not found:
                Exception_._open("unmatched", connection, text, times=number)
            elif found.count != number:
                found.write(
                    {
                        "count": number,
                        "summary": text,
                        "last_at": fields.Datetime.now(),
                    }
                )

    def _reopen_foreign(self, solved_since, key=None):
        """Open the exception again that was solved last, if it was since a moment.

        :param datetime solved_since: The moment.
        :param str key: Tells the one of a number that several deliveries have.
        :return: The exception, empty when there is none.
        :rtype: logistics.exception
        """
        self.ensure_one()
        subject_key = f"{self._name},{self.id}" + (f",{key}" if key else "")
        found = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("category", "=", "unmatched"),
                    ("subject_key", "=", subject_key),
                    ("state", "=", "solved"),
                    ("solved_at", ">=", solved_since),
                ],
                order="solved_at desc, id desc",
                limit=1,
            )
        )
        if found:
            found.action_reopen()
        return found

    def _foreign_counts(self):
        """Return how many unknown numbers waited too long, by connection.

        :rtype: dict[logistics.connection, int]
        """
        counts = dict.fromkeys(self, 0)
        Unmatched = self.env["logistics.message.unmatched"].sudo()
        now = fields.Datetime.now()
        for days, connections in self.grouped("foreign_days").items():
            if not days:
                continue
            counts |= dict(
                Unmatched._read_group(
                    [
                        ("connection_id", "in", connections.ids),
                        ("foreign_rule_id", "=", False),
                        # Where several parcels match, that is asked at once.
                        ("reason", "=", "unknown"),
                        ("first_seen_at", "<=", now - timedelta(days=days)),
                    ],
                    ["connection_id"],
                    ["tracking_key:count_distinct"],
                )
            )
        return counts

    # === ACTIONS === #

    def action_view_unmatched(self):
        """Open the unknown numbers of the connection."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "logistics_carrier_base.logistics_message_unmatched_action"
        )
        return action | {
            "domain": [("connection_id", "=", self.id)],
            "context": {"search_default_waiting": 1, "search_default_group_number": 1},
        }

    def _not_ours_dialog(self, numbers=()):
        """Return the window that says which numbers are not ours.

        :param list[str] numbers: What was chosen, may be empty.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not Ours"),
            "res_model": "logistics.foreign.declare",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_connection_id": self.id,
                "default_kind": "number" if numbers else "prefix",
                "default_numbers": "\n".join(numbers),
            },
        }
