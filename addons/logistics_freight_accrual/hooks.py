"""What happens once: after the addon came, and before it goes."""


def post_init_hook(env):
    """Show the accrual among the actions, Off, in every company."""
    env["logistics.action.mode"]._complete()


def uninstall_hook(env):
    """Leave on the entries and bills what the addon knows about them, and take its
    action out of the ledger.
    """
    env["logistics.charge"]._leave_trail()
    env["logistics.effect"].search(
        [
            ("action", "in", ("accrue", "land")),
            ("state", "in", ("waiting", "failed")),
        ]
    )._set_state("superseded")
    env["logistics.action.mode"].search([("action", "=", "accrue")]).unlink()
