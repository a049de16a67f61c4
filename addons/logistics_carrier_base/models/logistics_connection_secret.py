from functools import lru_cache

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from .. import vault
from ..exceptions import VaultError


class LogisticsSealedMixin(models.AbstractModel):
    """A value that is written and never read back: encrypted before it is stored."""

    _name = "logistics.sealed.mixin"
    _description = "Sealed Value"

    token = fields.Char(groups="base.group_system", copy=False)
    value = fields.Char(
        compute="_compute_value",
        inverse="_inverse_value",
        help="Paste it here; it is stored encrypted and never shown again.",
    )
    is_set = fields.Boolean(compute="_compute_is_set", compute_sudo=True)

    def _compute_value(self):
        self.value = False

    def _inverse_value(self):
        for sealed in self.filtered("value"):
            sealed.sudo().token = encrypt(self.env, sealed.value)
        # Written, never read back: not even later in the same transaction.
        self.invalidate_recordset(["value"])

    @api.depends("token")
    def _compute_is_set(self):
        for sealed in self:
            sealed.is_set = bool(sealed.token)


class LogisticsConnectionSecret(models.Model):
    """One key a partner signs with; several live at once during a rotation."""

    _name = "logistics.connection.secret"
    _inherit = ["logistics.sealed.mixin"]
    _description = "Connection Secret"
    _order = "id desc"

    connection_id = fields.Many2one(
        "logistics.connection", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    name = fields.Char(required=True, default="Secret")
    not_before = fields.Datetime()
    expires_at = fields.Datetime()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` so that workers learn the new key at once."""
        secrets = super().create(vals_list)
        self.env.registry.clear_cache()
        return secrets

    def write(self, vals):
        """Override of `base` so that workers forget a revoked key at once."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override of `base` so that workers forget a revoked key at once."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result


def encryption_keys():
    """Return the keys of this server, newest first, from configuration or environment.

    :rtype: list[str]
    """
    return vault.configured_keys(config.get("logistics_secret_key"))


def encrypt(env, value):
    """Return a secret as it is stored.

    :raise UserError: When the server has no encryption key.
    """
    keys = encryption_keys()
    if not keys:
        raise UserError(
            env._(
                "The server has no encryption key. Set logistics_secret_key in the "
                "configuration file or LOGISTICS_SECRET_KEY in the environment, then "
                "paste the secret again."
            )
        )
    return vault.encrypt(value, keys)


def decrypt(token):
    """Return the plain secret, or None when no key of this server opens it."""
    return _opened(token, tuple(encryption_keys()))


@lru_cache(maxsize=256)
def _opened(token, keys):
    # Kept in the memory of the process, which has the keys anyway.
    try:
        return vault.decrypt(token, keys)
    except VaultError:
        return None
