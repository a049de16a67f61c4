"""Which partners hand out proofs of delivery, and of which parcels."""

from odoo import api, fields, models

from ..proof_turns import DIRECTIONS, HISTORY


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    fetch_proofs = fields.Boolean(
        string="Fetch Proofs of Delivery",
        default=True,
        help="Signatures, photos and papers are fetched after the delivery. They are "
        "personal data: how long they are kept is in the settings, who sees them under "
        "Customer Status.",
    )
    can_prove = fields.Boolean(compute="_compute_can_prove")

    @api.depends("adapter")
    def _compute_can_prove(self):
        for connection in self:
            connection.can_prove = bool(connection._able() & {"proof", "proof_inside"})

    def _fetches_proofs(self):
        """Return whether the partner is asked for proofs.

        :rtype: bool
        """
        self.ensure_one()
        return self.fetch_proofs and self.has_credential and "proof" in self._able()


class LogisticsProof(models.Model):
    _inherit = "logistics.proof"

    connection_id = fields.Many2one(
        "logistics.connection",
        string="Handed Over By",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The partner that handed the file over.",
    )

    _received_uniq = models.UniqueIndex(
        "(parcel_id, received_digest) WHERE connection_id IS NOT NULL",
        "This file is kept already.",
    )

    def _not_typed(self):
        """Override of `logistics_events`: who handed it over is not typed either."""
        return super()._not_typed() | {"connection_id"}


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    def _may_be_proven(self):
        """Whether the delivery of the parcel concerns a customer, and is no history.

        :rtype: bool
        """
        self.ensure_one()
        ended = self.delivered_at or self.last_event_at
        return (
            self.shipment_id.direction in DIRECTIONS
            and not self.closed_at
            and (not ended or ended >= fields.Datetime.now() - HISTORY)
        )

    def _proof_connections(self):
        """Return who is asked for the proofs of the parcels.

        :return: For each parcel one connection, empty when nobody can be asked.
        :rtype: dict[logistics.parcel, logistics.connection]
        """
        if not self:
            return {}
        able = (
            self.env["logistics.connection"]
            .sudo()
            .search([("fetch_proofs", "=", True)])
            .filtered(lambda one: one._fetches_proofs())
        )
        return self._nearest_connections(able)


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    proof_request_ids = fields.One2many(
        "logistics.proof.request", "shipment_id", string="Proof Requests"
    )
    proof_text = fields.Char(
        string="From the Carrier",
        compute="_compute_proof_text",
        compute_sudo=True,
        help="Whether the carrier is asked for the proof, and what it answered.",
    )
    can_ask_proof = fields.Boolean(compute="_compute_proof_text", compute_sudo=True)

    @api.depends(
        "proof_request_ids.state",
        "proof_request_ids.next_try_at",
        "proof_request_ids.error",
    )
    def _compute_proof_text(self):
        for shipment in self:
            missing = shipment.proof_request_ids.filtered(
                lambda one: one.state != "done"
            )
            shipment.can_ask_proof = any(
                one.connection_id._fetches_proofs() for one in missing
            )
            shipment.proof_text = shipment._proof_sentence(missing)

    def _proof_sentence(self, missing):
        answers = " ".join(dict.fromkeys(one.error for one in missing if one.error))
        turns = [one.next_try_at for one in missing if one.next_try_at]
        if turns:
            text = self.env._(
                "The carrier is asked for the proof again at %s.",
                self.company_id._logistics_moment(min(turns)),
            )
        elif any(one.state == "given_up" for one in missing):
            text = self.env._("The carrier handed over no proof.")
        else:
            text = ""
        return " ".join(part for part in (text, answers) if part)

    # === ACTIONS === #

    def action_ask_proof(self):
        """Ask the carrier for the proofs that are not here yet, now."""
        self.check_access("write")
        return self.proof_request_ids.action_ask_again()

    # === BUSINESS METHODS === #

    def _after_fold(self, folded, facts):
        """Override of `logistics_events`: what is delivered may have a proof."""
        result = super()._after_fold(folded, facts)
        shipments = self.sudo()
        wanted, announced = shipments._provable(facts)
        self.env["logistics.proof.request"].sudo()._want(wanted, announced)
        return result

    def _provable(self, facts):
        """Return the parcels of which there may be a proof, and where it was said so.

        :param dict[int, list[facts.Fact]] facts: All the facts, by shipment id.
        :rtype: tuple[logistics.parcel, set[int]]
        """
        wanted, announced = self.env["logistics.parcel"].sudo(), set()
        for shipment in self:
            said = {
                fact.parcel
                for fact in facts.get(shipment.id, ())
                if fact.event_type == "pod_available" and fact.classifier == "actual"
            }
            for parcel in shipment.parcel_ids:
                is_said = bool({parcel.id, None} & said)
                if (is_said or parcel.state == "delivered") and parcel._may_be_proven():
                    wanted |= parcel
                    if is_said:
                        announced.add(parcel.id)
        return wanted, announced
