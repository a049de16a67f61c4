"""What a customer announces to send back, on the portal."""

import re
from decimal import Decimal, InvalidOperation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.logistics_events import ledger

from .. import return_photo

MOST_WORDS = 2000
# A form is sent once, however often its button is pressed.
_ONCE_SHAPE = re.compile(r"[A-Za-z0-9_-]{20,64}")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _logistics_own_domain(self, user):
        """Return the domain of the orders of which a customer may return goods.

        :param res.users user: The customer.
        :rtype: odoo.fields.Domain
        """
        user_sudo = user.sudo()
        return (
            Domain("partner_id", "child_of", user_sudo.commercial_partner_id.id)
            & Domain("company_id", "in", user_sudo.company_ids.ids)
            & Domain("company_id.logistics_return_portal_days", ">", 0)
            & Domain("state", "=", "sale")
        )

    def _logistics_announce_return(self, asked, words):
        """Announce on the customer's word that goods of the order come back.

        :param dict[str, str] asked: By key of an offer how much, as it was typed.
        :param dict words: As they came: `reason_id`, `replacement`, `note`, `photos`
            (contents of files), `once` (the name of the form).
        :return: The return; the one that is there already when the form came twice.
        :rtype: logistics.return
        :raise UserError: With what the customer should change.
        """
        self.ensure_one()
        order = self.sudo().with_company(self.company_id)
        once = words.get("once") or ""
        once = once if _ONCE_SHAPE.fullmatch(once) else False
        order._logistics_take_turns()
        Return = self.env["logistics.return"].sudo()
        if once:
            known = Return.search(
                [("order_ids", "in", order.ids), ("portal_key", "=", once)], limit=1
            )
            if known:
                return known
        lines = order._logistics_announced_lines(asked)
        reason = order._logistics_announced_reason(words)
        photos = Return._clean_photos(words.get("photos") or [], known=0)
        if reason.needs_photo and not photos:
            raise UserError(
                self.env._("Please add a photo, so that we see what happened.")
            )
        moves = self.env["stock.move"].sudo().union(*(offer.move for offer in lines))
        one = Return.with_context(mail_create_nosubscribe=True).create(
            {
                "company_id": order.company_id.id,
                "partner_id": order.partner_id.id,
                "origin": "portal",
                "kind": "damaged" if reason.freight_payer == "carrier" else "customer",
                "reason_id": reason.id,
                "freight_payer": reason.freight_payer,
                "replacement": order._logistics_announced_wish(words),
                "note": order._logistics_announced_note(words),
                "user_id": order.user_id.id,
                "portal_key": once,
                "outbound_ids": [
                    Command.set(moves.picking_id.logistics_shipment_ids.ids)
                ],
                "line_ids": [
                    Command.create(
                        {
                            "move_id": offer.move.id,
                            "sale_line_id": offer.line.id,
                            "product_id": offer.move.product_id.id,
                            "lot_id": offer.lot.id,
                            "quantity": float(quantity),
                        }
                    )
                    for offer, quantity in lines.items()
                ],
            }
        )
        one._add_photos(photos)
        return one

    def _logistics_take_turns(self):
        """Let no two returns of the same delivered goods be announced side by side.

        A row that is written, even unchanged, makes the second of two workers start
        again with a snapshot that has the return of the first.
        """
        moves = self.order_line.move_ids
        if moves:
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE stock_move SET write_date = write_date WHERE id IN "
                "(SELECT id FROM stock_move WHERE id = ANY(%s) ORDER BY id FOR UPDATE)",
                [moves.ids],
            )

    def _logistics_announced_lines(self, asked):
        """Return what is asked for, after making sure that it can come back.

        :rtype: dict[logistics_return_offer.Offer, Decimal]
        """
        offers = {offer.key: offer for offer in self._logistics_return_offers()}
        lines, by_move = {}, {}
        for key, typed in asked.items():
            quantity = self._logistics_typed_quantity(typed)
            if not quantity:
                continue
            offer = offers.get(key)
            if not offer:
                raise UserError(
                    self.env._(
                        "Some of these goods cannot be returned any more. Please look "
                        "at the list again."
                    )
                )
            self._logistics_check_announced(offer, quantity)
            lines[offer] = quantity
            by_move.setdefault(offer.move, []).append(offer)
        if not lines:
            raise UserError(self.env._("Please choose what you want to send back."))
        for move, chosen in by_move.items():
            total = sum(lines[offer] for offer in chosen)
            most = move._logistics_in_offer_unit(move._logistics_returnable()[0])
            if total > most:
                raise self._logistics_too_many(chosen[0], most)
        return lines

    def _logistics_typed_quantity(self, typed):
        try:
            quantity = Decimal((typed or "0").strip().replace(",", ".") or "0")
        except InvalidOperation:
            quantity = None
        if quantity is None or not quantity.is_finite() or abs(quantity) > 10**9:
            raise UserError(self.env._("Please type quantities as numbers."))
        return quantity

    def _logistics_check_announced(self, offer, quantity):
        why = offer.refusal(quantity)
        if not why:
            return
        if why == "parts":
            raise UserError(
                self.env._(
                    "%(product)s: please type a whole quantity.",
                    product=offer.product_name(),
                )
            )
        if why == "nothing":
            raise UserError(self.env._("Please type quantities above zero."))
        raise self._logistics_too_many(offer, offer.left)

    def _logistics_too_many(self, offer, most):
        return UserError(
            self.env._(
                "%(product)s: at most %(left)s can still be sent back.",
                product=offer.product_name(),
                left=ledger.as_text(most),
            )
        )

    def _logistics_announced_reason(self, words):
        typed = words.get("reason_id") or ""
        reason = self.env["logistics.return.reason"].sudo()
        if typed.isdecimal() and len(typed) < 10:
            reason = reason.search(
                [("id", "=", int(typed)), ("portal_visible", "=", True)]
            )
        if not reason:
            raise UserError(self.env._("Please choose why you send it back."))
        return reason

    def _logistics_announced_wish(self, words):
        wish = words.get("replacement")
        if wish not in ("credit", "replace"):
            raise UserError(self.env._("Please choose a credit note or a replacement."))
        return wish

    def _logistics_announced_note(self, words):
        # The database takes no NUL.
        note = (words.get("note") or "").replace("\0", "").strip()
        if len(note) > MOST_WORDS:
            raise UserError(
                self.env._(
                    "Please use at most %(most)s characters to describe it.",
                    most=MOST_WORDS,
                )
            )
        return note


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    @api.model
    def _clean_photos(self, contents, known):
        """Return the pictures of a customer, each written anew.

        :param list[bytes] contents: The files as they came.
        :param int known: How many there are already.
        :rtype: list[bytes]
        :raise UserError: With what is wrong with them.
        """
        if len(contents) + known > return_photo.MOST:
            raise UserError(
                self.env._(
                    "At most %(most)s photos can be added.", most=return_photo.MOST
                )
            )
        words = {
            "too_big": self.env._(
                "A photo is too large: at most %(size)s MB each.",
                size=return_photo.MOST_BYTES // 2**20,
            ),
            "empty": self.env._("A photo is empty. Please choose it again."),
            "no_picture": self.env._("Please add photos as JPEG, PNG or WebP files."),
        }
        try:
            return [return_photo.clean(content) for content in contents]
        except return_photo.PhotoRefused as error:
            raise UserError(words[error.reason]) from error

    def _add_photos(self, pictures):
        """Keep pictures of the customer with the return.

        :param list[bytes] pictures: Answers of `_clean_photos`.
        :return: The attachments.
        :rtype: ir.attachment
        """
        self.ensure_one()
        start = len(self.photo_ids) + 1
        photos = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": f"{self.name.replace('/', '-')}-photo-{number}.jpg",
                        "raw": picture,
                        "mimetype": return_photo.MIMETYPE,
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                    for number, picture in enumerate(pictures, start)
                ]
            )
        )
        self.sudo().photo_ids = [Command.link(photo.id) for photo in photos]
        return photos
