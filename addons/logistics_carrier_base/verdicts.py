"""What a test of credentials came to, as a code beside the partner's sentence."""

from .exceptions import CarrierUnavailable

VERDICTS = [
    ("works", "Authenticated"),
    ("wrong_key", "Wrong Key"),
    ("wrong_environment", "Wrong Environment"),
    ("no_permission", "No Permission"),
    ("unreachable", "Cannot Be Reached"),
    ("refused", "Refused"),
]


def verdict_of(error):
    """Say what an error means for the credentials.

    :param CarrierUnavailable | CarrierRejected error: What the call ended with.
    :return: A code of `VERDICTS`; `works` where only the thing asked for is unknown.
    :rtype: str
    """
    if isinstance(error, CarrierUnavailable):
        return "unreachable"
    if error.code == "403":
        return "no_permission"
    return {"authentication": "wrong_key", "not_found": "works"}.get(
        error.kind, "refused"
    )
