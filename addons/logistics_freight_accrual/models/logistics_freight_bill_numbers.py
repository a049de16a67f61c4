"""What is open under the numbers of a carrier's bill, asked for all of them at once."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import models

from odoo.addons.logistics_events.vocabulary import normalise_tracking

from ..matching import STEPS, Index, OpenCharge

# Every number on the bill that leads to a shipment of ours, whoever calls it so. Only
# numbers of the bill are asked for, however many shipments there are.
_NUMBERS_QUERY = """
    SELECT 'tracking', p.tracking_key, p.shipment_id, p.id
      FROM logistics_parcel p
     WHERE p.tracking_key = ANY(%(tracking)s)
       AND p.company_id = ANY(%(companies)s) AND p.carrier_id = %(carrier)s
     UNION ALL
    SELECT 'tracking', p.tracking_key, p.shipment_id, p.id
      FROM logistics_parcel p
     WHERE ltrim(regexp_replace(p.tracking_key, '[^A-Z0-9]', '', 'g'), '0')
           = ANY(%(spelling)s)
       AND p.company_id = ANY(%(companies)s) AND p.carrier_id = %(carrier)s
     UNION ALL
    SELECT 'shipment', s.name, s.id, NULL
      FROM logistics_shipment s
     WHERE s.name = ANY(%(shipment)s)
       AND s.company_id = ANY(%(companies)s) AND s.carrier_id = %(carrier)s
     UNION ALL
    SELECT 'waybill', s.master_number, s.id, NULL
      FROM logistics_shipment s
     WHERE s.master_number = ANY(%(waybill)s)
       AND s.company_id = ANY(%(companies)s) AND s.carrier_id = %(carrier)s
     UNION ALL
    SELECT 'order', n.number, s.id, NULL
      FROM (SELECT k.name AS number, k.id AS picking_id
              FROM stock_picking k WHERE k.name = ANY(%(order)s)
             UNION ALL
            SELECT o.name, k.id FROM sale_order o
              JOIN stock_picking k ON k.sale_id = o.id
             WHERE o.name = ANY(%(order)s)
             UNION ALL
            SELECT o.client_order_ref, k.id FROM sale_order o
              JOIN stock_picking k ON k.sale_id = o.id
             WHERE o.client_order_ref = ANY(%(order)s)) n
      JOIN logistics_shipment_picking l ON l.picking_id = n.picking_id
      JOIN logistics_shipment s ON s.id = l.shipment_id
     WHERE s.company_id = ANY(%(companies)s) AND s.carrier_id = %(carrier)s
"""
# What the other bills took of a charge is no longer expected on this one.
_CHARGES_QUERY = """
    SELECT c.id, c.charge_type, c.amount::text, u.name, c.shipment_id, c.parcel_id,
           c.reference, c.service_date, c.is_all_in, c.company_id, p.tracking_key,
           COALESCE(b.is_closed, false), b.charge_id IS NOT NULL,
           c.source = 'bill' AND c.amount = 0,
           COALESCE(s.direction = 'return', false)
      FROM logistics_charge c
 LEFT JOIN logistics_shipment s ON s.id = c.shipment_id
      JOIN res_currency u ON u.id = c.currency_id
 LEFT JOIN logistics_parcel p ON p.id = c.parcel_id
 LEFT JOIN LATERAL (
           SELECT f.charge_id, bool_or(f.final) AS is_closed
             FROM logistics_charge_fact f
            WHERE f.charge_id = c.id AND f.kind = 'bill' AND f.ref <> %(bill)s
              AND NOT EXISTS (
                  SELECT 1 FROM logistics_charge_fact w
                   WHERE w.charge_id = c.id AND w.kind = 'withdraw'
                     AND w.target = f.ref)
            GROUP BY f.charge_id) b ON true
     WHERE c.carrier_id = %(carrier)s AND c.company_id = ANY(%(companies)s)
       AND (c.shipment_id = ANY(%(shipments)s)
            OR (c.shipment_id IS NULL AND c.reference = ANY(%(numbers)s)
                AND c.source <> 'bill')
            OR (c.open_amount <> 0 AND c.amount = ANY(%(amounts)s)
                AND c.service_date BETWEEN %(first)s AND %(last)s))
     ORDER BY c.id
"""


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    # Bills name waybills; without it each of them would read every shipment.
    _master_number_idx = models.Index("(master_number) WHERE master_number IS NOT NULL")


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    # As people mistype it: without marks and leading zeros.
    _spelling_idx = models.Index(
        "(ltrim(regexp_replace(tracking_key, '[^A-Z0-9]', '', 'g'), '0'))"
    )


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    _reference_idx = models.Index(
        "(reference) WHERE shipment_id IS NULL AND reference IS NOT NULL"
    )


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    def _index(self, lines, companies, by_amount=False):
        """Return what is open with the carrier under the numbers of the bill.

        :param Iterable[bill.BillLine] lines: The lines.
        :param res.company companies: Whose charges count.
        :param bool by_amount: Whether to look for the same amounts and days instead.
        :rtype: Index
        """
        lines = list(lines)
        asked = {} if by_amount else _numbers_of(lines)
        names, known = self._names(asked, companies) if asked else ({}, [])
        days = [line.service_date for line in lines if line.service_date]
        self.env.cr.execute(
            _CHARGES_QUERY,
            {
                "bill": str(self.id),
                "carrier": self.carrier_id.id,
                "companies": companies.ids,
                "shipments": sorted(names),
                "numbers": sorted(set().union(*asked.values())),
                "amounts": [line.amount for line in lines] if by_amount else [],
                "first": min(days, default=None),
                "last": max(days, default=None),
            },
        )
        return Index(self._open_charges(self.env.cr.fetchall(), names), known)

    def _names(self, asked, companies):
        """Return the shipments that numbers lead to.

        :param dict asked: By step the numbers.
        :param res.company companies: Whose shipments count.
        :return: By shipment and step its numbers with their parcels; and all of them
            as (carrier, number, shipment).
        :rtype: tuple[dict, list]
        """
        self.env.flush_all()
        self.env.cr.execute(
            _NUMBERS_QUERY,
            {
                **{step: sorted(numbers) for step, numbers in asked.items()},
                "spelling": sorted(
                    {_loose(number) for number in asked["tracking"]} - {""}
                ),
                "companies": companies.ids,
                "carrier": self.carrier_id.id,
            },
        )
        names, known = defaultdict(lambda: defaultdict(set)), []
        for step, number, shipment, parcel in self.env.cr.fetchall():
            names[shipment][step].add((number, parcel))
            known.append((str(self.carrier_id.id), number, shipment))
        return names, known

    def _open_charges(self, rows, names):
        """Return the charges that this bill may settle.

        A charge with its final bill is closed, a credit memo is about just those. The
        carriage of goods that come back is a return, however the carrier calls it.

        :param list[tuple] rows: Of `_CHARGES_QUERY`.
        :param dict names: By shipment and step its numbers with their parcels.
        :rtype: list[OpenCharge]
        """
        carrier, wants_billed = str(self.carrier_id.id), self.kind == "credit"
        charges, kinds = [], set()
        for row in rows:
            kind, is_closed, is_billed = row[1], row[11], row[12]
            kinds.add((kind, *row[4:6]))
            # What only a credit memo told of so far was expected by nobody.
            is_expected = is_billed or not row[13]
            if is_billed if wants_billed else not is_closed and is_expected:
                charges.append((row, self._open_charge(row, names, carrier)))
        found = []
        for row, charge in charges:
            found.append(charge)
            is_return = row[14] and charge.kind == "return"
            if is_return and ("base", *row[4:6]) not in kinds:
                found.append(replace(charge, kind="base"))
            all_in = row[8] and (is_return or charge.kind == "base")
            if all_in and ("fuel", *row[4:6]) not in kinds:
                found.append(replace(charge, kind="fuel"))
        return found

    def _open_charge(self, row, names, carrier):
        ref, kind, amount, currency, shipment, parcel, reference = row[:7]
        numbers = names.get(shipment, {})
        own = tuple(filter(None, (row[10],)))
        tracking = own or tuple(
            number for number, of in numbers.get("tracking", ()) if parcel in (None, of)
        )
        loose = () if shipment else (reference,)
        return OpenCharge(
            ref,
            carrier,
            kind,
            Decimal(amount or 0),
            currency,
            shipment or f"charge {ref}",
            tracking + loose,
            *(
                tuple(number for number, _of in numbers.get(step, ())) + loose
                for step in ("shipment", "order", "waybill")
            ),
            service_date=row[7],
        )


def _numbers_of(lines):
    """Return step → the numbers that the lines name, as written and as compared."""
    asked = {step: set() for step in STEPS}
    for line in lines:
        asked["tracking"] |= {
            line.tracking_number,
            normalise_tracking(line.tracking_number),
        }
        for step, names in STEPS.items():
            for name in names:
                for number in line.named(name):
                    asked[step] |= {number, number.strip(), normalise_tracking(number)}
    for numbers in asked.values():
        numbers.discard("")
    return asked


def _loose(number):
    """Return a number as the index on parcels has it."""
    letters = (char for char in number if char.isascii() and char.isalnum())
    return "".join(letters).upper().lstrip("0")
