from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..metrics import CONTENT_TYPE, render


class LogisticsMetrics(http.Controller):
    """The metrics, for whoever has the token."""

    @http.route(
        "/logistics/metrics",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def metrics(self, **_params):
        """Send the metrics; 404 while there is no token, 401 without the right one."""
        env = request.env(user=SUPERUSER_ID)
        header = request.httprequest.headers.get("Authorization", "")
        scheme, _blank, token = header.partition(" ")
        allowed = env["logistics.metric"]._is_token(token.strip())
        if not env["logistics.metric"]._has_token():
            return request.not_found()
        if not allowed or scheme.lower() != "bearer":
            return request.make_response(
                "refused\n",
                headers=[
                    ("Content-Type", "text/plain; charset=utf-8"),
                    ("WWW-Authenticate", 'Bearer realm="metrics"'),
                ],
                status=401,
            )
        return request.make_response(
            render(env["logistics.metrics"]._collect()),
            headers=[("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store")],
        )
