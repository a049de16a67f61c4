"""What happens once, after the addon came."""


def post_init_hook(env):
    """Show the accrual among the actions, Off, in every company."""
    env["logistics.action.mode"]._complete()
