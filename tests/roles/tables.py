"""The tables as an auditor reads them: one row per thing, one column per person."""

import csv
from pathlib import Path

from .people import ROLES

FOLDER = Path(__file__).parent


def read(name, keys, more=()):
    """Read a table.

    :param str name: The name of the file without its suffix.
    :param int keys: How many columns name the thing.
    :param more: The columns that follow those of the people.
    :return: By the name of the thing, by role the cell.
    :rtype: dict[tuple[str, ...], dict[str, str]]
    """
    with (FOLDER / f"{name}.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    roles = rows[0][keys:]
    if roles != [*ROLES, *more]:
        raise ValueError(f"{name}.csv: the columns are not {[*ROLES, *more]}.")
    table = {}
    for row in rows[1:]:
        if len(row) != len(rows[0]) or tuple(row[:keys]) in table:
            raise ValueError(f"{name}.csv: {','.join(row)} is short or there twice.")
        table[tuple(row[:keys])] = dict(zip(roles, row[keys:], strict=True))
    return table


def difference(expected, found):
    """Say where what was found is not what the table says.

    :param dict expected: A table.
    :param dict found: The same, as the system behaves.
    :rtype: list[str]
    """
    lines = [f"{', '.join(key)}: not in the table" for key in found.keys() - expected]
    lines += [f"{', '.join(key)}: does not exist" for key in expected.keys() - found]
    for key in expected.keys() & found.keys():
        lines += [
            f"{', '.join(key)}, {role}: the table says {expected[key][role]!r}, "
            f"it is {cell!r}"
            for role, cell in found[key].items()
            if expected[key][role] != cell
        ]
    return sorted(lines)
