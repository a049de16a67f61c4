"""Messages that are made here and take the partner's way in: tests and training."""

import time
import uuid
from urllib.parse import urlsplit

from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from ..client import CarrierClient, Timeouts
from ..controllers.webhook import Incoming, take
from ..exceptions import CarrierRejected, CarrierUnavailable
from .logistics_connection_secret import decrypt

_TIMEOUTS = Timeouts(connect=2.0, read=6.0, total=8.0)


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    def action_send_test_event(self):
        """Send a signed test event to the own webhook address and say what came of it.

        Over HTTP, so that proxy, address and signature are tried together; where the
        server cannot reach its own address the message takes the same way in, without
        HTTP. The event is about a number nobody has, so nothing follows from it.

        :raise UserError: When the partner has none.
        """
        self.ensure_one()
        self.check_access("write")
        if "test_event" not in self._able():
            raise UserError(self.env._("This partner has no test event."))
        body, headers = self._adapter()._test_event(self.sudo())
        headers = self._signed(body, uuid.uuid4().hex) | headers
        by_http, status, text = self._post_to_own_address(body, headers)
        if not by_http:
            status, text = self._take(body, headers)
        works = status in (200, 202)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Test Event Accepted")
                if works
                else self.env._("Test Event Refused"),
                "message": self._test_result_text(by_http, status, text),
                "type": "success" if works else "danger",
                "sticky": not works or not by_http,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    def _signed(self, body, message_id, secret=None):
        """Return the headers with which the partner would send a body now.

        :param bytes body: The body.
        :param str message_id: The identifier of the message.
        :param str secret: Another secret than the newest live one.
        :rtype: dict[str, str]
        :raise UserError: When the connection has no live secret.
        """
        self.ensure_one()
        scheme = self._adapter()._signature_scheme(self.sudo())
        secret = secret or self._newest_secret()
        return scheme.sign(body, secret, time.time(), message_id)

    def _newest_secret(self):
        for secret in self._live_secrets():
            value = decrypt(secret.token)
            if value:
                return value
        raise UserError(
            self.env._(
                "%s has no signing secret that is live and that this server can read: "
                "add one to the connection.",
                self.name,
            )
        )

    def _take(self, body, headers):
        """Pass a message through the same verification and storage as the route.

        :return: The HTTP status and the word the partner would get.
        :rtype: tuple[int, str]
        """
        self.ensure_one()
        connection = self.sudo()
        connection.flush_recordset()
        config = connection._webhook_config(
            connection.webhook_token_hash, connection.adapter
        )
        if config is None:
            raise UserError(self.env._("An archived connection takes no messages."))
        mimetype = headers.get("Content-Type", "application/json")
        return take(
            self.env(user=SUPERUSER_ID), config, Incoming(body, headers, mimetype)
        )

    def _post_to_own_address(self, body, headers):
        """Post a message to the webhook address of the connection.

        :return: Whether somebody answered, the HTTP status and a word.
        :rtype: tuple[bool, int, str]
        """
        self.ensure_one()
        address = self.webhook_url
        if not address:
            return False, 0, ""
        parts = urlsplit(address)
        try:
            with CarrierClient(
                {parts.hostname},
                f"{parts.scheme}://{parts.netloc}",
                allow_loopback=True,
                timeouts=_TIMEOUTS,
            ) as client:
                answer = client.request(
                    "POST", parts.path, data=body, headers=headers, attempts=1
                )
        except CarrierRejected as error:
            # Without a number nobody was asked: the address is not one we may call.
            if not error.code.isdigit():
                return False, 0, ""
            return True, int(error.code), error.text
        except CarrierUnavailable:
            return False, 0, ""
        return True, answer.status, ""

    def _test_result_text(self, by_http, status, text):
        if status in (200, 202):
            words = self.env._(
                "The signature fits and the message is kept. Its number belongs to "
                "nobody, so it ends among the unmatched numbers."
            )
        else:
            words = self.env._("Answer %(status)s: %(text)s.", status=status, text=text)
        if by_http:
            return words
        return (
            self.env._(
                "The server does not reach its own address %s, so the message was "
                "handed in without HTTP.",
                urlsplit(self.webhook_url or "").netloc,
            )
            + " "
            + words
        )
