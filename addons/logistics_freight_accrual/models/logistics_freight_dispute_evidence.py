"""What is shown to the carrier: the evidence in one archive, and the mail with it."""

import base64

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from ..evidence import ShipmentFacts, chargeable_weight
from ..evidence_pack import Document, pack, table
from .logistics_freight_dispute import UNDECIDED

TEMPLATE = "logistics_freight_accrual.freight_dispute_evidence"
# Of a mail that is being written: sending it sends the dispute.
SENT_KEY = "logistics_freight_dispute_sent"


class LogisticsFreightDispute(models.Model):
    _inherit = "logistics.freight.dispute"

    # === ACTIONS === #

    def action_evidence(self):
        """Make the evidence pack and download it."""
        self.ensure_one()
        self._check_finance()
        attachment = self.sudo()._attach_evidence()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def action_send(self):
        """Open a prefilled mail to the carrier with the evidence; nothing is sent yet.

        :raise UserError: When the dispute is decided, or the vendor is not known.
        """
        self.ensure_one()
        self._check_finance()
        dispute = self.sudo()
        if dispute.state not in UNDECIDED:
            raise UserError(self.env._("%s is decided already.", dispute.display_name))
        partner = dispute.partner_id or dispute.charge_id.partner_id
        if not partner:
            raise UserError(
                self.env._(
                    "Name the vendor in the Carrier Terms of %s first: the mail goes "
                    "there.",
                    dispute.carrier_id.name,
                )
            )
        attachment = dispute._attach_evidence()
        spoken = dispute.with_context(lang=partner.lang or self.env.lang)
        lines = spoken._mail_lines()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send to the Carrier"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_composition_mode": "comment",
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_partner_ids": partner.ids,
                "default_subject": spoken._mail_subject(),
                "default_body": Markup().join(
                    Markup("<p>%s</p>") % line for line in lines
                ),
                "default_attachment_ids": attachment.ids,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                SENT_KEY: True,
            },
        }

    def message_post(self, **kwargs):
        """Override of `mail`: the dispute is sent with its mail to the carrier."""
        message = super().message_post(**kwargs)
        if self.env.context.get(SENT_KEY) and message.partner_ids:
            self._check_finance()
            self._mark_sent()
        return message

    # === BUSINESS METHODS === #

    def _mark_sent(self):
        """Note that the carrier knows of the disputes."""
        now = fields.Datetime.now()
        for dispute in self.sudo():
            vals = {"sent_at": dispute.sent_at or now}
            if dispute.state == "open":
                vals["state"] = "sent"
            dispute.write(vals)

    def _mail_subject(self):
        return self.env._(
            "%(dispute)s: we dispute %(amount)s of your bill %(bill)s",
            dispute=self.name,
            amount=self.currency_id.format(self.open_amount),
            bill=self.bill_id.number,
        )

    def _mail_lines(self):
        """Return what the carrier reads, a proposal that a person edits.

        :rtype: list[str]
        """
        self.ensure_one()
        numbers = self.bill_line_ids.filtered("tracking_number").mapped(
            "tracking_number"
        )
        lines = [
            self.env._("Dear Sir or Madam,"),
            self.env._(
                "we dispute a charge on your bill %(bill)s of %(day)s and ask you for "
                "a credit memo that names %(dispute)s.",
                bill=self.bill_id.number,
                day=fields.Date.to_string(self.bill_id.issued) or "-",
                dispute=self.name,
            ),
            self.env._(
                "Charge: %(charge)s, %(amount)s disputed.",
                charge=self._label_of("charge_type"),
                amount=self.currency_id.format(self.open_amount),
            ),
        ]
        if numbers:
            lines.append(
                self.env._(
                    "Tracking numbers: %s", ", ".join(dict.fromkeys(numbers[:20]))
                )
            )
        lines.append(self.env._("Why: %s.", self._label_of("reason")))
        if self.note:
            lines.append(self.note)
        lines.append(self.env._("What we know of the shipment is attached."))
        if self.carrier_reference:
            lines.append(self.env._("Your reference: %s", self.carrier_reference))
        return lines

    def _label_of(self, name):
        """Return the label of a choice in the language of the reader."""
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], "")

    # === EVIDENCE === #

    def _attach_evidence(self):
        """Make the evidence pack and keep it with the dispute; the same evidence is
        kept once.

        :rtype: ir.attachment
        """
        self.ensure_one()
        data, left_out = self._evidence()
        name = f"{self.name.replace('/', '-')}-evidence.zip"
        Attachment = self.env["ir.attachment"].sudo()
        known = Attachment.search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        ).filtered(lambda one: one.name == name and one.raw == data)
        if known:
            return known[0]
        if left_out:
            self._message_log(
                body=self.env._(
                    "Too large for the evidence pack, and left out: %s",
                    ", ".join(left_out),
                )
            )
        return Attachment.create(
            {
                "name": name,
                "raw": data,
                "mimetype": "application/zip",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _evidence(self):
        """Return the evidence as one ZIP archive, made in memory and within bounds:
        a summary, the lines as the carrier billed them, the events, the proofs of
        delivery, and the bill as it was received.

        :return: The archive, and the names of what was too large for it.
        :rtype: tuple[bytes, tuple[str, ...]]
        """
        self.ensure_one()
        dispute = self.sudo()
        documents = [
            Document("summary.html", dispute._evidence_summary()),
            Document("bill-lines.csv", dispute._evidence_lines()),
            Document("events.csv", dispute._evidence_events()),
            *dispute._evidence_proofs(),
            *dispute._evidence_bill(),
        ]
        return pack(documents)

    def _evidence_summary(self):
        """Return the page that says what is disputed, and what speaks against it.

        :rtype: bytes
        """
        html = self.env["ir.qweb"]._render(
            TEMPLATE,
            {
                "dispute": self,
                "label": self._label_of,
                "weights": self._evidence_weights(),
                "events": self._evidence_rows(),
            },
        )
        return str(html).encode()

    def _evidence_lines(self):
        """Return the disputed lines as the carrier billed them.

        :rtype: bytes
        """
        return table(
            (
                "row",
                "code",
                "text",
                "amount",
                "tax",
                "currency",
                "tracking_number",
                "references",
                "service",
                "service_date",
                "weight",
                "weight_unit",
                "dimensions",
                "zone",
                "country",
                "disputed",
            ),
            (
                (
                    line.row,
                    line.code,
                    line.text,
                    line.amount,
                    line.tax,
                    line.currency_id.name,
                    line.tracking_number,
                    "; ".join((line.references or {}).values()),
                    line.service,
                    line.service_date,
                    line.weight or "",
                    line.weight_unit,
                    " x ".join(line.dimensions or ()),
                    line.zone,
                    line.country,
                    line.disputed_amount,
                )
                for line in self.bill_line_ids
            ),
        )

    def _evidence_events(self):
        """Return what tracking events say of the shipment, oldest first.

        :rtype: bytes
        """
        header = ("time", "event", "place", "carrier_code", "carrier_text", "source")
        return table(header, self._evidence_rows())

    def _evidence_rows(self):
        events = self.shipment_id.event_ids
        parcel = self.charge_id.parcel_id
        if parcel:
            events = events.filtered(lambda one: one.parcel_id in (parcel, False))
        return [
            (
                event.occurred_text,
                event._title(),
                event.place,
                event.raw_code,
                event.raw_text,
                event.source,
            )
            for event in reversed(events)
        ]

    def _evidence_weights(self):
        """Return what was billed and what we weighed, by words.

        :rtype: list[tuple[str, str]]
        """
        rows = [
            (
                self.env._("Billed, line %s", line.row),
                " ".join(
                    part
                    for part in (
                        f"{line.weight:g} {line.weight_unit or ''}".strip()
                        if line.weight
                        else "",
                        " x ".join(line.dimensions or ()),
                        line.length_unit if line.dimensions else "",
                    )
                    if part
                ),
            )
            for line in self.bill_line_ids
        ]
        unit = self.env[
            "product.template"
        ]._get_weight_uom_name_from_ir_config_parameter()
        rows += [
            (
                self.env._("Weighed by us, %s", picking.name),
                f"{picking.shipping_weight or picking.weight:g} {unit}",
            )
            for picking in self.shipment_id.picking_ids
        ]
        rows += self._evidence_measures()
        return [row for row in rows if row[1]]

    def _evidence_measures(self):
        """Return the sizes of our packages, and what may be billed by them, by words.

        :rtype: list[tuple[str, str]]
        """
        shipment = self.shipment_id.sudo()
        if not shipment:
            return []
        measured = shipment._logistics_measured()
        parcel = self.charge_id.parcel_id.id
        ours = measured.get((shipment.id, parcel)) or measured[shipment.id, False]
        rows = [
            (
                self.env._("Package %s, measured by us", place),
                f"{' x '.join(f'{float(side):g}' for side in box.dimensions)} cm",
            )
            for place, box in enumerate(ours["pieces"], 1)
            if box.dimensions
        ]
        if rows and ours["divisor"]:
            rows.append(
                (
                    self.env._("Cubic centimetres per kilogram"),
                    f"{ours['divisor']:.0f}",
                )
            )
        weight = chargeable_weight(ShipmentFacts(**ours))
        if weight:
            rows.append(
                (self.env._("May be billed by our measures"), f"{float(weight):g} kg")
            )
        return rows

    def _evidence_proofs(self):
        """Return the proofs of delivery that still count.

        :rtype: list[evidence_pack.Document]
        """
        proofs = self.shipment_id.proof_ids.filtered(
            lambda proof: proof.document and not (proof.withdrawn_at or proof.erased_at)
        )
        return [
            Document(
                f"proofs/{proof.document_name or proof.kind}",
                base64.b64decode(proof.document),
            )
            for proof in proofs
        ]

    def _evidence_bill(self):
        """Return the bill as it was received.

        :rtype: list[evidence_pack.Document]
        """
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", self.bill_id._name), ("res_id", "=", self.bill_id.id)],
            order="id",
        )
        return [Document(f"bill/{one.name}", one.raw or b"") for one in attachments]
