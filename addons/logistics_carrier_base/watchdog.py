"""A limit in time that no trickle of bytes can stretch."""

import socket
import threading


class Watchdog:
    """Ends an exchange that is over its time, however slowly it still trickles.

    The read timeout counts the silence between two bytes only.

    :param float seconds: When to end it.
    :param list connections: Weak references to the urllib3 connections to break.
    """

    def __init__(self, seconds, connections):
        self.late = False
        self._connections = connections
        self._done = threading.Event()
        self._thread = threading.Thread(
            target=self._watch, args=[seconds], daemon=True, name="watchdog"
        )
        self._thread.start()

    def stop(self):
        """Leave the exchange alone from now on."""
        self._done.set()
        self._thread.join()

    def _watch(self, seconds):
        while not self._done.wait(seconds):
            self.late = True
            self._break()
            # Again: the connection may just have been in the making.
            seconds = 0.2

    def _break(self):
        for reference in list(self._connections):
            sock = getattr(reference(), "sock", None)
            if sock is None:
                continue
            try:
                # Not SSLSocket.shutdown: that one pulls the rug from the reader.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                continue  # Gone already.
