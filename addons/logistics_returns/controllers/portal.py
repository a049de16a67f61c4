"""What customers open and send: their returns on the portal, and links without account.

Customers have no rights on any table of the suite. Every page is built from plain
values; templates get no return and no order.
"""

import secrets

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.controllers.portal import (
    HEADERS,
    LARGEST_ID,
    LogisticsPortal,
    page_number,
)
from odoo.addons.logistics_events.controllers.throttle import Misses
from odoo.addons.portal.controllers.portal import pager

from .. import return_photo
from ..models.sale_order_portal import MOST_WORDS

# A form with all its pictures, and some room for the words.
MOST_SENT = return_photo.MOST * return_photo.MOST_BYTES + 2**20
misses = Misses()


class ReturnPortal(LogisticsPortal):
    """Returns on the customer portal."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the returns."""
        values = super()._prepare_home_portal_values(counters)
        if "logistics_return_count" in counters:
            values["logistics_return_count"] = self._returns().search_count(
                self._own_returns_domain()
            )
        return values

    def _get_page_view_values(self, document, access_token, values, *args, **kwargs):
        """Override of `portal`: an order leads to the return of its goods."""
        values = super()._get_page_view_values(
            document, access_token, values, *args, **kwargs
        )
        if document._name == "sale.order":
            values["logistics_return_url"] = document._logistics_return_url(
                request.env.user
            )
        return values

    # === READING === #

    @http.route(
        ["/my/returns", "/my/returns/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def my_returns(self, page=1, **_kwargs):
        """Show the list of one's own returns.

        :param int page: From 1.
        """
        domain = self._own_returns_domain()
        pages = pager(
            url="/my/returns",
            total=self._returns().search_count(domain),
            page=page_number(page),
            step=self._items_per_page,
        )
        found = self._returns().search(
            domain, limit=self._items_per_page, offset=pages["offset"]
        )
        values = self._prepare_portal_layout_values() | {
            "rows": found._public_rows(),
            "page_name": "logistics_returns",
            "pager": pages,
        }
        return request.render("logistics_returns.portal_my_returns", values)

    @http.route(
        "/my/returns/<int:return_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def my_return(self, return_id, **_kwargs):
        """Show one of one's own returns; any other number is unknown."""
        one_sudo = self._own_return(return_id)
        if not one_sudo:
            return self._unknown_return()
        return self._return_page(one_sudo)

    @http.route(
        "/my/returns/<int:return_id>/<any(label,photo):kind>/<int:file_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def my_return_file(self, return_id, kind, file_id, **_kwargs):
        """Download a label to print, or look at one's own photo."""
        one_sudo = self._own_return(return_id)
        values = one_sudo and one_sudo._public_values(signed_in=True)
        allowed = values and (
            values["photos"]
            if kind == "photo"
            else [label["id"] for label in values["labels"]]
        )
        if not allowed or file_id not in allowed:
            return self._unknown_return()
        file_sudo = request.env["ir.attachment"].sudo().browse(file_id)
        stream = request.env["ir.binary"].sudo()._get_stream_from(file_sudo)
        # Photos were written anew; anything else is never run as a page of this site.
        response = stream.get_response(as_attachment=kind == "label")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    @http.route(
        "/return/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def return_by_link(self, token, **_kwargs):
        """Show the return of a link; whatever else is unknown."""
        one_sudo = request.env["logistics.return.link"]._led_to(token)
        if not one_sudo:
            if misses.too_many(request.httprequest.remote_addr or ""):
                return request.make_response(
                    "", status=429, headers=[("Retry-After", "60"), *HEADERS.items()]
                )
            return self._unknown_return()
        values = {
            "row": one_sudo._public_values(),
            "signed_in": False,
            "page_name": "logistics_return_link",
            "no_breadcrumbs": True,
            "res_company": one_sudo.company_id,
        }
        return request.render(
            "logistics_returns.portal_my_return", values, headers=HEADERS
        )

    # === ANNOUNCING === #

    @http.route(
        "/my/orders/<int:order_id>/return",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def my_new_return(self, order_id, shipment=None, **_kwargs):
        """Show the form with what of an order may still come back.

        :param str shipment: Only what came with this shipment, as a number.
        """
        order_sudo = self._own_order(order_id)
        if not order_sudo:
            return self._unknown_return()
        return self._return_form(order_sudo, shipment=shipment)

    @http.route(
        "/my/orders/<int:order_id>/return",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=MOST_SENT,
    )
    def my_new_return_sent(self, order_id, shipment=None, **typed):
        """Announce the return, or show the form again with what should change."""
        order_sudo = self._own_order(order_id)
        if not order_sudo:
            return self._unknown_return()
        words = {
            name: str(typed.get(name) or "")
            for name in ("reason_id", "replacement", "note", "once")
        }
        asked = {
            name.partition("quantity-")[2]: str(value)
            for name, value in typed.items()
            if name.startswith("quantity-")
        }
        try:
            with request.env.cr.savepoint():
                one_sudo = order_sudo._logistics_announce_return(
                    asked, words | {"photos": self._sent_photos()}
                )
        except UserError as error:
            return self._return_form(
                order_sudo, shipment, words | {"asked": asked}, str(error)
            )
        return request.redirect(f"/my/returns/{one_sudo.id}", code=303)

    # === CHANGING === #

    @http.route(
        "/my/returns/<int:return_id>/withdraw",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def my_return_withdraw(self, return_id, **_kwargs):
        """Withdraw one's own return before it is under way."""
        return self._change(return_id, lambda one: one._withdraw_by_customer())

    @http.route(
        "/my/returns/<int:return_id>/photos",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=MOST_SENT,
    )
    def my_return_photos(self, return_id, **_kwargs):
        """Add photos to one's own return."""
        return self._change(
            return_id, lambda one: one._add_photos_by_customer(self._sent_photos())
        )

    # === HELPERS === #

    def _change(self, return_id, change):
        one_sudo = self._own_return(return_id)
        if not one_sudo:
            return self._unknown_return()
        try:
            with request.env.cr.savepoint():
                change(one_sudo)
        except UserError as error:
            return self._return_page(one_sudo, str(error))
        return request.redirect(f"/my/returns/{one_sudo.id}", code=303)

    def _returns(self):
        return request.env["logistics.return"].sudo()

    def _own_returns_domain(self):
        return self._returns()._portal_domain(request.env.user)

    def _own_return(self, return_id):
        """Return one of the reader's returns; empty for every other number."""
        if not 0 < return_id <= LARGEST_ID:
            return self._returns()
        return self._returns().search(
            Domain("id", "=", return_id) & self._own_returns_domain()
        )

    def _own_order(self, order_id):
        """Return one of the reader's orders; empty for every other number."""
        orders_sudo = request.env["sale.order"].sudo()
        if not 0 < order_id <= LARGEST_ID:
            return orders_sudo
        return orders_sudo.search(
            Domain("id", "=", order_id)
            & orders_sudo._logistics_own_domain(request.env.user)
        )

    def _return_page(self, one_sudo, error=""):
        values = self._prepare_portal_layout_values() | {
            "row": one_sudo._public_values(signed_in=True),
            "signed_in": True,
            "error": error,
            "accepted": return_photo.ACCEPTED,
            "page_name": "logistics_returns",
        }
        return request.render(
            "logistics_returns.portal_my_return", values, headers=HEADERS
        )

    def _return_form(self, order_sudo, shipment=None, typed=None, error=""):
        typed = typed or {}
        offers = order_sudo._logistics_return_offers()
        only = order_sudo._logistics_delivered_with(shipment)
        offers = [offer for offer in offers if not only or offer.move in only] or offers
        reasons_sudo = (
            request.env["logistics.return.reason"]
            .sudo()
            .search([("portal_visible", "=", True)])
        )
        values = self._prepare_portal_layout_values() | {
            "sold": {"id": order_sudo.id, "name": order_sudo.name},
            "shipment": shipment if only else "",
            "offers": [self._offer_row(offer, typed) for offer in offers],
            "reasons": [
                {"id": one.id, "name": one.name, "needs_photo": one.needs_photo}
                for one in reasons_sudo
            ],
            "typed": typed,
            "once": typed.get("once") or secrets.token_urlsafe(24),
            "error": error,
            "accepted": return_photo.ACCEPTED,
            "most_photos": return_photo.MOST,
            "most_size": return_photo.MOST_BYTES // 2**20,
            "most_words": MOST_WORDS,
            "page_name": "logistics_new_return",
        }
        return request.render(
            "logistics_returns.portal_new_return", values, headers=HEADERS
        )

    def _offer_row(self, offer, typed):
        return {
            "key": offer.key,
            "name": offer.product_name(),
            "left": ledger.as_text(offer.left),
            "unit": offer.unit().name,
            "step": ledger.as_text(offer.step()),
            "until": request.env["logistics.return"]._day_text(offer.until),
            "asked": typed.get("asked", {}).get(offer.key, ""),
        }

    def _sent_photos(self):
        """Return the contents of the files that came; a field left empty is none."""
        files = request.httprequest.files.getlist("photos")
        files = [file for file in files if file.filename]
        # One more than allowed is read, so that it is refused and not left out.
        return [
            file.read(return_photo.MOST_BYTES + 1)
            for file in files[: return_photo.MOST + 1]
        ]

    def _unknown_return(self):
        """Answer whatever is not the reader's to see, always the same."""
        return request.render(
            "logistics_returns.portal_unknown_return",
            {"page_name": "logistics_unknown", "no_breadcrumbs": True},
            status=404,
            headers=HEADERS,
        )
