"""A parcel about to be delivered, by a carrier that may hand over a proof."""

from datetime import timedelta

from odoo import fields

from odoo.addons.logistics_events.tests import files

from ..proof import ProofFile
from .common import CarrierCommon

JOB = "logistics_carrier_base.ir_cron_fetch_proofs"


class ProofCase(CarrierCommon):
    """`cls.parcel` is on its way; `self._answer()` says what the carrier hands over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.write({"credential": "training-key"})
        cls.shipment = cls._ship(cls._sell().picking_ids, "NB100")
        cls.parcel = cls.shipment.parcel_ids
        cls.hour_ago = fields.Datetime.now() - timedelta(hours=1)

    def _answer(self, *answer):
        """Let the carrier hand over files, or raise; return the numbers asked about."""
        asked = []

        def fetch(number):
            asked.append(number)
            if answer and isinstance(answer[0], Exception):
                raise answer[0]
            return list(answer)

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_proof_fetcher", lambda adapter, connection: fetch)
        return asked

    @classmethod
    def _file(cls, content=None, number="NB100", kind="signature", **more):
        content = files.image() if content is None else content
        return ProofFile(number, content, kind, **more)

    @classmethod
    def _scan(cls, code, **more):
        """Return a scan of an hour ago."""
        return {"code": code, "at": f"{cls.hour_ago.isoformat()}+00:00"} | more

    @classmethod
    def _message(cls, number, *scans):
        """Return a message with codes, or whole scans, of an hour ago."""
        return cls._body(
            number,
            *(scan if isinstance(scan, dict) else cls._scan(scan) for scan in scans),
        )

    def _deliver(self, *scans):
        return self._hand_in(self._message("NB100", *(scans or ("PUP", "DLV"))))

    @property
    def request(self):
        self.env.invalidate_all()
        return self.env["logistics.proof.request"].search(
            [("parcel_id", "=", self.parcel.id)]
        )

    def _fetch(self, anew=True):
        if anew:
            self.request.filtered(lambda one: one.state == "waiting").write(
                {"next_try_at": "2020-01-01 00:00:00"}
            )
        self._run_job(JOB)
        return self.request
