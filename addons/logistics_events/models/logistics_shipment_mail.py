"""Which mails to customers the facts call for."""

from odoo import api, fields, models

from .. import public
from .ledger import trusted

# The customer is who gets the goods; whoever sends something back knows it.
DIRECTIONS = ("outgoing", "dropship")


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    customer_mail_ids = fields.One2many(
        "logistics.customer.mail", "shipment_id", string="Mails to the Customer"
    )
    told_partner_id = fields.Many2one(
        "res.partner", string="Mails Go to", compute="_compute_told_partner_id"
    )

    @api.depends("partner_id.email", "link_ids")
    def _compute_told_partner_id(self):
        for shipment in self:
            shipment.told_partner_id = shipment.sudo()._told_partner()

    def _told_partner(self):
        """Return who is mailed about the shipment; empty when nobody has an address.

        :rtype: res.partner
        """
        self.ensure_one()
        shipment_sudo = self.sudo()
        receiver = shipment_sudo.partner_id
        orderers = shipment_sudo.sale_order_ids.partner_id
        candidates = [receiver, receiver.commercial_partner_id, *orderers]
        return next(
            (partner for partner in candidates if partner.email),
            self.env["res.partner"],
        )

    def _after_fold(self, folded, facts):
        """Extend to plan the mails to customers."""
        super()._after_fold(folded, facts)
        self._plan_customer_mails(folded)

    def _plan_customer_mails(self, folded):
        """Note the mails that have become due; each is noted once, ever.

        :param dict[int, facts.Folded] folded: What is known now, by shipment id.
        """
        on = self.env["logistics.customer.mail.setting"]._on(self.sudo().company_id)
        if not on:
            return
        told = self.sudo().filtered(
            lambda shipment: (
                shipment.direction in DIRECTIONS and not shipment.is_sandbox
            )
        )
        Mail = self.env["logistics.customer.mail"].sudo()
        known = Mail.search([("shipment_id", "in", told.ids)]).grouped("shipment_id")
        rows = []
        for shipment in told:
            found = public.happened(folded[shipment.id].leg("outbound"))
            mails = known.get(shipment, Mail)
            mails._follow(found)
            rows += shipment._due_mails(found, mails.mapped("milestone"), on)
        if rows:
            self._store_customer_mails(rows)

    def _due_mails(self, found, known, on):
        """Return the rows of mails that are due and that nobody thought of before."""
        now = fields.Datetime.now()
        rows = []
        for milestone, event in found.items():
            setting = on.get((self.company_id.id, milestone))
            if not setting or milestone in known:
                continue
            if not event.at or event.at < setting.since:
                continue
            reason = public.stale(milestone, found, now) or None
            rows.append(
                {
                    "shipment_id": self.id,
                    "company_id": self.company_id.id,
                    "milestone": milestone,
                    "happened_at": event.at,
                    "event_id": event.ref,
                    "state": "skipped" if reason else "waiting",
                    "reason": reason,
                    "decided_at": now,
                }
            )
        return rows

    def _store_customer_mails(self, rows):
        """Store what was planned; a twin that another worker stored stays alone."""
        names = list(rows[0])
        self.env.cr.execute_values(
            f"INSERT INTO logistics_customer_mail ({', '.join(names)}, create_uid, "
            "write_uid, create_date, write_date) VALUES %s "
            "ON CONFLICT (shipment_id, milestone) DO NOTHING",
            [tuple(row.values()) for row in rows],
            template=f"({', '.join(['%s'] * len(names))}, {int(self.env.uid)}, "
            f"{int(self.env.uid)}, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')",
        )
        self.invalidate_recordset(["customer_mail_ids"], flush=False)
        Mail = self.env["logistics.customer.mail"]
        if any(row["state"] == "waiting" for row in rows):
            Mail._wake()


class LogisticsCustomerMail(models.Model):
    _inherit = "logistics.customer.mail"

    def _follow(self, found):
        """Leave out what waits and was withdrawn, and take it up when it holds again.

        A mail that went out stays: nobody is told automatically that it was wrong.

        :param dict found: What the shipment has reached, see `public.happened()`.
        """
        now = fields.Datetime.now()
        for mail in trusted(self):
            event = found.get(mail.milestone)
            if mail.state == "waiting" and not event:
                mail._skip("over" if mail.milestone == "problem" else "withdrawn")
            elif mail.state == "waiting":
                if public.newest(found) not in ("", mail.milestone):
                    mail._skip("overtaken")
            elif mail.reason in ("withdrawn", "over") and event and event.at:
                stale = public.stale(mail.milestone, found, now)
                mail.write(
                    {
                        "state": "skipped" if stale else "waiting",
                        "reason": stale or False,
                        "happened_at": event.at,
                        "event_id": event.ref,
                    }
                )
                if not stale:
                    mail._wake()
