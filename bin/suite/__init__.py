"""What the commands in `bin/` share: set-up, databases, servers and checks.

Only the standard library is imported until the virtual environment exists.
"""
