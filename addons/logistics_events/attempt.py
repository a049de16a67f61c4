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


def in_batches(records, size, work, more=0):
    """Do a job's work batch by batch, each in a transaction of its own.

    A batch that somebody else writes to meanwhile is left for the next run of the job.

    :param odoo.models.BaseModel records: What is worked on.
    :param int size: How many are one batch.
    :param Callable work: Is called with each batch.
    :param int more: What remains for the job when all of them are done.
    :return: Whether the job has time left.
    :rtype: bool
    """
    env = records.env
    Cron = env["ir.cron"]
    Cron._commit_progress(remaining=len(records) + more)
    for start in range(0, len(records), size):
        batch = records[start : start + size]
        try:
            # What one batch read is old for the next.
            work(batch.with_prefetch())
            env.flush_all()
        except TransactionRollbackError:
            env.cr.rollback()
            env.invalidate_all()
        if not Cron._commit_progress(len(batch)):
            return False
    return True
