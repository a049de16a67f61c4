"""From facts to wishes: how much of every delivered move is to be released."""

from odoo import models

from ..scene import Scene


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _after_fold(self, folded, facts):
        """Override of `logistics_events` to ask for what the facts release."""
        result = super()._after_fold(folded, facts)
        self.sudo()._logistics_wish_releases(folded, facts)
        return result

    def _waits_for(self):
        """Override of `logistics_events` to ask for a proof that nobody else gives."""
        sentences = super()._waits_for()
        held = "proof" in self.link_ids.picking_id.mapped("logistics_hold_kind")
        if held and not self.money_hold and not self._is_trackable():
            sentences.insert(
                0, self.env._("Record the proof of delivery: the invoice waits for it.")
            )
        return sentences

    def _logistics_wish_releases(self, folded, facts):
        """Work out the release of every move the shipments carry, and ask for it."""
        moves = self.env["stock.move"].search(
            [
                ("picking_id.logistics_link_ids.shipment_id", "in", self.ids),
                ("state", "=", "done"),
                ("sale_line_id.order_id.logistics_release_mode", "!=", False),
                ("sale_line_id.order_id.state", "=", "sale"),
            ],
            order="id",
        )
        moves = moves.filtered(lambda move: move._logistics_left())
        if not moves:
            return
        scene = self._logistics_scene(moves, dict(folded), dict(facts))
        done = moves.sale_line_id.order_id._logistics_done_by_key()
        wishes, waived = [], {}
        for order, own in moves.grouped(lambda m: m.sale_line_id.order_id).items():
            release, doubted = scene.release(order, own)
            for picking in doubted:
                scene.shipments[picking]._request_confirmation()
            wishes += order._logistics_release_wishes(own, release, scene, done[order])
            more = order._logistics_waiver_wishes(own, release, done[order])
            for user, own_wishes in more.items():
                waived.setdefault(user, []).extend(own_wishes)
        Effect = self.env["logistics.effect"]
        Effect._desire(wishes)
        for user, more in waived.items():
            # Whoever asked for it is not the one who agrees to it.
            Effect.with_user(user).sudo()._desire(more)
        orders = moves.sale_line_id.order_id.filtered(
            lambda order: order.logistics_release_mode == "observe"
        )
        orders._logistics_wish_invoices()

    def _logistics_scene(self, moves, folded, facts):
        """Return what is known of the transfers, other shipments of theirs included."""
        scene = Scene(moves.picking_id, facts, folded)
        everything = self.browse().concat(*scene.shipments.values())
        others = (everything - self.browse(folded)).sudo()
        if others:
            # Two workers may each see half of such a transfer: they meet here.
            moves.sale_line_id.order_id._logistics_touch()
            more = others._load_facts()
            facts.update(more)
            for shipment in others:
                folded[shipment.id] = shipment._fold(more.get(shipment.id, ()))
            scene = Scene(moves.picking_id, facts, folded)
        return scene
