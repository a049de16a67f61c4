"""What happens once: after the addon came."""


def post_init_hook(env):
    """Show the new actions, Off, in every company."""
    env["logistics.action.mode"]._complete()
