"""Claims that follow from lost or damaged goods, with what shows it."""

from datetime import timedelta

from odoo import api, fields, models

from .. import return_trouble

# Where a carrier says nothing else.
CLAIM_DAYS = 14


class LogisticsClaim(models.Model):
    _inherit = "logistics.claim"

    logistics_return_id = fields.Many2one(
        "logistics.return",
        string="Return",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )

    def _attach_evidence(self):
        """Attach the photos of the return to the claim, each once."""
        Attachment = self.env["ir.attachment"].sudo()
        for claim in self.sudo():
            known = Attachment.search(
                [("res_model", "=", claim._name), ("res_id", "=", claim.id)]
            )
            kept = set(known.mapped("checksum"))
            for photo in claim.logistics_return_id._evidence_photos():
                if photo.checksum not in kept:
                    kept.add(photo.checksum)
                    photo.copy({"res_model": claim._name, "res_id": claim.id})


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_claim(self, kind, goods, event, one, stands):
        """Make the one claim for lost or damaged goods, or withdraw it.

        :param str kind: `lost` or `damaged`.
        :param dict goods: How much of each move it is about, in the unit of the move.
        :param logistics.event event: What shows it; may be empty.
        :param logistics.return one: The return it belongs to.
        :param bool stands: Whether the goods are lost, or damaged, now.
        :return: The claim; empty where there is no carrier, or nothing of any worth.
        :rtype: logistics.claim
        """
        self.ensure_one()
        Claim = self.env["logistics.claim"].sudo()
        claim = Claim.search(
            [("shipment_id", "=", self.id), ("kind", "=", kind)], order="id", limit=1
        )
        if not stands:
            if claim.state == "open" and claim.logistics_return_id:
                claim.action_withdraw(
                    self.env._("The goods were found.")
                    if kind == "lost"
                    else self.env._("The damage is not reported any more.")
                )
            return claim
        amount = self._logistics_claim_amount(goods)
        if not claim and self.carrier_id and amount > 0:
            claim = Claim.create(
                {
                    "shipment_id": self.id,
                    "logistics_return_id": one.id,
                    "kind": kind,
                    "amount": amount,
                    "reason": self._logistics_claim_reason(kind, event),
                    "deadline": self._logistics_claim_deadline(kind, event),
                    "user_id": one._responsible().id,
                }
            )
            claim._message_log(body=one._evidence_text())
        elif claim:
            if not claim.logistics_return_id:
                claim.logistics_return_id = one
            if (
                claim.state == "withdrawn"
                and claim.logistics_return_id == one
                and (not one._lost_by(self) and kind == "lost")
            ):
                claim.action_reopen()
            if claim.state == "open" and claim.amount < amount:
                # More of the same shipment is lost than when it was opened.
                claim.amount = amount
        claim._attach_evidence()
        return claim

    def _logistics_claim_amount(self, goods):
        """Return what the goods were sold for, else what they cost us.

        :param dict goods: How much of each move.
        :rtype: float
        """
        self.ensure_one()
        amount = self._goods_value(goods)
        if amount > 0:
            return amount
        cost = sum(
            move.product_uom._compute_quantity(quantity, move.product_id.uom_id)
            * move.product_id.with_company(self.company_id).standard_price
            for move, quantity in goods.items()
        )
        return self.company_id.currency_id.round(cost)

    def _logistics_claim_reason(self, kind, event):
        """Return what is claimed, in a sentence for the carrier."""
        said = (event.raw_text or "").strip()
        words = (
            self.env._("The goods were lost")
            if kind == "lost"
            else self.env._("The goods arrived damaged")
        )
        return f"{words}: {said}" if said else words

    def _logistics_claim_deadline(self, kind, event):
        """Return until when the carrier takes the claim.

        For damage the days count from the delivery, else from the day of the report.

        :rtype: date
        """
        self.ensure_one()
        moment = event.occurred_at or fields.Datetime.now()
        if kind == "damaged" and self.delivered_at:
            moment = self.delivered_at
        days = self.carrier_id.claim_days or CLAIM_DAYS
        return self.env["logistics.return"]._day_in(self.company_id, moment) + (
            timedelta(days=days)
        )


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    claim_ids = fields.One2many(
        "logistics.claim", "logistics_return_id", string="Claims", readonly=True
    )
    evidence_event_ids = fields.Many2many(
        "logistics.event",
        string="Reports of the Carrier",
        compute="_compute_evidence_event_ids",
        help="What carriers say of the delivery, the loss or the damage.",
    )
    evidence_photo_ids = fields.Many2many(
        "ir.attachment",
        string="Photos as Evidence",
        compute="_compute_evidence_photo_ids",
    )

    @api.depends("outbound_ids", "shipment_ids")
    def _compute_evidence_event_ids(self):
        for one in self:
            events = (one.outbound_ids | one.shipment_ids).event_ids
            one.evidence_event_ids = events.filtered(
                lambda event: (
                    event.classifier == "actual"
                    and (
                        event.event_type
                        in ("lost", "delivered", "delivery_discrepancy")
                        or return_trouble.tells_damage(event)
                    )
                )
            )

    def _compute_evidence_photo_ids(self):
        for one in self:
            one.evidence_photo_ids = one._evidence_photos()

    def _evidence_photos(self):
        """Return the pictures that customers and colleagues attached.

        What comes with a mail is as often the logo of its sender: a colleague who sees
        the goods on it attaches it.

        :rtype: ir.attachment
        """
        self.ensure_one()
        Attachment = self.env["ir.attachment"].sudo()
        if not self.ids:
            return Attachment
        found = Attachment.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("mimetype", "=like", "image/%"),
            ],
            order="id",
        )
        mails = self.sudo().message_ids.filtered(
            lambda message: message.message_type == "email"
        )
        return found - mails.attachment_ids

    def _evidence_text(self):
        """Return what shows the loss or the damage, in plain words.

        :rtype: str
        """
        self.ensure_one()
        lines = [
            " · ".join(
                part
                for part in (event.display_name, event.place, event.raw_text)
                if part
            )
            for event in self.evidence_event_ids
        ]
        photos = len(self._evidence_photos())
        if photos:
            lines.append(self.env._("Photos: %s", photos))
        if self.note:
            lines.append(self.env._("In the customer's words: %s", self.note))
        return "\n".join(lines) or self.env._("There is no report of the carrier.")
