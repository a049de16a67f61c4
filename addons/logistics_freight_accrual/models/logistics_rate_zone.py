"""Which zone of a carrier an address is in."""

from odoo import api, fields, models


class LogisticsRateZone(models.Model):
    """On screen: Zone. Carriers price by zones and publish what each of them has."""

    _name = "logistics.rate.zone"
    _description = "Zone of a Carrier"
    _order = "carrier_id, country_id, postcode, id"
    _rec_name = "zone"

    company_id = fields.Many2one(
        "res.company",
        help="Zones depend on where the goods leave. Empty: the same for all.",
    )
    carrier_id = fields.Many2one(
        "logistics.carrier", required=True, ondelete="cascade", index=True
    )
    country_id = fields.Many2one("res.country", required=True, ondelete="cascade")
    postcode = fields.Char(
        string="Postcode Begins With",
        help="The longest beginning counts. Empty: the rest of the country.",
    )
    zone = fields.Char(required=True)

    _place_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), carrier_id, country_id, COALESCE(postcode, ''))",
        "This place has a zone of the carrier already.",
    )

    @api.model
    def _zones(self, company, carrier, partners):
        """Return in which zones of a carrier some addresses are.

        :param res.company company: Who ships: its own zones count before shared ones.
        :param logistics.carrier carrier: Whose zones.
        :param res.partner partners: The addresses.
        :return: By address; an empty text where the carrier has no zone for it.
        :rtype: dict[res.partner, str]
        """
        rows = self.sudo().search(
            [
                ("carrier_id", "=", carrier.id),
                ("company_id", "in", [company.id, False]),
                ("country_id", "in", partners.country_id.ids),
            ]
        )
        found = {}
        for partner in partners:
            postcode = _folded(partner.zip)
            fitting = [
                row
                for row in rows
                if row.country_id == partner.country_id
                and postcode.startswith(_folded(row.postcode))
            ]
            best = max(
                fitting,
                key=lambda row: (bool(row.company_id), len(_folded(row.postcode))),
                default=None,
            )
            found[partner] = best.zone if best else ""
        return found


def _folded(postcode):
    return (postcode or "").replace(" ", "").replace("-", "").upper()
