"""Making and checking the secrets a partner signs with."""

from odoo import models
from odoo.exceptions import UserError


class LogisticsConnectionSecret(models.Model):
    _inherit = "logistics.connection.secret"

    def _inverse_value(self):
        """Override to refuse a text that can never verify a message."""
        for secret in self.filtered("value"):
            connection = secret.connection_id
            scheme = connection._adapter()._signature_scheme(connection.sudo())
            if not scheme.usable(secret.value):
                raise UserError(
                    self.env._(
                        "This text cannot be a signing secret of %(partner)s: copy it "
                        "again as a whole, or make one here.",
                        partner=connection._adapter()._label(),
                    )
                )
        return super()._inverse_value()


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    def action_make_secret(self):
        """Add a random signing secret and show it this once; deleting it undoes it."""
        self.ensure_one()
        self.check_access("write")
        scheme = self._adapter()._signature_scheme(self.sudo())
        value = scheme.new_secret()
        self.env["logistics.connection.secret"].create(
            {
                "connection_id": self.id,
                "name": self.env._("Made here"),
                "value": value,
            }
        )
        # By way of the context: the dialog is never saved, so the text is nowhere kept.
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Signing Secret"),
            "res_model": "logistics.connection.secret.show",
            "view_mode": "form",
            "target": "new",
            "context": {"default_value": value},
        }
