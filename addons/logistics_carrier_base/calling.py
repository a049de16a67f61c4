"""Calling a partner: what goes wrong there costs this one call."""

from odoo.addons.logistics_events.tracing import get_logger

from .exceptions import CarrierRejected, CarrierUnavailable

_logger = get_logger(__name__)


def guarded(call, *args):
    """Call a partner; a defect of the adapter is logged and counts as a refusal.

    :param callable call: What an adapter made for it; it needs no database.
    :raise CarrierUnavailable: When the same call may work later.
    :raise CarrierRejected: When it will not.
    """
    try:
        return call(*args)
    except (CarrierUnavailable, CarrierRejected):
        raise
    except Exception as error:
        # An adapter may raise anything. Whoever waits behind this partner must not wait
        # for its correction. Without the database, so no conflict passes here.
        _logger.exception("An adapter cannot make its call")
        raise CarrierRejected(
            "bad_request", "defect", f"{type(error).__name__}: {error}"
        ) from error
