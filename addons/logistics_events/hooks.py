"""What happens once: after the addon came, and before it goes."""


def post_init_hook(env):
    """Show every action with its mode, Off, in every company."""
    env["logistics.action.mode"]._complete()


def uninstall_hook(env):
    """Leave on the documents what the addon knows about them."""
    steps = env["logistics.effect"].search([("state", "=", "done")], order="id")
    for number in range(0, len(steps), 1000):
        steps[number : number + 1000]._leave_trail()
        env.flush_all()
        env.invalidate_all()
