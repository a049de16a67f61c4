"""Secrets at rest: encrypted with a key that is not in the database.

The key stands in the configuration file or in the environment, so that a dump or a
backup alone opens nothing. Several keys, separated by commas, are a rotation: the first
one encrypts, every one of them decrypts.
"""

import os

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from .exceptions import VaultError

CONFIG_OPTION = "logistics_secret_key"
ENVIRONMENT_VARIABLE = "LOGISTICS_SECRET_KEY"
# Names the format, so that another one can follow.
_PREFIX = "fernet:"


def configured_keys(option, environment=None):
    """Return the keys this server was started with, the newest first.

    :param str | None option: The value of the configuration option.
    :param environment: Other environment variables than this process's own. The option
        wins over them.
    :rtype: list[str]
    """
    environment = os.environ if environment is None else environment
    text = option or environment.get(ENVIRONMENT_VARIABLE) or ""
    return [key.strip() for key in str(text).split(",") if key.strip()]


def generate_key():
    """Return a new random key for the configuration file.

    :rtype: str
    """
    return Fernet.generate_key().decode()


def encrypt(value, keys):
    """Return the secret as it may be stored.

    :param str value: The secret; an empty one stays empty.
    :param list[str] keys: The server's keys, the newest first.
    :rtype: str
    :raises VaultError: Without a usable key: nothing is ever stored in the clear.
    """
    if not value:
        return ""
    return _PREFIX + _cipher(keys).encrypt(value.encode()).decode()


def decrypt(token, keys):
    """Return the secret that was encrypted with any of the keys.

    :param str token: The stored value; an empty one stays empty.
    :param list[str] keys: The server's keys.
    :rtype: str
    :raises VaultError: When there is no key, or none of them fits.
    """
    if not token:
        return ""
    return _open(token, _cipher(keys)).decode()


def rotate(token, keys):
    """Return the stored secret encrypted with the newest key.

    :param str token: The stored value, encrypted with any of the keys.
    :param list[str] keys: The server's keys, the newest first.
    :rtype: str
    :raises VaultError: When there is no key, or none of them fits.
    """
    return encrypt(decrypt(token, keys), keys)


def needs_rotation(token, keys):
    """Return whether the newest key alone cannot open the stored secret.

    :param str token: The stored value.
    :param list[str] keys: The server's keys, the newest first.
    :rtype: bool
    :raises VaultError: Without a usable key.
    """
    if not token:
        return False
    try:
        _open(token, _cipher(keys[:1]))
    except VaultError as error:
        if error.reason != "unreadable":
            raise
        return True
    return False


def _cipher(keys):
    if not keys:
        raise VaultError(
            f"This server has no key for secrets: set {CONFIG_OPTION} in the "
            f"configuration file or {ENVIRONMENT_VARIABLE} in the environment.",
            "no_key",
        )
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise VaultError(
            f"{CONFIG_OPTION} is no key: it takes 32 random bytes in URL-safe base64 "
            "(44 characters), several separated by commas.",
            "bad_key",
        ) from error


def _open(token, cipher):
    try:
        if not token.startswith(_PREFIX):
            raise InvalidToken
        return cipher.decrypt(token[len(_PREFIX) :].encode())
    except (InvalidToken, UnicodeEncodeError) as error:
        raise VaultError(
            "The stored secret cannot be read with the keys of this server: add the "
            f"key it was stored with to {CONFIG_OPTION}, or enter the secret again.",
            "unreadable",
        ) from error
