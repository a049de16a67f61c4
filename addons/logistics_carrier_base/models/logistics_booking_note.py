"""What a partner answered is put on record, and then told to what it is about."""

import base64

from odoo import fields, models

# As the poller trusts its answers.
POLL_TRUST = 3


class LogisticsBooking(models.Model):
    _inherit = "logistics.booking"

    def _note_heard(self, answer):
        """Put a bought label on record; nothing else can refuse it.

        :param Booking answer: What the partner said.
        """
        self.ensure_one()
        currency = self.env["res.currency"].search([("name", "=", answer.currency)])
        subject = self._subject()
        labels = self.env["ir.attachment"].create(
            [
                {
                    "name": self._label_name(name),
                    "datas": base64.b64encode(content),
                    "res_model": subject._name,
                    "res_id": subject.id,
                }
                for name, content in answer.labels
            ]
        )
        self.write(
            {
                # Cancelled while the call was under way: the label goes again.
                "state": "waiting" if self.state == "waiting" else "voiding",
                "answered_at": fields.Datetime.now(),
                "refused_at": False,
                "error": False,
                "problem": False,
                "numbers": ", ".join(answer.numbers),
                "references": ", ".join(answer.references),
                "carrier_name": answer.carrier or False,
                "service": answer.service or False,
                "price": float(answer.price or 0),
                "currency_id": currency.id,
                "label_ids": [fields.Command.set(labels.ids)],
            }
        )
        # What the partner says beside the label is read as if it had been polled.
        if answer.bodies:
            self.env["logistics.message"]._store(
                self.connection_id, "poll", list(answer.bodies), POLL_TRUST
            )
        if self.state == "voiding":
            self._note_settled(self.env._("Booked at a later try."))
            self._wake()

    def _label_name(self, name):
        """Return how the file of a label is called."""
        if self.is_return and self.picking_id:
            return f"{self.picking_id.carrier_id.get_return_label_prefix()}-{name}"
        return name

    def _note_booked(self, answer):
        """Let the transfer, or what else it is about, hear of the label.

        :param Booking | None answer: What the partner said; None when it is on record.
        """
        if answer is not None:
            self._note_heard(answer)
        if self.state == "voiding":
            return
        self.write({"state": "booked", "error": False, "problem": False})
        self.shipment_id = self._subject()._booking_noted(self)
        self._note_settled(self.env._("Booked at a later try."))

    def _note_void(self):
        self.write({"state": "void", "error": False, "problem": False})
        self._note_settled(self.env._("It is cancelled."))
        if self.numbers:
            self._subject()._booking_void(self)

    # === IN WORDS === #

    def _lacks_said(self, request, found):
        """Say what an order lacks.

        :param list[tuple[str, str]] found: What `lacks` found.
        :return: A code of `PROBLEMS`, and a sentence.
        :rtype: tuple[str, str]
        """
        sides = {}
        for side, name in found:
            sides.setdefault(side, []).append(name)
        said = [
            self.env._(
                "The address of %(who)s lacks: %(what)s.",
                who=getattr(request, side).name or self._side(side),
                what=", ".join(self._field_of_address(name) for name in sides[side]),
            )
            for side in ("sender", "receiver")
            if side in sides
        ]
        if "weight" in sides.get("parcels", ()):
            said.append(self.env._("The weight is missing; enter it on the transfer."))
        if "number" in sides.get("parcels", ()):
            said.append(
                self.env._("The partner does not take so many parcels at once.")
            )
        if "service" in sides.get("order", ()):
            said.append(self.env._("Choose a service; Compare Services lists them."))
        if "format" in sides.get("order", ()):
            said.append(
                self.env._(
                    "The partner prints no %s labels; choose another label format.",
                    request.label_format.upper(),
                )
            )
        return self._first_problem(found), " ".join(said)

    def _first_problem(self, found):
        side, name = found[0]
        if side in ("sender", "receiver"):
            return "address"
        return name if name in ("weight", "service") else "order"

    def _side(self, side):
        return {
            "sender": self.env._("the sender"),
            "receiver": self.env._("the receiver"),
        }[side]

    def _field_of_address(self, name):
        return {
            "name": self.env._("name"),
            "street": self.env._("street"),
            "street2": self.env._("second line of the street"),
            "city": self.env._("city"),
            "postcode": self.env._("postcode"),
            "state": self.env._("state"),
            "country": self.env._("country"),
            "phone": self.env._("phone"),
            "email": self.env._("email"),
            "company": self.env._("company"),
        }[name]
