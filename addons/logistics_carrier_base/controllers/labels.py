from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request
from odoo.tools.pdf import merge_pdf

MOST = 200
_PDF, _ZPL = b"%PDF-", b"^XA"


class LogisticsLabels(http.Controller):
    """Labels that were bought, in one document to print."""

    @http.route(
        "/logistics/labels/<string:ids>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def labels(self, ids, **_params):
        """Send the labels of one format; 404 for what is no label of one's own.

        :param str ids: Attachments, separated by commas.
        """
        wanted = [int(part) for part in ids.split(",") if part.isdecimal()][:MOST]
        found = (
            request.env["logistics.booking"]
            .sudo()
            .search([("label_ids", "in", wanted)])
        )
        labels = request.env["ir.attachment"].browse(
            [one for one in wanted if one in found.label_ids.ids]
        )
        try:
            labels.check_access("read")
        except AccessError:
            return request.not_found()
        contents = [label.raw or b"" for label in labels]
        pages = [content for content in contents if content.startswith(_PDF)]
        lines = [content for content in contents if content.lstrip().startswith(_ZPL)]
        if pages:
            body = merge_pdf(pages) if len(pages) > 1 else pages[0]
            return _answer(body, "application/pdf", "inline; filename=labels.pdf")
        if lines:
            name = "attachment; filename=labels.zpl"
            return _answer(b"\n".join(lines), "application/zpl", name)
        return request.not_found()


def _answer(body, content_type, disposition):
    return request.make_response(
        body,
        headers=[
            ("Content-Type", content_type),
            ("Content-Disposition", disposition),
            ("Content-Length", len(body)),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "private, no-store"),
        ],
    )
