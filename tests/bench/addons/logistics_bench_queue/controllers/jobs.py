import json

from odoo import SUPERUSER_ID, http
from odoo.http import request

_OPEN = {
    "type": "http",
    "auth": "none",
    "methods": ["POST"],
    "csrf": False,
    "readonly": False,
    "save_session": False,
}


class LogisticsBenchJobs(http.Controller):
    """Delays one job per message, all of them in one transaction."""

    @http.route("/bench/jobs/write", **_OPEN)
    def write(self):
        """Delay jobs that write three fields of a row each."""
        env = request.env(user=SUPERUSER_ID)
        bodies = json.loads(request.httprequest.get_data())
        rows = env["logistics.bench.row"].create([{} for _body in bodies])
        for row, body in zip(rows, bodies, strict=True):
            row.with_delay()._apply(body)
        return request.make_json_response({"jobs": len(rows)})

    @http.route("/bench/jobs/drain", **_OPEN)
    def drain(self):
        """Delay jobs that do our own work, each with one of the stored messages."""
        env = request.env(user=SUPERUSER_ID)
        keys = json.loads(request.httprequest.get_data())
        messages = env["logistics.message"].search([("message_key", "in", keys)])
        for message in messages:
            message.with_delay()._process()
        return request.make_json_response({"jobs": len(messages)})
