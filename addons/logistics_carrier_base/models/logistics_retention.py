"""How long messages, refused ones and labels are kept."""

from odoo import fields, models
from odoo.exceptions import UserError

# What nobody could read or place is needed as it came while somebody is asked about it.
_DUE_MESSAGES = """
    SELECT m.id, array_agg(l.shipment_id) FILTER (WHERE l.shipment_id IS NOT NULL)
      FROM (SELECT id FROM logistics_message
             WHERE company_id = %(company)s AND id > %(after)s
               AND state IN ('done', 'dead') AND erased_at IS NULL AND {which}
               AND NOT EXISTS (
                   SELECT FROM logistics_exception x
                    WHERE x.state IN ('open', 'snoozed')
                      AND x.res_model = 'logistics.connection'
                      AND x.res_id = logistics_message.connection_id
                      AND (x.category = 'unreadable'
                           AND logistics_message.state = 'dead'
                        OR x.category = 'unmatched' AND EXISTS (
                           SELECT FROM logistics_message_unmatched u
                            WHERE u.message_id = logistics_message.id
                              AND u.foreign_rule_id IS NULL)))
             ORDER BY id LIMIT %(limit)s) m
      LEFT JOIN logistics_sighting s ON s.message_id = m.id
      LEFT JOIN logistics_event_link l ON l.event_id = s.event_id AND l.is_current
     GROUP BY m.id ORDER BY m.id
"""
# While somebody looks into an attack, its messages stay.
_DUE_REFUSED = """
    SELECT id, NULL::int[] FROM logistics_message
     WHERE company_id = %(company)s AND id > %(after)s AND state = 'rejected'
       AND {which} AND NOT EXISTS (
           SELECT FROM logistics_exception x
            WHERE x.category = 'security' AND x.state IN ('open', 'snoozed')
              AND x.res_model = 'logistics.connection'
              AND x.res_id = logistics_message.connection_id)
     ORDER BY id LIMIT %(limit)s
"""
# A label shows an address; it is used until there is no more news of the transfer.
_DUE_LABELS = """
    SELECT id, array_remove(
               (SELECT array_agg(k.shipment_id) FROM logistics_shipment_picking k
                 WHERE k.picking_id = logistics_booking.picking_id) || shipment_id,
               NULL)
      FROM logistics_booking
     WHERE company_id = %(company)s AND id > %(after)s AND {which}
       AND EXISTS (SELECT FROM ir_attachment_logistics_booking_rel r
                    WHERE r.logistics_booking_id = logistics_booking.id)
     ORDER BY id LIMIT %(limit)s
"""


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_message_days = fields.Integer(
        string="Keep Messages (days)",
        groups="base.group_user",
        help="The bytes of messages are erased so long after they came, their hashes "
        "stay; 0 keeps them.",
    )
    logistics_refused_days = fields.Integer(
        string="Keep Refused Messages (days)",
        groups="base.group_user",
        help="Refused messages are deleted so long after they came; 0 keeps them.",
    )

    _logistics_message_days_positive = models.Constraint(
        "CHECK (logistics_message_days >= 0 AND logistics_refused_days >= 0)",
        "Days cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_message_days = fields.Integer(
        related="company_id.logistics_message_days", readonly=False
    )
    logistics_refused_days = fields.Integer(
        related="company_id.logistics_refused_days", readonly=False
    )


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    erased_at = fields.Datetime(
        string="Erased On", help="The bytes are gone; their hash is what was received."
    )

    _refused_idx = models.Index("(company_id, id) WHERE state = 'rejected'")

    def _readable(self):
        """Return the messages whose bytes are still there.

        :rtype: logistics.message
        """
        return self.filtered(lambda message: not message.erased_at)

    def _requeue(self):
        """Override of `logistics_carrier_base`: without bytes there is nothing to read.

        :raise UserError: When none of them has its bytes.
        """
        readable = self._readable()
        if self and not readable:
            raise UserError(
                self.env._("These messages are erased: there is nothing to read again.")
            )
        return super(LogisticsMessage, readable)._requeue()


class LogisticsErasure(models.Model):
    _inherit = "logistics.erasure"

    message_count = fields.Integer(string="Messages", readonly=True, copy=False)
    refused_count = fields.Integer(string="Refused Messages", readonly=True, copy=False)
    label_count = fields.Integer(string="Labels", readonly=True, copy=False)

    def _work(self, dry, between=None):
        """Override of `logistics_events`: of who is forgotten no proof is asked for."""
        counts = super()._work(dry, between)
        if self.kind == "person" and not dry:
            self.env["logistics.proof.request"].sudo().search(
                [
                    ("shipment_id", "in", self._shipments_concerned()),
                    ("state", "=", "waiting"),
                ]
            )._forget()
        return counts

    def _company_days(self, company):
        """Override of `logistics_events` to add the times of messages."""
        days = (company.logistics_message_days, company.logistics_refused_days)
        return super()._company_days(company) + [number for number in days if number]

    def _steps(self):
        """Override of `logistics_events` to erase messages and labels as well."""
        return [
            *super()._steps(),
            ("message_count", self._walk_messages),
            ("refused_count", self._walk_refused),
            ("label_count", self._walk_labels),
        ]

    def _walk_messages(self, work):
        company = self.company_id
        # Names stand in the bytes, too: the shorter time counts.
        days = (company.logistics_message_days, company.logistics_personal_days)
        self._walk(
            work,
            "message_count",
            _DUE_MESSAGES,
            {
                "schedule": "received_at < %(limit_at)s",
                "person": "id IN (SELECT s.message_id FROM logistics_sighting s "
                "JOIN logistics_event_link l ON l.event_id = s.event_id "
                "WHERE l.is_current AND l.shipment_id = ANY(%(shipments)s))",
            },
            min((number for number in days if number), default=0),
            self._erase_messages,
        )

    def _walk_refused(self, work):
        self._walk(
            work,
            "refused_count",
            _DUE_REFUSED,
            # Nobody knows whom a forged message names.
            {"schedule": "received_at < %(limit_at)s", "person": "false"},
            self.company_id.logistics_refused_days,
            self._delete_refused,
        )

    def _walk_labels(self, work):
        self._walk(
            work,
            "label_count",
            _DUE_LABELS,
            {
                "schedule": "create_date < %(limit_at)s AND NOT EXISTS ("
                "SELECT FROM logistics_shipment_picking k "
                "JOIN logistics_shipment s ON s.id = k.shipment_id "
                "WHERE k.picking_id = logistics_booking.picking_id "
                "AND s.last_event_at >= %(limit_at)s) AND NOT EXISTS ("
                "SELECT FROM logistics_shipment s "
                "WHERE s.id = logistics_booking.shipment_id "
                "AND s.last_event_at >= %(limit_at)s)",
                "person": "(shipment_id = ANY(%(shipments)s) OR picking_id IN ("
                "SELECT k.picking_id FROM logistics_shipment_picking k "
                "WHERE k.shipment_id = ANY(%(shipments)s)))",
            },
            self.company_id.logistics_personal_days,
            self._erase_labels,
            documents=False,
        )

    def _erase_messages(self, ids):
        """Remove the bytes and headers of messages; key, hash and size stay.

        Their numbers wait for no parcel any more: there is nothing left to read.
        """
        self.env.cr.execute(
            "UPDATE logistics_message SET body = NULL, headers = NULL, erased_at = %s "
            "WHERE id = ANY(%s)",
            [fields.Datetime.now(), ids],
        )
        self.env.cr.execute(
            "DELETE FROM logistics_message_unmatched "
            "WHERE message_id = ANY(%s) AND foreign_rule_id IS NULL",
            [ids],
        )

    def _delete_refused(self, ids):
        self.env.cr.execute(
            "DELETE FROM logistics_message WHERE id = ANY(%s) AND state = 'rejected'",
            [ids],
        )

    def _erase_labels(self, ids):
        """Delete the labels of bookings; number and price stay."""
        self.env["logistics.booking"].sudo().browse(ids).label_ids.unlink()
