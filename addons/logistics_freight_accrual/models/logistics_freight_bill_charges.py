"""Every line of a bill ends on a charge: one that was expected, or a new one."""

from odoo import fields, models


class LogisticsFreightBillLine(models.Model):
    _inherit = "logistics.freight.bill.line"

    about_charge_id = fields.Many2one(
        "logistics.charge",
        string="Expected As",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The charge it is about, where it could not be booked on it: that of "
        "another company, or in another currency.",
    )

    def _give_charges(self):
        """Make charges for lines that have none they can be booked on.

        They were not accrued: what is billed is cost at once, or in dispute. Charges
        of which nothing was posted yet get their analytic accounts by now.
        """
        self._make_charges()
        self.charge_id._give_analytic()

    def _make_charges(self):
        wanting = self.filtered(lambda line: not line._can_book())
        if not wanting:
            return
        turns = {bill: 1 + bill._earlier_same() for bill in wanting.bill_id}
        moving = wanting._by_movable()
        charges = self.env["logistics.charge"]._find_or_make(
            [
                moving[line.charge_id]._moved_vals(turns[line.bill_id])
                if line.charge_id in moving
                else line._new_charge_vals(turns[line.bill_id])
                for line in wanting
            ]
        )
        pairs = {}
        for line, charge in zip(wanting, charges, strict=True):
            if line.charge_id in moving:
                pairs.setdefault(line.bill_id, {})[line.charge_id] = charge
            line.write({"about_charge_id": line.charge_id.id, "charge_id": charge.id})
        for bill, own in pairs.items():
            bill._move_accruals(own)

    def _by_movable(self):
        """Return the charges whose accrual moves to the currency of their bill, each
        with the first of its lines.

        :rtype: dict[logistics.charge, logistics.freight.bill.line]
        """
        found = {}
        for bill, lines in self.grouped("bill_id").items():
            own = lines.filtered(
                lambda line: (
                    line.charge_id
                    and line.charge_id.company_id == line.bill_id.company_id
                    and line.bill_id.kind != "credit"
                    and not line.repeats_id
                )
            )
            rates = bill._rates_of(own.charge_id)
            for line in own.sorted("row"):
                if rates[line.charge_id] is not None:
                    found.setdefault(line.charge_id, line)
        return found

    def _can_book(self):
        """Return whether the line can be booked on the charge it is about.

        :rtype: bool
        """
        self.ensure_one()
        charge, bill = self.charge_id, self.bill_id
        return (
            bool(charge)
            and charge.company_id == bill.company_id
            and charge.currency_id == bill.currency_id
        )

    def _new_charge_vals(self, turn):
        """Return what identifies the charge that is made for the line.

        :param int turn: How often the carrier used the number of the bill.
        :rtype: dict
        """
        self.ensure_one()
        bill = self.bill_id
        shipment = self.shipment_id
        if shipment.company_id != bill.company_id:
            shipment = shipment.browse()
        inbound = shipment.direction == "incoming"
        return {
            "company_id": bill.company_id.id,
            "carrier_id": bill.carrier_id.id,
            "partner_id": bill.partner_id.id,
            "shipment_id": shipment.id,
            "parcel_id": False,
            "reference": f"{bill.number}/{self.row}",
            "charge_type": self.charge_type,
            "generation": turn,
            "currency_id": bill.currency_id.id,
            "source": "bill",
            "expense": "freight_in" if inbound else "freight",
            "is_all_in": False,
        }


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    def _earlier_same(self):
        """Return how many bills of the carrier had this very number before.

        :rtype: int
        """
        self.ensure_one()
        return self.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("carrier_id", "=", self.carrier_id.id),
                ("number", "=", self.number),
                ("id", "<", self.id),
            ]
        )
