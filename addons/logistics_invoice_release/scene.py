"""What is known of some deliveries, asked once for every order they serve."""

from odoo.addons.logistics_events import fold, ledger, resolve
from odoo.addons.logistics_events.release import Release, Unit, desired_release
from odoo.addons.logistics_events.vocabulary import TRUST_LEVELS

from .terms import moves_money, place_day

# Odoo's own word and a person's word are equally good where no carrier can report.
_OWN_WORD = TRUST_LEVELS["person"]


class Scene:
    """Some transfers, the shipments that carry them, and all facts about those.

    :param stock.picking pickings: The transfers in question.
    :param dict[int, list[Fact]] facts: All facts, by shipment id.
    :param dict[int, Folded] folded: What they say, by shipment id.
    """

    def __init__(self, pickings, facts, folded):
        self.shipments = {
            picking: picking._logistics_counted_shipments() for picking in pickings
        }
        every = pickings.env["logistics.shipment"].union(*self.shipments.values())
        self._trackable = every._trackable()
        # Read for all of them; the orders are looked at one by one.
        every.parcel_ids.fetch(["line_ids"])
        self._facts = facts
        self._folded = folded
        self._trusted = {}
        self._by_ref = {}
        for rows in facts.values():
            self._by_ref.update((fact.ref, fact) for fact in rows)

    def release(self, order, moves):
        """Work out how much of each move of an order is released.

        :param sale.order order: Whose terms count.
        :param stock.move moves: Done moves of that order in the transfers.
        :return: What is released, and the transfers that would be with better proof.
        :rtype: tuple[Release, set[stock.picking]]
        """
        proven = self._by_milestones(order, moves, order._logistics_milestones())
        untracked = moves.filtered(lambda move: self.is_untracked(move.picking_id))
        if untracked:
            proven = _best(proven, self._without_tracking(order, untracked))
        doubted = set()
        if order._logistics_trust() > _OWN_WORD or self._has_weak_facts():
            stated = self._by_milestones(
                order, moves, order._logistics_milestones(), level=0
            )
            doubted = {
                move.picking_id
                for move in moves
                if stated.quantities[move.id] > proven.quantities[move.id]
            }
        return proven, doubted

    def known_at(self, env, evidence):
        """Return when the last of the facts behind a release was stored.

        :param Iterable[int] evidence: Ids of `logistics.event`.
        :rtype: datetime | bool
        """
        events = env["logistics.event"].browse(evidence).with_prefetch(self._by_ref)
        return max(events.mapped("stored_at"), default=False)

    def delivered_on(self, order, evidence):
        """Return the day of the release milestone at the place where it happened.

        :param sale.order order: Whose company's zone stands in for an unknown one.
        :param Iterable[int] evidence: Ids of `logistics.event`.
        :rtype: date | None
        """
        facts = [self._by_ref[ref] for ref in evidence if ref in self._by_ref]
        facts = [fact for fact in facts if fact.occurred_at]
        # Papers may follow later; the goods were there when they were delivered.
        arrived = [fact for fact in facts if fact.event_type == "delivered"]
        return max(
            (
                place_day(
                    fact.occurred_at,
                    fact.precision,
                    fact.occurred_offset,
                    fact.zone,
                    order._logistics_zone(),
                )
                for fact in arrived or facts
            ),
            default=None,
        )

    # === PATHS TO A RELEASE === #

    def _by_milestones(self, order, moves, milestones, level=None):
        """Release what has come as far as a list of milestones, parcel by parcel."""
        level = order._logistics_trust() if level is None else level
        shipments = self._carriers_of(moves)
        legs = [self._folded[shipment.id].leg() for shipment in shipments]
        trusted = [self._trusted_leg(order, shipment, level) for shipment in shipments]
        return desired_release(
            self._units(moves, shipments, legs),
            legs,
            milestones,
            trust=level,
            trusted_legs=trusted,
            parcels_of=self._parcels_of(moves, shipments, legs),
            caps=_done(moves),
        )

    def _without_tracking(self, order, moves):
        """Release what the rule takes for proof where no carrier can report."""
        proof = order.logistics_release_proof
        arrived = self._by_milestones(order, moves, {"delivered"}, level=_OWN_WORD)
        if proof == "person":
            return arrived
        if proof == "signed":
            moves = moves.filtered(lambda move: move.picking_id.signature)
        return _best(arrived, self._validated(order, moves))

    def _validated(self, order, moves):
        """Release what left, by what Odoo says of the shipment as a whole."""
        shipments = self._carriers_of(moves)
        if not shipments:
            return Release()
        legs = []
        for shipment in shipments:
            facts = self._counting(order, shipment, _OWN_WORD)
            legs.append(fold.fold(f for f in facts if f.parcel is None).leg())
        places = {shipment: place for place, shipment in enumerate(shipments)}
        return desired_release(
            [
                Unit(
                    move.id, ledger.quantity(move.quantity), picking=move.picking_id.id
                )
                for move in moves
            ],
            legs,
            {"dispatched"},
            trust=_OWN_WORD,
            parcels_of={
                picking.id: [
                    (None, places[shipment]) for shipment in self.shipments[picking]
                ]
                for picking in moves.picking_id
            },
            caps=_done(moves),
        )

    # === FACTS === #

    def _counting(self, order, shipment, level):
        """Return the facts that are vouched for well enough, and new enough."""
        since, zone = order.logistics_release_from or None, order._logistics_zone()
        return [
            fact
            for fact in resolve.trusted(self._facts.get(shipment.id, ()), level)
            if moves_money(fact, since, zone)
        ]

    def _trusted_leg(self, order, shipment, level):
        since = order.logistics_release_from
        key = (shipment.id, level, since, order._logistics_zone())
        if key not in self._trusted:
            facts = self._counting(order, shipment, level)
            if len(facts) == len(self._facts.get(shipment.id, ())):
                folded = self._folded[shipment.id]
            else:
                folded = shipment._fold(facts)
            self._trusted[key] = folded.leg()
        return self._trusted[key]

    def _has_weak_facts(self):
        return any(fact.trust < _OWN_WORD for fact in self._by_ref.values())

    # === GOODS === #

    def _carriers_of(self, moves):
        """Return the shipments that carry any of the moves."""
        shipments = moves.env["logistics.shipment"]
        for picking in moves.picking_id:
            shipments |= self.shipments[picking]
        return shipments

    def _units(self, moves, shipments, legs):
        """Return the goods that are released together."""
        known = {
            parcel: state.state for leg in legs for parcel, state in leg.parcels.items()
        }
        packed = {}
        for line in shipments.parcel_ids.line_ids:
            if known.get(line.parcel_id.id) != "shipment_cancelled" and (
                line.parcel_id.id in known
            ):
                packed.setdefault(line.move_id, []).append(line)
        units = []
        for move in moves:
            rest = ledger.quantity(move.quantity)
            for line in packed.get(move, ()):
                quantity = min(ledger.quantity(line.quantity), max(rest, 0))
                units.append(Unit(move.id, quantity, parcel=line.parcel_id.id))
                rest -= quantity
            units.append(Unit(move.id, max(rest, 0 * rest), picking=move.picking_id.id))
        return units

    def _parcels_of(self, moves, shipments, legs):
        """Return the parcels of each transfer; unnumbered ones by their place."""
        parcels = {
            shipment: [(None, place) if key is None else key for key in leg.parcels]
            for place, (shipment, leg) in enumerate(zip(shipments, legs, strict=True))
        }
        return {
            picking.id: [
                key for shipment in self.shipments[picking] for key in parcels[shipment]
            ]
            for picking in moves.picking_id
        }

    def is_untracked(self, picking):
        """Return whether the proof of a transfer cannot come from a carrier."""
        if picking.logistics_released_untracked:
            return True
        return not self.shipments[picking] & self._trackable


def _done(moves):
    return {move.id: ledger.quantity(move.quantity) for move in moves}


def _best(first, second):
    """Return the larger of two releases, move by move."""
    quantities, evidence = dict(first.quantities), dict(first.evidence)
    for key, quantity in second.quantities.items():
        if quantity > quantities.get(key, 0):
            quantities[key] = quantity
            evidence[key] = second.evidence.get(key, ())
    return Release(quantities, first.frozen | second.frozen, evidence)
