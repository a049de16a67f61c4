"""What a customer reads about a return, and what they can do next.

Pure, without a database. Only what has a word here is ever told: no disposition that
blames anybody, no reason, no person, nothing about approvals. A state without a word is
told as the safest one.
"""

from types import MappingProxyType

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# The customer's word, a sentence, and the Bootstrap colour, by state.
WORDS = MappingProxyType(
    {
        "requested": (
            _lt("Return Requested"),
            _lt("We have your request and will answer it soon."),
            "secondary",
        ),
        "approved": (
            _lt("Return Accepted"),
            _lt("You can send the goods back."),
            "info",
        ),
        "label_sent": (
            _lt("Ready to Send"),
            _lt("Print the label and hand the parcel over."),
            "info",
        ),
        "in_transit": (
            _lt("On the Way Back"),
            _lt("The carrier has your parcel."),
            "primary",
        ),
        "received": (
            _lt("Arrived"),
            _lt("Your goods have arrived and are being checked."),
            "primary",
        ),
        "inspected": (
            _lt("Being Settled"),
            _lt("We are preparing what comes next."),
            "primary",
        ),
        "credited": (
            _lt("Credited"),
            _lt("Your credit note is made; it shows what is credited."),
            "success",
        ),
        "refunded": (
            _lt("Settled"),
            _lt("The credit note is paid back or set off."),
            "success",
        ),
        "closed": (_lt("Closed"), _lt("Nothing more is expected."), "secondary"),
        "refused": (
            _lt("Not Accepted"),
            _lt("We cannot take these goods back. Please contact us."),
            "warning",
        ),
    }
)
# Told where a state has no word.
SAFEST = "requested"
# Goods that come back without having been delivered: nothing was asked of us.
_UNDELIVERED = MappingProxyType(
    {
        "requested": _lt("We are looking into it; you need not do anything."),
        "approved": _lt("The parcel is expected back with us."),
        "label_sent": _lt("The parcel is expected back with us."),
        "in_transit": _lt("The parcel could not be delivered and comes back to us."),
        "received": _lt("The parcel is back with us."),
        "refused": _lt("Please contact us."),
    }
)
_REPLACED = _lt("Your replacement is being prepared.")

# What a customer can do, in the order it is offered.
STEPS = MappingProxyType(
    {
        "print_label": _lt("Print the label"),
        "send": _lt("Send the goods"),
        "follow": _lt("Follow the parcel"),
        "add_photos": _lt("Add photos"),
        "withdraw": _lt("Withdraw the return"),
        "see_credit": _lt("See the credit note"),
        "contact": _lt("Contact us"),
    }
)
_BEFORE_SCAN = ("requested", "approved", "label_sent")
_SENDABLE = ("approved", "label_sent")


def word(state):
    """Return what a customer reads for a state.

    :param str | None state: A state of a return.
    :rtype: str
    """
    return WORDS.get(state, WORDS[SAFEST])[0]


def tone(state):
    """Return the Bootstrap colour in which the word is shown.

    :param str | None state: A state of a return.
    :rtype: str
    """
    return WORDS.get(state, WORDS[SAFEST])[2]


def sentence(state, undelivered=False, replaced=False):
    """Return what a state means to the customer.

    :param str | None state: A state of a return.
    :param bool undelivered: Whether the parcel comes back without having been
        delivered.
    :param bool replaced: Whether other goods are sent instead of a credit.
    :rtype: str
    """
    state = state if state in WORDS else SAFEST
    if undelivered and state in _UNDELIVERED:
        return _UNDELIVERED[state]
    if replaced and state == "inspected":
        return _REPLACED
    return WORDS[state][1]


def next_steps(state, undelivered=False, **there):
    """Return what the customer can do now, in the order to offer it.

    :param str | None state: A state of a return; an unknown one offers contact only.
    :param bool undelivered: Whether the parcel comes back without having been
        delivered; then there is nothing to send or to withdraw.
    :param bool there: What exists: `label` (one to print), `tracking` (a number the
        customer may follow), `credit` (a posted credit note), `expected` (goods that
        have not come; True unless said otherwise).
    :return: Keys of `STEPS`.
    :rtype: tuple[str, ...]
    """
    if state not in WORDS:
        return ("contact",)
    theirs = not undelivered and there.get("expected", True)
    can = {
        "print_label": theirs and there.get("label") and state in _SENDABLE,
        "send": theirs and state in _SENDABLE,
        "follow": there.get("tracking") and state == "in_transit",
        "add_photos": not undelivered and state in _BEFORE_SCAN,
        "withdraw": theirs and state in _BEFORE_SCAN,
        "see_credit": there.get("credit"),
        "contact": True,
    }
    return tuple(step for step in STEPS if can[step])
