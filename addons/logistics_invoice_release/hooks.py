"""What happens once: before the addon comes, after it came, and before it goes."""

from odoo.tools.sql import column_exists

from odoo.addons.logistics_events.models.ledger import trusted

# Stored columns made by SQL, so that nothing is computed over the history: an order
# that was confirmed before holds nothing.
_COLUMNS = {
    "sale_order": {
        "logistics_release_mode": "varchar",
        "logistics_release_policy_id": "int4",
        "logistics_release_version": "int4",
        "logistics_release_trigger": "varchar",
        "logistics_release_trust": "varchar",
        "logistics_release_proof": "varchar",
        "logistics_release_result": "varchar",
        "logistics_release_grouping": "varchar",
        "logistics_release_delay": "int4",
        "logistics_release_days": "int4",
        "logistics_release_approval": "varchar",
        "logistics_release_approval_amount": "numeric",
        "logistics_release_wait_damaged": "bool",
        "logistics_release_waiver_amount": "numeric",
        "logistics_release_from": "date",
        "logistics_release_decided_at": "timestamp",
        "logistics_adopted_at": "timestamp",
        "logistics_goods_state": "varchar DEFAULT 'none'",
        "logistics_held_amount": "numeric DEFAULT 0",
        "logistics_hold_since": "timestamp",
        "logistics_hold_latest": "date",
    },
    "sale_order_line": {
        "logistics_qty_released": "numeric DEFAULT 0",
        "logistics_qty_held": "numeric DEFAULT 0",
    },
    "stock_move": {"logistics_released_qty": "numeric DEFAULT 0"},
    "stock_picking": {
        "logistics_held_amount": "numeric DEFAULT 0",
        "logistics_hold_since": "timestamp",
        "logistics_hold_latest": "date",
        "logistics_hold_kind": "varchar",
        "logistics_released_untracked": "boolean DEFAULT false",
    },
    "account_move": {"logistics_is_adopted": "boolean DEFAULT false"},
    "product_template": {"logistics_invoice_at_once": "boolean DEFAULT false"},
    "logistics_effect": {
        "note": "varchar",
        "send_state": "varchar",
        "send_key": "varchar",
        "capture_state": "varchar",
    },
}
# Orders that are given free at once when the addon goes.
_PORTION = 1000


def pre_init_hook(env):
    """Add the stored columns with their defaults: an instant on any number of rows."""
    for table, columns in _COLUMNS.items():
        for name, definition in columns.items():
            if not column_exists(env.cr, table, name):
                env.cr.execute(
                    f'ALTER TABLE "{table}" ADD COLUMN "{name}" {definition}'
                )


def post_init_hook(env):
    """Show the release among the actions, Off, in every company."""
    env["logistics.action.mode"]._complete()


def uninstall_hook(env):
    """Lift all holds, and let Odoo say again what is to be invoiced."""
    env["logistics.effect"].search(
        [
            ("action", "in", ("release", "invoice")),
            ("state", "in", ("waiting", "failed")),
        ]
    )._set_state("superseded")
    env["logistics.action.mode"].search([("action", "=", "release")]).unlink()
    # The rules go with the addon; what was done under them keeps their names.
    env.flush_all()
    env.cr.execute(
        """
        UPDATE logistics_effect e
           SET policy_id = NULL,
               inputs = COALESCE(e.inputs, '{}'::jsonb)
                        || jsonb_build_object('rule', p.name -> 'en_US')
          FROM logistics_policy p
         WHERE p.id = e.policy_id AND p.action = 'release'
        """
    )
    env.invalidate_all()
    Order = env["sale.order"].with_context(active_test=False)
    domain = [
        "|",
        ("logistics_release_mode", "!=", False),
        ("logistics_release_policy_id", "!=", False),
    ]
    while orders := Order.search(domain, limit=_PORTION, order="id"):
        lines = orders.order_line
        trusted(orders).write(
            {"logistics_release_mode": False, "logistics_release_policy_id": False}
        )
        env.flush_all()
        for name in ("qty_to_invoice", "invoice_status"):
            env.add_to_compute(lines._fields[name], lines)
        env.add_to_compute(orders._fields["invoice_status"], orders)
        env.flush_all()
        env.invalidate_all()
