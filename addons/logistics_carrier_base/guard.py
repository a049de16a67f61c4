"""Where calls may go: declared hosts, public addresses, nothing else.

The name is resolved here, every address it has is judged, and the connection is made to
a judged address: between the check and the use there is no second resolution that
could answer something else.
"""

import ipaddress
import queue
import re
import socket
import threading
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from .exceptions import CarrierRejected, CarrierUnavailable

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

_MOST_ADDRESSES = 3  # More would only add up the timeouts.
_PORTS = {"https": 443, "http": 80}
# Characters on which URL parsers disagree.
_AMBIGUOUS = re.compile(r"[^!-~]|[\\@]")
# IPv6 names for IPv4 addresses, made by networks without IPv4.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def check_url(url, hosts, allow_loopback=False):
    """Refuse a URL that an adapter has not declared.

    :param str url: The absolute URL of a call.
    :param hosts: The declared hosts, each `host` (standard port) or `host:port`.
    :param bool allow_loopback: Whether this machine's own addresses may be called, and
        without encryption: for stand-ins and tests.
    :return: Whether it is a call to this machine.
    :rtype: bool
    :raises CarrierRejected: When the call may not go out.
    """
    try:
        if _AMBIGUOUS.search(url):
            raise ValueError("Ambiguous URL")
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _refused("The address of the call cannot be read") from error
    loopback = host in LOOPBACK_HOSTS
    if loopback and not allow_loopback:
        raise _refused("Calls to this machine are not allowed here")
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise _refused(f"Calls by {parts.scheme or 'no scheme'} are not allowed")
    port = port or _PORTS[parts.scheme]
    allowed = {entry.lower() for entry in hosts}
    names = {f"[{host}]:{port}" if ":" in host else f"{host}:{port}"}
    if port == _PORTS[parts.scheme] or loopback:
        names.add(host)
    if not names & allowed:
        raise _refused(f"{host}:{port} is not a declared host")
    return loopback


def is_public(address):
    """Return whether an IP address is one that the internet can reach.

    :param str address: The address, as the resolver gives it.
    :rtype: bool
    """
    # Link-local addresses may carry a zone behind "%".
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner and not is_public(str(inner)):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolve(host, port, timeout, resolver=socket.getaddrinfo):
    """Return the addresses a call to a host may use.

    :param str host: The host.
    :param int port: The port.
    :param float timeout: Seconds; the system's resolver knows no limit of its own.
    :param resolver: What answers, in the form of `socket.getaddrinfo`.
    :return: Socket addresses in the resolver's order.
    :rtype: list[tuple]
    :raises CarrierRejected: When any address is private: a name that answers both ways
        is an attack or a mistake.
    :raises CarrierUnavailable: When there is no answer.
    """
    answers = queue.SimpleQueue()

    def ask():
        try:
            answers.put(resolver(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        found = [entry[4] for entry in answers.get(timeout=timeout)]
    except queue.Empty:
        found = []
    if not found:
        raise CarrierUnavailable(f"The name {host} could not be resolved")
    for address in found:
        if host in LOOPBACK_HOSTS:
            allowed = ipaddress.ip_address(address[0]).is_loopback
        else:
            allowed = is_public(address[0])
        if not allowed:
            raise _refused(f"{host} leads to an address that is not public")
    return found


def connect(addresses, timeout):
    """Return a socket connected to the first address that answers.

    :param addresses: Socket addresses, from `resolve()`.
    :param float timeout: Seconds for each address.
    :rtype: socket.socket
    :raises OSError: The last failure.
    """
    failure = OSError("No address")
    for address in addresses[:_MOST_ADDRESSES]:
        family = socket.AF_INET6 if len(address) == 4 else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(timeout)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


class PinnedAdapter(HTTPAdapter):
    """Transport that opens connections only through a given function.

    :param dial: Called with the urllib3 connection; returns a connected socket.
    """

    def __init__(self, dial):
        self._dial = dial
        super().__init__(pool_connections=2, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *args, **kwargs):
        """Override of `requests` to use connections that dial through us."""
        result = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pool_classes(self._dial)
        return result


def _pool_classes(dial):
    # `_new_conn` is where urllib3 (1.26 and 2) resolves a name and connects.
    class PlainConnection(HTTPConnection):
        def _new_conn(self):
            return dial(self)

    class TlsConnection(HTTPSConnection):
        def _new_conn(self):
            return dial(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": PlainPool, "https": TlsPool}


def _refused(text):
    return CarrierRejected("bad_request", "refused_address", text)
