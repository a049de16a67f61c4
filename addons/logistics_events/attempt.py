"""Work that may fail for any reason, and must not stop what comes after it."""

from contextlib import contextmanager

from psycopg2.extensions import TransactionRollbackError


class Attempt:
    """What came of a piece of work.

    :ivar Exception error: Why it failed; None when all of it is done.
    """

    error = None


@contextmanager
def attempted(env):
    """Do the work inside completely or not at all, and hand over why it failed.

    For one item of many, or all of them together before each is taken singly::

        with attempted(self.env) as attempt:
            record._do()
        if attempt.error is not None:
            record._note_failure(attempt.error)

    What was written is taken back to where the work began. Whoever asks keeps the error
    on record or logs it. Never held back are conflicts with another transaction, which
    only a new snapshot cures: the job rolls back and starts again. Nor is what ends the
    process. Not for a call to somebody outside: taking that back takes more.

    :param odoo.api.Environment env: The environment everything is done in.
    :return: What came of it, to be read when the work is over.
    :rtype: Attempt
    """
    attempt = Attempt()
    try:
        with env.cr.savepoint():
            yield attempt
    except TransactionRollbackError:
        raise
    except Exception as error:  # noqa: BLE001
        # As broad as it gets: the work runs templates, rules, automations and
        # overrides of others, which raise whatever they like. A list of types would be
        # one short some day, and that one item would hold up all that wait behind it.
        attempt.error = error
