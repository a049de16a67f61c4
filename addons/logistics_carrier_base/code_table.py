"""Tables of a partner's codes, written as lists of codes by what they mean.

Each line is a meaning and its codes: an event type, after a colon a reason or a way of
delivering, and `+damaged` where the code says that as well. Codes after `-` are known
and say too little; a line that begins with `|` goes on with the one before.
"""

from typing import NamedTuple

from odoo.addons.logistics_events import vocabulary


class Meaning(NamedTuple):
    """What a code says.

    :param str event_type: The canonical event; "" when the code says too little.
    :param str reason: Why, or "".
    :param str delivery_mode: How it was delivered, or "".
    :param bool damaged: Whether it reports a damage besides.
    """

    event_type: str
    reason: str = ""
    delivery_mode: str = ""
    damaged: bool = False


def read(text):
    """Read a table.

    :param str text: The lines.
    :rtype: dict[str, Meaning]
    :raises ValueError: When a code stands twice.
    """
    table = {}
    for line in text.strip().splitlines():
        head, *names = line.split()
        if head != "|":  # Continues the line before.
            meaning = _meaning(head)
        for name in names:
            if name in table:
                raise ValueError(f"the code {name} stands twice")
            table[name] = meaning
    return table


def _meaning(head):
    said, damaged, _rest = head.partition("+damaged")
    event_type, _colon, detail = said.partition(":")
    if detail in vocabulary.DELIVERY_MODES:
        return Meaning(event_type, "", detail, bool(damaged))
    return Meaning(event_type.strip("-"), detail, "", bool(damaged))
