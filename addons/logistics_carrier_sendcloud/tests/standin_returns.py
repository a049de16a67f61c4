"""Returns at the stand-in of Sendcloud."""

from datetime import datetime, timezone

from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply

from .standin_answers import error

_OPTIONS = ("dpd:return",)
# Where the numbers of parcels begin that come back.
_FIRST_PARCEL = 900000
# What a return tells of the wish: not its reference.
_TOLD = ("from_address", "to_address", "weight", "collo_count", "order_number")
_DAY = "%Y-%m-%d %H:%M:%S"


class ReturnDesk:
    """Announces returns, lists them by their days, cancels them."""

    # How many a page of the list holds, where not as many as were asked for.
    page_size = 0
    routes = (
        ("POST", r"/api/v3/returns/announce-synchronously", "_post_return"),
        ("GET", r"/api/v3/returns", "_get_returns"),
        ("GET", r"/api/v3/returns/(\d+)", "_get_return"),
        ("PATCH", r"/api/v3/returns/(\d+)/cancel", "_patch_cancel"),
    )

    def __init__(self, port=0):
        super().__init__(port)
        # Our key → the return.
        self.returns = {}

    def forget(self):
        """Extend to forget the returns."""
        super().forget()
        self.returns.clear()

    @property
    def voided_returns(self):
        """Return the keys of the cancelled returns."""
        return {key for key, one in self.returns.items() if not one["is_cancellable"]}

    def return_of_parcel(self, parcel):
        """Return the return a parcel comes back with; None when there is none."""
        return self._numbered(parcel - _FIRST_PARCEL)

    def _numbered(self, number):
        made = list(self.returns.values())
        return made[number - 1] if 0 < number <= len(made) else None

    def _post_return(self, request):
        wish = request.json()
        for side in ("from_address", "to_address"):
            for name in ("name", "address_line_1", "postal_code", "city"):
                if not wish[side].get(name):
                    return error(400, "required", "Is required.", f"/{side}/{name}")
        key = wish["external_reference"]
        service = wish["ship_with"]["shipping_option_code"]
        if service not in _OPTIONS:
            return error(400, "invalid", "This option takes no returns.", "/ship_with")
        if key in self.returns:
            return error(400, "unique", "Is used already.", "/external_reference")
        number = len(self.returns) + 1
        link = f"{self.address}/v3/parcels/{_FIRST_PARCEL + number}/documents/label"
        self.returns[key] = {
            **{name: wish[name] for name in _TOLD},
            "shipping_option": {"code": service},
            "created_at": datetime.now(timezone.utc).isoformat(),
            "is_cancellable": True,
            "tracking_number": f"3SRET{number:07d}",
            "label": {"label_printer": link, "normal_printer": [link] * 4},
            "label_cost": {"value": 5.2, "currency": "EUR"},
            "status_history": [_status("Ready to send")],
        }
        made = {"return_id": number, "parcel_id": _FIRST_PARCEL + number}
        return Reply(201, {**made, "multi_collo_ids": []})

    def _get_returns(self, request):
        first, last = (
            datetime.strptime(request.query[name], _DAY).replace(tzinfo=timezone.utc)
            for name in ("from_date", "to_date")
        )
        found = [
            one
            for one in self.returns.values()
            if first <= datetime.fromisoformat(one["created_at"]) <= last
        ]
        size = self.page_size or int(request.query["page_size"])
        start = int(request.query.get("cursor", 0))
        following = f"{self.address}/v3/returns?cursor={start + size}&page_size={size}"
        page = {
            "next": following if start + size < len(found) else None,
            "previous": None,
            "data": found[start : start + size],
        }
        return Reply(200, page)

    def _return(self, identifier):
        one = self._numbered(int(identifier))
        if one is None:
            raise Refused(404, "Not found")
        return one

    def _get_return(self, request, identifier):
        return Reply(200, self._return(identifier))

    def _patch_cancel(self, request, identifier):
        one = self._return(identifier)
        if not one["is_cancellable"]:
            told = {"field": "returns", "code": 409}
            told["message"] = "Return is not cancellable."
            return Reply(409, {"errors": [told]})
        one["is_cancellable"] = False
        one["status_history"].append(_status("Cancelled"))
        return Reply(202, {"message": "Cancellation requested successfully"})


def _status(word):
    return {
        "carrier_update_timestamp": datetime.now(timezone.utc).isoformat(),
        "parent_status": word,
        "carrier_code": "dpd",
    }
