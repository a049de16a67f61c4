"""A connection to the stand-in of a carrier, over real HTTP on this machine."""

from odoo.tests import TransactionCase

from .. import opening
from ..client import Timeouts
from .client_case import LoopbackCase
from .common import CarrierCommon

QUICK = Timeouts(connect=1.0, read=0.5, total=2.0)


class StandInCase(CarrierCommon, LoopbackCase, TransactionCase):
    """A subclass names `adapter` and `stand_in`.

    :param stand_in: The class of its `CarrierStandIn`.
    :param dict values: What the connection needs besides credentials.
    """

    stand_in = None
    values = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.stand_in().start()
        cls.addClassCleanup(cls.server.stop)
        cls.connection.write({"base_url": cls.server.address, **cls.values})
        cls._paste(cls.server.credentials)

    @classmethod
    def _paste(cls, credentials):
        """Paste credentials by name, as a person does."""
        for name, value in credentials.items():
            if name == "api_key":
                cls.connection.credential = value
                continue
            rows = cls.connection.credential_ids
            row = rows.filtered(lambda one, name=name: one.name == name)
            if not row:
                raise AssertionError(f"the adapter asks for no {name}")
            row.value = value

    def setUp(self):
        super().setUp()
        self.server.behave()
        self.server.forget()
        open_ = opening.Account.open
        self.patch(
            opening.Account,
            "open",
            lambda account, **more: open_(
                account, **{"timeouts": QUICK, "sleep": _no_sleep, **more}
            ),
        )


def _no_sleep(_seconds):
    """Wait for nobody."""
