"""The sandbox carrier itself: what it books, scans and charges. No HTTP here."""

import re
import threading
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

MAX_PARCELS = 10000
MAX_SCANS = 500
MAX_NUMBERS = 50

# What its depot screens say; other codes are taken too, and have no text.
CODES = {
    "BKD": "Transport order accepted",
    "LBL": "Label printed",
    "VOID": "Label cancelled",
    "ADR": "Address changed",
    "ETA": "New expected day",
    "OUT": "Left the warehouse",
    "PUP": "Collected from shipper",
    "DEP": "Left the depot",
    "HUB": "Arrived at the depot",
    "TRN": "On the road",
    "OFD": "Loaded on the delivery van",
    "SHP": "Waiting at the parcel shop",
    "ATT": "Nobody there, card left",
    "REF": "Acceptance refused",
    "NDL": "Cannot be delivered",
    "LAT": "Running late",
    "HLD": "Held at the depot",
    "DMG": "Damage noted",
    "LST": "Declared lost",
    "DLV": "Handed over",
    "SHT": "Handed over incomplete",
    "POD": "Signature scanned",
    "RTS": "On its way back",
    "RTD": "Back at the shipper",
    "CIN": "At customs",
    "CHD": "Stopped by customs",
    "CRL": "Released by customs",
    "SRT": "Sorted",
}
SERVICES = {
    "standard": ("Standard", Decimal("4.90"), Decimal("0.80"), 2),
    "express": ("Express", Decimal("9.90"), Decimal("1.50"), 1),
}
_SITES = (
    {"name": "Depot Lindenau", "city": "Leipzig", "zip": "04177", "country": "DE"},
    {"name": "Hub Kassel", "city": "Kassel", "zip": "34117", "country": "DE"},
    {"name": "Depot Altona", "city": "Hamburg", "zip": "22765", "country": "DE"},
)
_CODE = re.compile(r"[A-Z0-9]{2,6}")
_NUMBER = re.compile(r"[A-Z0-9]{6,40}")
_EXTRAS = ("signer", "drop", "why", "text", "withdraws")


class Problem(Exception):
    """What the carrier refuses, in its own words.

    :param str code: Its code: S400, S404, S429, S503.
    :param str text: Its text.
    """

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
        self.text = text


class SandboxCarrier:
    """Books parcels and moves them when told to.

    :param clock: Unix time, in the form of `time.time`.
    :param int | None first_number: Where the numbers begin; by default they differ from
        start to start, as a carrier does not forget either.
    :param float utc_offset: Hours between its clocks and UTC.
    """

    def __init__(self, clock, first_number=None, currency="EUR", utc_offset=1.0):
        self._clock = clock
        self._zone = timezone(timedelta(hours=utc_offset))
        self._currency = currency
        self._next_number = int(clock()) * 100 if first_number is None else first_number
        self._next_shipment = 1
        self._parcels = {}
        self._bookings = {}
        self._lock = threading.RLock()

    def rates(self, order):
        """Return what each service would cost.

        :param dict order: The transport order.
        :rtype: list[dict]
        """
        return [
            {
                "service": code,
                "name": name,
                "amount": str(self._price(code, order)),
                "currency": self._currency,
                "days": days,
            }
            for code, (name, _base, _per_kg, days) in SERVICES.items()
        ]

    def book(self, order, key=""):
        """Book a transport order.

        :param dict order: reference, service, to, from, parcels [{weight}], return.
        :param str key: The caller's key; the same key gives the same booking again.
        :return: shipment, parcels [{number, weight}], price.
        :rtype: dict
        """
        with self._lock:
            if key and key in self._bookings:
                return self._bookings[key]
            parcels = order.get("parcels") or [{}]
            if not isinstance(parcels, list) or not 0 < len(parcels) <= MAX_NUMBERS:
                raise Problem("S400", f"Between 1 and {MAX_NUMBERS} parcels per order")
            service = order.get("service") or "standard"
            price = self._price(service, order)
            if len(self._parcels) + len(parcels) > MAX_PARCELS:
                raise Problem("S503", "The depot is full")
            booked = [self._new_parcel(self._draw_number(), order) for _ in parcels]
            booking = {
                "shipment": f"SBS{self._next_shipment:06d}",
                "service": service,
                "parcels": [
                    {"number": parcel["number"], "weight": str(weight)}
                    for parcel, weight in zip(booked, _weights(order), strict=True)
                ],
                "price": {"amount": str(price), "currency": self._currency},
            }
            self._next_shipment += 1
            # One price for all parcels of the order: it stands on the first.
            booked[0]["charges"].append(
                {
                    "kind": "FREIGHT",
                    "amount": str(price),
                    "currency": self._currency,
                    "final": False,
                    "at": self.now_text(),
                }
            )
            for parcel in booked:
                self._scan(parcel, "LBL", {})
            if key:
                self._bookings[key] = booking
            return booking

    def find(self, key):
        """Return what was booked under a key and stands.

        :param str key: The caller's key.
        :return: As `book` said it; nothing, or one booking.
        :rtype: list[dict]
        """
        with self._lock:
            booking = self._bookings.get(key) if key else None
            if not booking:
                return []
            standing = any(
                "VOID" not in {scan["code"] for scan in self._parcel(number)["scans"]}
                for number in (parcel["number"] for parcel in booking["parcels"])
            )
            return [booking] if standing else []

    def void(self, number):
        """Cancel a label that has not been used.

        :param str number: The tracking number.
        :return: The scan that says so.
        :rtype: dict
        """
        with self._lock:
            parcel = self._parcel(number)
            codes = {scan["code"] for scan in parcel["scans"]}
            if "VOID" in codes:
                return parcel["scans"][-1]
            if codes - {"BKD", "LBL", "ETA", "ADR"}:
                raise Problem("S400", f"{number} is under way")
            return self._scan(parcel, "VOID", {})

    def advance(self, number, code, details=None):
        """Scan a parcel; one it has never seen was handed in without an order.

        :param str number: The tracking number.
        :param str code: The code, known to the carrier or not.
        :param dict | None details: signer, drop, why, text, at, site, and withdraws
            (the row that this scan takes back).
        :return: The scan.
        :rtype: dict
        """
        details = details or {}
        if not _CODE.fullmatch(str(code)) or not _NUMBER.fullmatch(str(number)):
            raise Problem("S400", "A number and a code of two to six letters, please")
        with self._lock:
            if number not in self._parcels and len(self._parcels) >= MAX_PARCELS:
                raise Problem("S503", "The depot is full")
            parcel = self._parcels.get(number) or self._new_parcel(number, details)
            if len(parcel["scans"]) >= MAX_SCANS:
                raise Problem("S400", f"{number} was scanned often enough")
            return self._scan(parcel, str(code), details)

    def withdraw(self, number, code="DLV"):
        """Take back the last scan with a code.

        :param str number: The tracking number.
        :param str code: The code to take back.
        :return: The scan that says so.
        :rtype: dict
        """
        with self._lock:
            scans = self._parcel(number)["scans"]
            gone = {scan.get("withdraws") for scan in scans}
            rows = [
                scan["row"]
                for scan in scans
                if scan["code"] == code
                and "withdraws" not in scan
                and scan["row"] not in gone
            ]
            if not rows:
                raise Problem("S400", f"{number} has no {code} to take back")
            return self.advance(
                number, code, {"withdraws": rows[-1], "text": "Scanned by mistake"}
            )

    def handed_over(self, number):
        """Return the last scan that says that a parcel was handed over.

        :param str number: The tracking number.
        :rtype: dict
        """
        scans = self.parcel(number)["scans"]
        gone = {scan.get("withdraws") for scan in scans}
        handed = [
            scan
            for scan in scans
            if scan["code"] == "DLV"
            and "withdraws" not in scan
            and scan["row"] not in gone
        ]
        if not handed:
            raise Problem("S404", f"There is no proof for {number}")
        return handed[-1]

    def track(self, numbers):
        """Return all that is known about some parcels.

        :param list[str] numbers: The tracking numbers.
        :return: parcels, and problems for the unknown numbers.
        :rtype: dict
        """
        if not 0 < len(numbers) <= MAX_NUMBERS:
            raise Problem("S400", f"Between 1 and {MAX_NUMBERS} numbers per call")
        with self._lock:
            known = [
                _copy(self._parcels[number])
                for number in numbers
                if number in self._parcels
            ]
        problems = [
            {"code": "S404", "text": f"{number} is not known", "number": number}
            for number in numbers
            if number not in self._parcels
        ]
        return {"parcels": known, **({"problems": problems} if problems else {})}

    def parcel(self, number, scans=None):
        """Return one parcel with all or some of its scans.

        :param str number: The tracking number.
        :param list[dict] | None scans: The scans to show; all by default.
        :rtype: dict
        """
        with self._lock:
            parcel = _copy(self._parcel(number))
        return parcel if scans is None else {**parcel, "scans": scans, "charges": []}

    def _parcel(self, number):
        if number not in self._parcels:
            raise Problem("S404", f"{number} is not known")
        return self._parcels[number]

    def _draw_number(self):
        digits = f"{self._next_number:012d}"
        self._next_number += 1
        return f"SBX{digits}{sum(map(int, digits)) * 7 % 10}"

    def _new_parcel(self, number, order):
        parcel = {
            "number": number,
            "reference": str(order.get("reference") or "")[:100],
            "return": order.get("return") is True,
            "scans": [],
            "charges": [],
        }
        self._parcels[number] = parcel
        return parcel

    def _scan(self, parcel, code, details):
        row = len(parcel["scans"]) + 1
        withdrawn = details.get("withdraws")
        if withdrawn is not None and withdrawn not in range(1, row):
            raise Problem("S400", f"There is no row {withdrawn} to withdraw")
        scan = {
            "row": row,
            "code": code,
            "text": CODES.get(code, ""),
            "at": str(details.get("at") or self.now_text()),
            "site": details.get("site") or _SITES[(row - 1) % len(_SITES)],
            **{key: details[key] for key in _EXTRAS if details.get(key) is not None},
        }
        parcel["scans"].append(scan)
        return scan

    def now_text(self):
        """Return the time on its clocks, as it stands on a scan.

        :rtype: str
        """
        moment = datetime.fromtimestamp(self._clock(), self._zone)
        return moment.isoformat(timespec="seconds")

    def _price(self, service, order):
        if service not in SERVICES:
            raise Problem("S400", f"There is no service {service}")
        _name, base, per_kg, _days = SERVICES[service]
        weights = _weights(order)
        price = base * len(weights) + per_kg * sum(weights)
        return price.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _copy(parcel):
    return {
        **parcel,
        "scans": list(parcel["scans"]),
        "charges": list(parcel["charges"]),
    }


def _weights(order):
    parcels = order.get("parcels") or [{}]
    try:
        weights = [Decimal(str(parcel.get("weight") or 1)) for parcel in parcels]
        if not all(0 < weight < 1000 for weight in weights):
            raise ValueError
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise Problem("S400", "Weights are kilograms below 1000") from error
    return weights
