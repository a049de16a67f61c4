"""What a partner wants to know of an account, by name: pure values."""

from dataclasses import dataclass

API_KEY = "api_key"


@dataclass(frozen=True, slots=True)
class Credential:
    """One thing to paste: a key, a user, a password.

    :param str name: The technical name, unique within the adapter.
    :param str label: What the partner calls it.
    :param str help: Where it is found.
    :param bool required: Whether nothing works without it.
    """

    name: str
    label: str
    help: str = ""
    required: bool = True


SINGLE_KEY = (Credential(API_KEY, "API Key"),)
