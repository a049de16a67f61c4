"""A small HTTP server on this machine that plays a partner: for training and tests.

Standard library only.
"""

import re
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from .http_server import Reply, Server

_LONGEST_DELAY = 120.0
_LONGEST_ANSWER = 5.0


@dataclass
class _Fault:
    """A misbehaviour for the next calls."""

    slow: float
    status: int
    times: int
    retry_after: str
    path: str


class Refused(Exception):
    """Ends a call with an error answer.

    :param int status: The HTTP status.
    :param str text: What the caller is told.
    """

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status
        self.text = text


class StandIn:
    """Base of the stand-ins: serves in a thread until `stop()`, or inside `with`.

    A subclass lists its calls in `routes` and says who may call and how it refuses.
    Below `/control/` the trainer pulls the strings.

    :param int port: The port; 0 takes a free one.
    """

    # Method, pattern of the path, method to call with the request and the groups.
    routes = ()
    # The same for what a trainer asks for beyond misbehaviour.
    routes_of_control = ()

    def __init__(self, port=0):
        self._server = Server(("127.0.0.1", port), self._serve)
        self._thread = None
        self._faults = []
        self._lock = threading.RLock()
        # What wakes each call that is being slow.
        self._slow = set()
        self._calm = threading.Condition(self._lock)

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc_info):
        self.stop()

    @property
    def port(self):
        """Return the port it listens on."""
        return self._server.server_address[1]

    @property
    def url(self):
        """Return its address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Serve in a thread of its own.

        :return: The server itself.
        """
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
            name=type(self).__name__,
        )
        self._thread.start()
        return self

    def run(self):
        """Serve in the main thread until the program is told to end, and say where."""

        def end(*_args):
            raise SystemExit(0)

        signal.signal(signal.SIGTERM, end)
        sys.stdout.write(f"{type(self).__name__} listens on {self.url}\n")
        sys.stdout.flush()
        try:
            with suppress(KeyboardInterrupt):
                self._server.serve_forever(poll_interval=0.2)
        finally:
            self.stop()

    def stop(self):
        """Stop serving and close every connection."""
        self._call_off()
        if self._thread:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()
        self._server.close_connections()

    def fail_next(self, times=1, status=0, slow=0.0, retry_after="", path=""):
        """Misbehave for the next calls.

        :param int times: For how many calls.
        :param int status: Answer this instead; 0 answers as usual.
        :param float slow: Wait this many seconds first.
        :param str retry_after: The `Retry-After` header to send along.
        :param str path: Only for calls whose path begins like this.
        """
        fault = _Fault(
            slow=min(max(float(slow), 0.0), _LONGEST_DELAY),
            status=int(status),
            times=int(times),
            retry_after=str(retry_after),
            path=path,
        )
        with self._lock:
            self._faults.append(fault)

    def behave(self):
        """Forget all misbehaviour that was asked for, and answer who waits."""
        with self._lock:
            self._call_off()
            # What they do belongs to the time before: nobody counts it later.
            self._calm.wait_for(lambda: not self._slow, timeout=_LONGEST_ANSWER)

    def _call_off(self):
        with self._lock:
            self._faults.clear()
            for wake in self._slow:
                wake.set()

    def is_authorised(self, request):
        """Return whether the caller may call at all.

        :param Request request: The call.
        :rtype: bool
        """
        raise NotImplementedError

    def refusal(self, status, text):
        """Return an error answer in the partner's own form.

        :param int status: The HTTP status.
        :param str text: What the caller is told.
        :rtype: dict
        """
        raise NotImplementedError

    def handle(self, request):
        """Answer a call.

        :param Request request: The call.
        :rtype: Reply
        """
        try:
            if request.path == "/health":
                return Reply(200, {"up": True})
            if not self.is_authorised(request):
                raise Refused(401, "The key is not known")
            for method, pattern, name in self._all_routes():
                match = re.fullmatch(pattern, request.path)
                if match and method == request.method:
                    return getattr(self, name)(request, *match.groups())
            raise Refused(404, f"There is no {request.method} {request.path}")
        except Refused as refused:
            return Reply(refused.status, self.refusal(refused.status, refused.text))
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            # Whatever a trainer types in is answered, not thrown.
            return Reply(400, self.refusal(400, f"Not understood: {error!r}"))

    def _all_routes(self):
        return (*self.routes, *self.routes_of_control, *_CONTROL_ROUTES)

    def _serve(self, request):
        wake = threading.Event()
        with self._lock:
            # At once: who calls it off meets the call on either side.
            fault = self._next_fault(request.path)
            if fault and fault.slow:
                self._slow.add(wake)
        if not fault or not fault.slow:
            return self._reply(request, fault)
        try:
            wake.wait(fault.slow)
            return self._reply(request, fault)
        finally:
            with self._calm:
                self._slow.discard(wake)
                self._calm.notify_all()

    def _reply(self, request, fault):
        if fault and fault.status:
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            content = self.refusal(fault.status, "Told to fail")
            return Reply(fault.status, content, headers=headers)
        return self.handle(request)

    def _post_faults(self, request):
        wish = request.json()
        names = ("times", "status", "slow", "retry_after", "path")
        self.fail_next(**{name: wish[name] for name in names if name in wish})
        return Reply(200, {})

    def _delete_faults(self, request):
        self.behave()
        return Reply(200, {})

    def _next_fault(self, path):
        if path.startswith("/control/"):
            return None  # The strings are pulled from outside the play.
        with self._lock:
            for fault in self._faults:
                if path.startswith(fault.path) and fault.times > 0:
                    fault.times -= 1
                    if not fault.times:
                        self._faults.remove(fault)
                    return fault
        return None


_CONTROL_ROUTES = (
    ("POST", "/control/faults", "_post_faults"),
    ("DELETE", "/control/faults", "_delete_faults"),
)


def wait_until(condition, seconds=5.0):
    """Wait for something that another thread does.

    :param condition: Called until it returns something true.
    :param float seconds: The longest wait.
    :return: What the condition returned last.
    """
    end = time.monotonic() + seconds
    while not (result := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return result
