"""What a booking is about: a transfer, or another record that can be booked."""

from odoo import api, models


class LogisticsBooking(models.Model):
    _inherit = "logistics.booking"

    def _subject(self):
        """Return what is booked.

        :return: A record of `logistics.booked.mixin`.
        """
        self.ensure_one()
        if self.picking_id or not self.res_model:
            return self.picking_id
        return self.env[self.res_model].browse(self.res_id)

    def _numbers(self):
        """Return the tracking numbers that were booked.

        :rtype: list[str]
        """
        self.ensure_one()
        return [number for number in (self.numbers or "").split(", ") if number]

    @api.model
    def _of(self, subject):
        """Return the bookings of records that are no transfers.

        :param subject: Records of `logistics.booked.mixin`.
        :rtype: logistics.booking
        """
        return self.sudo().search(
            [("res_model", "=", subject._name), ("res_id", "in", subject.ids)]
        )

    @api.model
    def _ask_again(self, subject, connection):
        """Put a record in line; a label it has already is cancelled.

        :param subject: A record of `logistics.booked.mixin`.
        :param logistics.connection connection: With whom it is booked.
        """
        self._of(subject).filtered(lambda one: one.state == "booked")._give_up()
        self._ask_for(subject, connection)

    @api.model
    def _ask_for(self, subject, connection):
        """Put a record that is no transfer in line.

        One that waits or is booked stays as it is; one that failed is tried again
        under the same key.

        :param subject: A record of `logistics.booked.mixin`.
        :param logistics.connection connection: With whom it is booked.
        """
        known = self._of(subject)
        known.flush_recordset(["state"])
        if not known.filtered(lambda one: one.state in ("waiting", "booked")):
            failed = known.filtered(
                lambda one: one.state == "failed" and not one.numbers
            )
            if failed:
                failed[:1]._put_in_line("waiting")
            else:
                self.sudo().create(
                    {
                        "res_model": subject._name,
                        "res_id": subject.id,
                        "company_id": subject.company_id.id,
                        "connection_id": connection.id,
                    }
                )
        self._wake()
