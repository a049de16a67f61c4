"""What partners' own names of charges mean."""

from odoo import api, models

from odoo.addons.logistics_carrier_base.models.logistics_connection import (
    ADAPTER_PREFIX,
)

from ..charge_codes import fold_name
from ..charge_types import CHARGE_TYPES


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    @api.model
    def _charge_type_of(self, event):
        """Return what a reported charge is.

        :param logistics.event event: A report of a price.
        :return: A key of `CHARGE_TYPES`, "" when nobody knows the partner's name of it.
        :rtype: str
        """
        said = fold_name(event.raw_code or event.raw_text or "")
        if not said:
            return "base"
        partner = (event.source or "").partition(":")[0]
        name = f"{ADAPTER_PREFIX}{partner}"
        if name in self.env.registry:
            known = self.env[name]._charge_types()
            if said in known:
                return known[said]
        kind = said.lower()
        return kind if kind in CHARGE_TYPES else ""
