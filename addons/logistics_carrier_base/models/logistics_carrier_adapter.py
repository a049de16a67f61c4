from odoo import models

from .. import strict_json
from ..booking import Needs
from ..credentials import SINGLE_KEY
from ..exceptions import UnreadableMessage


class LogisticsCarrierAdapter(models.AbstractModel):
    """The contract of a partner: what it can do, how it signs, what its bytes mean.

    An adapter is an AbstractModel named `logistics.carrier.adapter.<code>`. Methods
    of capabilities it does not declare are never called.
    """

    _name = "logistics.carrier.adapter"
    _description = "Carrier Adapter"

    def _label(self):
        """Return the partner's name as users know it."""
        raise NotImplementedError

    def _capabilities(self):
        """Return what the partner can do.

        :return: Of `webhook`, `test_event`, `poll`, `subscribe`, `book`, `rate`,
            `cancel`, `book_return` where it books goods that come back as well, `proof`
            where it hands out proofs of delivery when asked, and `proof_inside` where
            they stand in what it tells anyway.
        :rtype: frozenset[str]
        """
        raise NotImplementedError

    def _version(self):
        """Return the version of the adapter, kept on every fact it makes."""
        raise NotImplementedError

    def _mapping_version(self):
        """Return the version of the adapter's code table, raised when it changes.

        :rtype: int
        """
        return 1

    def _test_only(self):
        """Whether the partner is for tests and training only."""
        return False

    def _credential_fields(self):
        """Return what the partner wants to know of an account.

        :return: `Credential`s; those beside a single `api_key` get a row each on the
            connection.
        :rtype: tuple[Credential, ...]
        """
        return SINGLE_KEY

    def _call_rate(self):
        """Return how many calls a minute the partner allows unless agreed otherwise."""
        return 600

    def _content_types(self):
        """Return the content types the webhook takes; others are refused with 415."""
        return frozenset({"application/json"})

    def _signature_scheme(self, connection):
        """Return how the partner signs its webhooks.

        :param logistics.connection connection: The connection it signs for.
        :return: An object with the `verify` of `signatures.py`.
        """
        raise NotImplementedError

    def _message_key(self, body, signed_key):
        """Return what makes a message the same message when it is sent again.

        Called after the signature was verified and before the message is stored, so
        it also is where a document that no one can read is noticed at the door.

        :param bytes body: The raw body.
        :param str | None signed_key: The identifier the signature covered, if any.
        :return: The key, or None for the digest of the body.
        :raise UnreadableMessage: When the body is no document at all.
        """
        strict_json.loads(body)
        return signed_key

    def _kept_headers(self):
        """Return which headers of the partner are kept with a message, for a person.

        They are not signed: whoever repeats a signed message may write there what he
        likes. None of them is a key, or one message could take the place of another.

        :return: Names in small letters.
        :rtype: frozenset[str]
        """
        return frozenset()

    def _parse_webhook(self, body):
        """Turn a pushed body into events.

        :param bytes body: The raw body.
        :rtype: list[CarrierEvent]
        :raise UnreadableMessage: When it cannot be read.
        :raise CarrierAnswer: When it is an error answer.
        """
        raise NotImplementedError

    def _parse_poll(self, body):
        """Turn a polled answer into events; the same shape as a push unless said."""
        return self._parse_webhook(body)

    def _complete_events(self, connection, events):
        """Add to the events of a message what the partner only said in earlier ones.

        :param logistics.connection connection: Who said it.
        :param list[CarrierEvent] events: What the message says.
        :rtype: list[CarrierEvent]
        """
        return events

    def _charge_types(self):
        """Return what the partner's own names of its charges mean.

        :return: By the name in capitals, as `raw_code` of a `charge_…` event says it,
            one of `base`, `fuel`, `fee`, `insurance` and the like. What is not listed
            is held until a person says what it is.
        :rtype: dict[str, str]
        """
        return {}

    def _environment_of(self, body):
        """Return whether a message is about test or real parcels, where it says so.

        :param bytes body: The raw body.
        :return: `test`, `production` or "".
        :rtype: str
        """
        return ""

    def _check_environment(self, body, environment):
        """Refuse a test message on a production connection, and the reverse.

        :param str environment: `test` or `production`, of the connection.
        :raise UnreadableMessage: When they do not fit.
        """
        said = self._environment_of(body)
        if said and said != environment:
            raise UnreadableMessage(
                f"a {said} message came in on a {environment} connection", "environment"
            )

    def _poller(self, connection):
        """Return a plain function that asks the partner about tracking numbers.

        It runs without a database, so it holds everything it needs by value.

        :param logistics.connection connection: The connection to ask with.
        :return: `numbers: list[str] -> list[bytes]`, the raw answers. It raises
            `CarrierUnavailable` or `CarrierRejected`, nothing else.
        """
        raise NotImplementedError

    def _poll_batch_size(self):
        """Return how many numbers the partner takes in one call."""
        return 1

    def _poll_costs(self):
        """Whether the first question about a number costs a fee.

        An adapter that says so asks only for numbers the partner follows already,
        unless `connection._pays_for_polls()`.
        """
        return False

    def _subscription_kind(self):
        """Return what is subscribed to: everything of an `account`, or each `number`.

        :rtype: str
        """
        raise NotImplementedError

    def _subscriber(self, connection):
        """Return a plain function that asks the partner to push, or to go on pushing.

        It runs without a database. Asking again renews; it never pushes twice.

        :param logistics.connection connection: The connection to subscribe.
        :return: `targets: list[str] -> list[Subscribed]`; the target of an account is
            "". It raises `CarrierUnavailable` or `CarrierRejected`, nothing else.
        """
        raise NotImplementedError

    def _unsubscriber(self, connection):
        """Return a plain function that ends subscriptions.

        :return: `references: list[str] -> None`; one that is over is no error.
        """
        raise NotImplementedError

    def _booking_needs(self, connection):
        """Return what the partner refuses an order without.

        It is asked before the partner is called, for prices (without the label format)
        and for labels.

        :param logistics.connection connection: The connection to book with.
        :rtype: Needs
        """
        return Needs()

    def _booker(self, connection):
        """Return a plain function that books a transport order; see `booking.py`.

        It runs without a database, so it holds everything it needs by value. The key
        goes along in a way by which `_finder` finds the order again: as the reference
        of the partner's object, and as its idempotency key where it has one.

        :param logistics.connection connection: The connection to book with.
        :return: `(BookingRequest, key: str) -> Booking`; the same key never books
            twice. An order that `is_return` only comes to those that can
            `book_return`. It raises `CarrierUnavailable` when it is not known whether
            the label was bought, or `CarrierRejected` when it was not, nothing else.
        """
        raise NotImplementedError

    def _finder(self, connection):
        """Return a plain function that finds what was bought under a key.

        It is asked when the answer of an earlier call did not come; every adapter that
        can `book` has one. It never buys.

        :param logistics.connection connection: The connection that was asked.
        :return: `Lost -> Booking | None`: the whole order with its labels, as
            `_booker` would have answered; None when nothing was bought, or when it was
            cancelled since. It raises `CarrierUnavailable` when the partner cannot say
            now, or `CarrierRejected`, nothing else.
        """
        raise NotImplementedError

    def _rater(self, connection):
        """Return a plain function that says what an order would cost.

        :return: `BookingRequest -> list[Rate]`, of every service the partner offers for
            it; it buys nothing. The `service` of the order chooses none of them.
        """
        raise NotImplementedError

    def _canceller(self, connection):
        """Return a plain function that voids the label of a number.

        :return: `(number: str, reference: str) -> None`, with the partner's own object
            as `Booking.references` says it, "" where it said none; a label that is void
            already is no error.
        """
        raise NotImplementedError

    def _proof_fetcher(self, connection):
        """Return a plain function that asks for the proofs of one delivery.

        It runs without a database. It is asked once a parcel is delivered, and again
        some days long while there is nothing.

        :return: `number: str -> list[ProofFile]`; empty, or `CarrierRejected` with kind
            `not_found`, while there is none. It raises `CarrierUnavailable` or
            `CarrierRejected`, nothing else.
        """
        raise NotImplementedError

    def _proofs_in(self, body):
        """Return the proofs that stand in a pushed or polled message.

        :param bytes body: The raw body of a message that told a delivery.
        :rtype: list[ProofFile]
        """
        raise NotImplementedError

    def _test_verdict(self, connection):
        """Ask the partner whether the credentials are right, and say what it came to.

        :return: A code of `VERDICTS`, and one sentence for a person.
        :rtype: tuple[str, str]
        """
        raise NotImplementedError

    def _probe(self, connection, partner_api, probe):
        """Test an account with a harmless call, unless something is not pasted yet.

        :param PartnerApi partner_api: The partner's API.
        :param callable probe: Makes the call with the client it is given.
        :return: As `_test_verdict`.
        :rtype: tuple[str, str]
        """
        account = connection._account(partner_api)
        missing = account.missing(self._credential_fields())
        if missing:
            return "wrong_key", self.env._("Paste first: %s.", ", ".join(missing))
        return account.test(probe)

    def _test_event(self, connection):
        """Return a test message as the partner would send it; it is signed here.

        It is about a number nobody has, which begins with `TEST-`.

        :return: The body and the headers to send with it.
        :rtype: tuple[bytes, dict[str, str]]
        """
        raise NotImplementedError
