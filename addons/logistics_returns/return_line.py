"""What the facts of a return say of one of its lines.

Closed sums wherever possible, so that the order does not matter; where it is about what
was so at the time (a withdrawal, goods that are missing, a credit ahead of goods), the
instants of the facts decide. The cases are listed in `return_fold.py`.
"""

from collections import defaultdict
from types import MappingProxyType

from .return_bounds import ZERO
from .return_facts import ACCEPTED, DISPOSITIONS, LinePosition


class LineSums:
    """The facts of one line, added up.

    :param whole: What holds for the whole return: `known` facts by kind, `refused()`,
        `stands()`, `closed_at` and `conflicts`.
    :param ReturnLine line: What the other records say of it.
    """

    def __init__(self, whole, line):
        self.whole, self.line = whole, line
        self.refused = whole.refused(line.key)
        self.received = self._sum("received")
        self.inspected = {kind: self._sum("inspected", kind) for kind in DISPOSITIONS}
        self.wrong = self.inspected["wrong_item"]
        self.right = max(self.received - self.wrong, ZERO)
        # What customers got back, or never was ours to take.
        self.foreign = self.wrong + self.inspected["send_back"]
        self.present = self.foreign + sum(map(self.inspected.get, ACCEPTED), ZERO)
        self.absent, self.shorts = self._missing()
        self.short = self.inspected["missing"] - self.absent
        self.exempt = self._sum("kept") + self._sum("lost")
        self.asked, self.was_withdrawn = self._asked()
        self.claimed = self._claimed()
        self.compensated = min(self.claimed, line.delivered)

    @property
    def given_up(self):
        """Return what is not owed at all: what is sent again still is.

        :rtype: Decimal
        """
        return max(self.compensated - self.line.replaced, ZERO)

    def _told(self, kind, disposition=""):
        return [
            fact
            for fact in self.whole.known[kind]
            if fact.line == self.line.key and fact.disposition == disposition
        ]

    def _sum(self, kind, disposition=""):
        told = self._told(kind, disposition)
        return max(sum((fact.quantity for fact in told), ZERO), ZERO)

    def _until(self, at, kind, disposition=""):
        """Return how much of a kind there was by an instant, inclusive."""
        told = self._told(kind, disposition)
        return sum((fact.quantity for fact in told if fact.at <= at), ZERO)

    def _missing(self):
        """Return what is missing of what came in, and by fact what beyond that.

        By the time of the inspection: what comes after it is no longer missing.
        """
        absent, shorts = ZERO, {}
        for fact in self._told("inspected", "missing"):
            # A receipt that is put right afterwards never was that much.
            came = min(self._until(fact.at, "received"), self.received)
            found = sum(
                (
                    self._until(fact.at, "inspected", kind)
                    for kind in DISPOSITIONS
                    if kind != "missing"
                ),
                ZERO,
            )
            here = min(max(came - found - absent, ZERO), max(fact.quantity, ZERO))
            absent += here
            shorts[fact] = fact.quantity - here
        return min(absent, self.inspected["missing"]), shorts

    def _asked(self):
        """Return what is to come back, and whether some of it was withdrawn."""
        asked = came = ahead = gone = ZERO
        withdrawn = False
        for fact in self._in_turn():
            if fact.kind == "requested":
                asked += fact.quantity
            elif fact.kind == "received":
                came += fact.quantity
            elif fact.kind == "goodwill":
                ahead = max(came, ahead) + fact.quantity
            elif fact.kind != "withdrawn":
                gone += self.shorts.get(fact, fact.quantity)
            elif self.whole.stands(fact):
                # What is credited ahead cannot be withdrawn any more.
                still = max(asked - max(came, ahead, ZERO) - max(gone, ZERO), ZERO)
                asked -= still if fact.quantity is None else min(fact.quantity, still)
                withdrawn = withdrawn or bool(still)
        return asked, withdrawn

    def _in_turn(self):
        """Return what decides how much is asked for, by time."""
        kinds = ("requested", "received", "goodwill", "kept", "lost")
        told = [fact for kind in kinds for fact in self._told(kind)] + [*self.shorts]
        told += [
            fact
            for fact in self.whole.known["withdrawn"]
            if fact.line in ("", self.line.key)
        ]
        order = (*kinds, "inspected", "withdrawn")
        return sorted(
            told, key=lambda fact: (fact.at, order.index(fact.kind), fact.ref)
        )

    def _with_goodwill(self, came):
        """Return what is credited for goods that came, or will.

        Goods that come after it was granted use up what was credited ahead of them.
        """
        ahead = ZERO
        for granted in self._told("goodwill"):
            ahead = max(ahead, self._before(granted.at, came)) + granted.quantity
        return max(came, ahead, ZERO)

    def _before(self, at, came):
        """Return what of the accepted goods came by an instant, as far as is certain.

        What was accepted at any time and did not come after the instant came before.
        """
        by_then = self._until(at, "received")
        accepted = [fact for kind in ACCEPTED for fact in self._told("inspected", kind)]
        certain = came - (self.received - by_then)
        for seen in {at, *(fact.at for fact in accepted if fact.at > at)}:
            later = self._until(seen, "received") - by_then
            found = sum((fact.quantity for fact in accepted if fact.at <= seen), ZERO)
            certain = max(certain, found - later)
        return min(certain, came)

    def _claimed(self):
        """Return what is no longer owed, were there no bounds."""
        came = self.accepted
        if self.line.undelivered:
            came = max(self.received - self.foreign, ZERO) + self.short
        elif self.refused:
            came = ZERO
        came = self._with_goodwill(came)
        # What was let go and comes after all is the same goods, unless more was asked.
        return max(came, self.exempt, min(came + self.exempt, self.asked))

    @property
    def accepted(self):
        """Return what of the goods that came in is ours again.

        :rtype: Decimal
        """
        accepted = self.present - self.foreign
        return min(accepted, max(self.received - self.foreign, ZERO))

    @property
    def end(self):
        """Return how the line ended, "" when it did not.

        :rtype: str
        """
        if self.refused:
            return "refused"
        return "closed" if self.was_withdrawn and not self.asked else ""

    def position(self):
        """Return where the line stands.

        :rtype: LinePosition
        """
        line = self.line
        open_ = self.asked - self.right - self.exempt - self.short
        if self.end or self.whole.closed_at is not None:
            open_ = ZERO
        # What nobody invoiced is used up first.
        owed = line.delivered - self.given_up
        # A credit that another invoice made up for since is not taken back as well.
        most = max(self.given_up, line.credited)
        creditable = min(max(line.invoiced - owed, ZERO), most)
        return LinePosition(
            asked=self.asked,
            expected=max(open_, ZERO),
            received=self.received,
            waiting=max(self.received - self.present - self.absent, ZERO),
            inspected=MappingProxyType(self.inspected),
            accepted=self.accepted,
            exempt=self.exempt,
            compensated=self.compensated,
            creditable=line.credited if self.whole.conflicts else creditable,
            credited=line.credited,
            end=self.end,
        )

    def problems(self):
        """Return what a person should look at.

        :rtype: set[str]
        """
        creditable = self.position().creditable
        missing = self.inspected["missing"]
        found = {
            "came_anyway": self.right
            and self.exempt
            and self.right + self.exempt > self.asked,
            "wrong_item": self.wrong,
            "missing": missing > self._sum("lost") and not self.line.undelivered,
            "inspected_more": self.present > self.received,
            "more_than_delivered": self.claimed > self.line.delivered,
            "credited_more": self.line.credited > min(creditable, self.given_up),
            "negative": self._is_negative(),
            "closed_received": self.whole.closed_at is not None
            and any(
                fact.at > self.whole.closed_at and fact.quantity > 0
                for fact in self._told("received")
            ),
        }
        return {problem for problem, is_so in found.items() if is_so} | self._surplus()

    def _surplus(self):
        """Return why goods came that were not to come."""
        if self.received and self.refused:
            return {"refused_received"}
        if self.right <= self.asked:
            return set()
        if not self._told("requested"):
            return {"unannounced"}
        return {"withdrawn_received" if self.was_withdrawn else "over_received"}

    def _is_negative(self):
        sums = defaultdict(lambda: ZERO)
        for kind in ("received", "inspected", "kept", "lost", "goodwill"):
            for fact in self.whole.known[kind]:
                if fact.line == self.line.key:
                    sums[kind, fact.disposition] += fact.quantity
        return any(total < 0 for total in sums.values())
