"""A number that several open parcels have: a person says which one is meant."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import vocabulary

# In the key of the exception, before the number.
AMBIGUOUS = "ambiguous:"
_WAITING = [("reason", "=", "ambiguous"), ("foreign_rule_id", "=", False)]


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    chosen_connection_ids = fields.Many2many(
        "logistics.connection",
        "logistics_parcel_chosen_connection_rel",
        "parcel_id",
        "connection_id",
        string="Chosen For",
        copy=False,
        readonly=True,
        help="Where several parcels have this number, these partners mean this one: a "
        "person said so.",
    )


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    def _candidates(self, key):
        """Return the parcels a number of this partner may be about, open ones first.

        :param str key: The normalised number.
        :rtype: logistics.parcel
        """
        self.ensure_one()
        carriers = self.carrier_ids
        parcels = (
            self.env["logistics.parcel"]
            .search(
                [
                    ("tracking_key", "=", key),
                    ("company_id", "in", self._companies().ids),
                ]
            )
            .filtered(
                lambda parcel: (
                    not carriers
                    or not parcel.carrier_id
                    or parcel.carrier_id in carriers
                )
            )
        )
        return parcels.filtered(lambda parcel: not parcel.closed_at) or parcels

    def _ask_which(self, key):
        """Open one exception that asks which parcel a number is about.

        :param str key: The normalised number.
        """
        self.ensure_one()
        shipments = self.sudo()._candidates(key).shipment_id
        self.env["logistics.exception"]._open(
            "unmatched",
            self,
            self.env._(
                "%(name)s reports on %(number)s, and several deliveries have that "
                "number: %(candidates)s.",
                name=self.name,
                number=key,
                candidates=", ".join(
                    f"{shipment.name} ({shipment.carrier_id.name})"
                    if shipment.carrier_id
                    else shipment.name
                    for shipment in shipments
                ),
            ),
            key=f"{AMBIGUOUS}{key}",
        )

    def _choose(self, parcel):
        """Read a number of this partner as the number of one parcel from now on.

        Choosing another parcel undoes it for what comes; *Unlink* on an event undoes
        what was recorded.

        :param logistics.parcel parcel: Which of the candidates is meant.
        :raise UserError: For a parcel that is none of them.
        """
        self.ensure_one()
        self.env["logistics.foreign.rule"]._check_may_decide()
        self.check_access("read")
        parcel.check_access("read")
        candidates = self.sudo()._candidates(parcel.tracking_key)
        if not parcel or parcel not in candidates:
            raise UserError(self.env._("Choose one of the deliveries with the number."))
        # Each company has its own: what is meant there stays.
        others = candidates.grouped("company_id")[parcel.sudo().company_id] - parcel
        others.write({"chosen_connection_ids": [(3, self.id)]})
        parcel.sudo().write({"chosen_connection_ids": [(4, self.id)]})
        self.env["logistics.exception"]._solve(
            "unmatched",
            self,
            self.env._("It is about %s.", parcel.shipment_id.name),
            key=f"{AMBIGUOUS}{parcel.tracking_key}",
        )
        self.env["logistics.message.unmatched"]._release([parcel.tracking_key])

    def _watch_foreign(self, solved_since=None):
        """Extend to close the questions about numbers that nothing waits for."""
        result = super()._watch_foreign(solved_since)
        waiting = {
            (connection.id, key)
            for connection, key in self.env["logistics.message.unmatched"]
            .sudo()
            ._read_group(
                [("connection_id", "in", self.ids), *_WAITING],
                ["connection_id", "tracking_key"],
            )
        }
        asked = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("category", "=", "unmatched"),
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("subject_key", "like", f",{AMBIGUOUS}"),
                    ("state", "in", ["open", "snoozed"]),
                ]
            )
        )
        over = asked.filtered(
            lambda one: (one.res_id, one.ambiguous_number) not in waiting
        )
        over._close(self.env._("No message waits for it any more."))
        if solved_since:
            known = {(one.res_id, one.ambiguous_number) for one in asked}
            for connection_id, key in sorted(waiting - known):
                connection = self.browse(connection_id)
                connection._reopen_foreign(solved_since, f"{AMBIGUOUS}{key}")
        return result


class LogisticsMessageUnmatched(models.Model):
    _inherit = "logistics.message.unmatched"

    @api.model
    def _park(self, rows):
        """Extend to ask at once which parcel is meant where several are."""
        result = super()._park(rows)
        asked = {(row[1], row[3]) for row in rows if row[4] == "ambiguous"}
        rule_of = self.env["logistics.foreign.rule"]._of(
            {connection_id for connection_id, _key in asked},
            {key for _connection_id, key in asked},
        )
        for connection_id, key in sorted(asked):
            if not rule_of(connection_id, key):
                self.env["logistics.connection"].browse(connection_id)._ask_which(key)
        return result


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    ambiguous_number = fields.Char(compute="_compute_ambiguous_number")

    @api.depends("subject_key")
    def _compute_ambiguous_number(self):
        for exception in self:
            found = (exception.subject_key or "").partition(f",{AMBIGUOUS}")[2]
            exception.ambiguous_number = found or False

    def action_choose_parcel(self):
        """Open the dialog that says which delivery a number is about.

        :raise UserError: When the exception is about no such number.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.ambiguous_number:
            raise UserError(self.env._("There is no number to choose a delivery for."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which Delivery Is Meant"),
            "res_model": "logistics.parcel.choose",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_connection_id": self.res_id,
                "default_tracking_key": vocabulary.normalise_tracking(
                    self.ambiguous_number
                ),
            },
        }
