from .common import ReturnCommon


class ReturnScanCase(ReturnCommon):
    """Scans of the way back."""

    def _way_back(self, shipment, event_type="in_transit", number="RET-1", **more):
        """Report on the way back under a number of its own."""
        return self._report(
            shipment,
            event_type,
            leg="return",
            tracking_number=number,
            key=more.pop("key", f"{event_type}/{number}"),
            **more,
        )

    def _returns(self):
        return self.env["logistics.return"].search(
            [("company_id", "=", self.company.id)]
        )
