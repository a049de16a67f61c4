from werkzeug.exceptions import RequestEntityTooLarge

from odoo import models
from odoo.http import request

# Carriers send a few kilobytes; what is larger is refused before it is read.
BODY_LIMIT = 1024 * 1024


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_logistics(cls):
        """Read the raw body before anything parses it, for a user who is nobody.

        The signature covers the bytes as sent; a form-encoded body would be gone by
        the time the controller starts. `logistics_body` is None when it is too large.
        The body stays cached, since a retried request reads it again.
        """
        httprequest = request.httprequest
        httprequest.max_content_length = BODY_LIMIT
        try:
            request.logistics_body = httprequest.get_data(cache=True)
        except RequestEntityTooLarge:
            request.logistics_body = None
        # Nothing else may read the body, as a form or otherwise.
        request.get_http_params = dict
        cls._auth_method_none()
