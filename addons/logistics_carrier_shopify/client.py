"""Shopify's Admin API: how it is called, and the one question that is asked."""

import re
from dataclasses import dataclass

from odoo.addons.logistics_carrier_base.api import (
    ClientCredentials,
    Login,
    PartnerApi,
)
from odoo.addons.logistics_carrier_base.credentials import API_KEY
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_events.vocabulary import normalise_tracking

from . import const, mapper

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_PATH = f"admin/api/{const.API_VERSION}/graphql.json"
# A token that was pasted has no end that anybody told.
_FOR_GOOD = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class ShopLogin(ClientCredentials):
    """A login with client ID and secret, or the token of an older app."""

    def log_in(self, credentials, call):
        """Override to take a token that was pasted as it is."""
        if credentials.get(API_KEY):
            return Login(credentials[API_KEY], _FOR_GOOD)
        # Not `super()`: a dataclass with slots is another class than the one here.
        return ClientCredentials.log_in(self, credentials, call)


AUTH = ShopLogin(
    path="/admin/oauth/access_token",
    style="form",
    header="X-Shopify-Access-Token",
    prefix="",
)


def api(account_ref=""):
    """Return the API of one shop: each has an address of its own.

    :param str account_ref: The name of the shop, with or without `.myshopify.com`.
    :rtype: PartnerApi
    """
    shop = account_ref.strip().lower().removesuffix(".myshopify.com")
    known = bool(_SHOP.fullmatch(shop))
    return PartnerApi(
        name="Shopify",
        bases={"production": f"https://{shop}.myshopify.com"} if known else {},
        auth=AUTH,
        answer_of=mapper.answer_of,
        sensitive=const.SENSITIVE_KEYS,
    )


def fetcher(identifiers):
    """Return how a number is asked for.

    :param dict identifiers: Fulfillments by tracking number, as it is stored.
    :return: `(client, number) -> bytes`.
    """

    def fetch(client, number):
        identifier = identifiers.get(normalise_tracking(number))
        if not identifier:
            raise CarrierRejected(
                "not_found", "no_fulfillment", "No fulfillment of it was pushed yet"
            )
        variables = {"id": const.FULFILLMENT_ID % identifier}
        answer = _ask(client, const.QUERY, variables)
        if answer.json()["data"].get("fulfillment") is None:
            raise CarrierRejected("not_found", "404", "No such fulfillment")
        return answer.body

    return fetch


def probe(client):
    """Make a call that costs and changes nothing."""
    _ask(client, const.SHOP_QUERY, {})


def _ask(client, query, variables):
    """Ask once; a refusal comes with a good status here.

    :rtype: Answer
    :raise CarrierUnavailable: When the same call may work later.
    :raise CarrierRejected: When it will be refused again.
    """
    document = {"query": query, "variables": variables}
    # Reading twice does no harm.
    answer = client.post(_PATH, json=document, attempts=2)
    content = answer.json()
    # What was answered in part is for the mapper.
    if isinstance(content, dict) and isinstance(content.get("data"), dict):
        return answer
    refusal = mapper.answer_of(answer.body)
    if not refusal:
        raise CarrierUnavailable("The answer is none of Shopify's")
    if refusal.kind in ("quota", "unavailable"):
        raise CarrierUnavailable(str(refusal), kind=refusal.kind)
    raise CarrierRejected(refusal.kind, refusal.code, str(refusal), answer.body)
