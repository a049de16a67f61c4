"""What customers open: their shipments on the portal, and links without account.

Customers have no rights on any table of the suite. Every page is built from the plain
values of `logistics.shipment._public_values()`; templates get no shipment.
"""

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .throttle import Misses

# The largest number a row can have: a larger one is no error, just unknown.
LARGEST_ID = 2**31 - 1
HEADERS = {
    # The address is the key: it goes to no carrier, cache or search engine.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
misses = Misses()


class LogisticsPortal(CustomerPortal):
    """Shipments on the customer portal."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the shipments."""
        values = super()._prepare_home_portal_values(counters)
        if "logistics_shipment_count" in counters:
            values["logistics_shipment_count"] = self._own_shipments().search_count(
                self._own_domain()
            )
        return values

    @http.route(
        ["/my/shipments", "/my/shipments/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def my_shipments(self, page=1, search="", **_kwargs):
        """Show the list of one's own shipments.

        :param int page: From 1.
        :param str search: A tracking number or the name of an order or shipment.
        """
        Shipment = self._own_shipments()
        # The database takes no NUL.
        search = search.replace("\0", "").strip()[:100]
        domain = self._own_domain()
        if search:
            domain &= self._search_domain(search)
        pages = pager(
            url="/my/shipments",
            total=Shipment.search_count(domain),
            page=page_number(page),
            step=self._items_per_page,
            url_args={"search": search} if search else {},
        )
        found = Shipment.search(
            domain, limit=self._items_per_page, offset=pages["offset"]
        )
        values = self._prepare_portal_layout_values() | {
            "rows": found._public_rows(),
            "page_name": "logistics_shipments",
            "pager": pages,
            "search": search,
        }
        return request.render("logistics_events.portal_my_shipments", values)

    @http.route(
        "/my/shipments/<int:shipment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def my_shipment(self, shipment_id, **_kwargs):
        """Show one of one's own shipments; any other number is unknown."""
        shipment_sudo = self._own_shipment(shipment_id)
        if not shipment_sudo:
            return self._unknown()
        values = self._prepare_portal_layout_values() | {
            "row": shipment_sudo._public_values(signed_in=True),
            "documents": self._documents(shipment_sudo),
            "page_name": "logistics_shipments",
        }
        return request.render(
            "logistics_events.portal_my_shipment", values, headers=HEADERS
        )

    @http.route(
        "/my/shipments/<int:shipment_id>/proof/<int:proof_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def my_proof(self, shipment_id, proof_id, **_kwargs):
        """Download the proof of one's own delivery."""
        shipment_sudo = self._own_shipment(shipment_id)
        proof_sudo = shipment_sudo and shipment_sudo._told_proofs().filtered(
            lambda proof: proof.id == proof_id
        )
        if not proof_sudo:
            return self._unknown()
        stream = (
            request.env["ir.binary"]
            .sudo()
            ._get_stream_from(proof_sudo, "document", filename_field="document_name")
        )
        # A paper somebody scanned is never run as a page of this site.
        response = stream.get_response(as_attachment=True)
        response.headers.update(HEADERS)
        return response

    @http.route(
        "/shipment/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def shipment_by_link(self, token, **_kwargs):
        """Show the shipment of a tracking link; whatever else is unknown."""
        shipment_sudo = request.env["logistics.tracking.link"]._shipment_of(token)
        if not shipment_sudo:
            if misses.too_many(request.httprequest.remote_addr or ""):
                return request.make_response(
                    "", status=429, headers=[("Retry-After", "60"), *HEADERS.items()]
                )
            return self._unknown()
        values = {
            "row": shipment_sudo._public_values(),
            "documents": [],
            "page_name": "logistics_shipment_link",
            "no_breadcrumbs": True,
            "res_company": shipment_sudo.company_id,
        }
        return request.render(
            "logistics_events.portal_my_shipment", values, headers=HEADERS
        )

    # === HELPERS === #

    def _own_shipments(self):
        return request.env["logistics.shipment"].sudo()

    def _own_domain(self):
        return self._own_shipments()._portal_domain(request.env.user)

    def _search_domain(self, text):
        Shipment = self._own_shipments()
        orders = "link_ids.picking_id.move_ids.sale_line_id.order_id.name"
        return (
            Domain(Shipment._search_tracking_numbers("ilike", text))
            | Domain("name", "=ilike", text)
            | Domain(orders, "=ilike", text)
        )

    def _own_shipment(self, shipment_id):
        """Return one of the reader's shipments; empty for every other number."""
        if not 0 < shipment_id <= LARGEST_ID:
            return self._own_shipments()
        return self._own_shipments().search(
            Domain("id", "=", shipment_id) & self._own_domain()
        )

    def _documents(self, shipment_sudo):
        """Return the orders and invoices that the reader's own rights open.

        :rtype: list[dict]
        """
        orders = shipment_sudo.sale_order_ids
        invoices = orders.invoice_ids.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type in ("out_invoice", "out_refund")
            )
        )
        return [
            {"name": document.name, "url": f"{path}/{document.id}", "kind": kind}
            for kind, path, documents in (
                ("order", "/my/orders", orders),
                ("invoice", "/my/invoices", invoices),
            )
            for document in documents.sudo(False)._filtered_access("read").sudo()
        ]

    def _unknown(self):
        """Answer whatever is not the reader's to see, always the same."""
        return request.render(
            "logistics_events.portal_unknown_shipment",
            {"page_name": "logistics_unknown", "no_breadcrumbs": True},
            status=404,
            headers=HEADERS,
        )


def page_number(page):
    """Return which page is meant; typed into the address it is text, or nonsense."""
    digits = str(page)[:9]
    return int(digits) if digits.isdecimal() else 1
