"""People at their screens: the calls that the web client makes for them."""

import http.cookiejar
import itertools
import json
import re
import urllib.error
import urllib.request
import uuid
from functools import cached_property

TIMEOUT = 60
_numbers = itertools.count(1)
_CSRF = re.compile(r'csrf_token: "([^"]+)"')


class RpcError(Exception):
    """The server refused what somebody did.

    :param str kind: The class of the error on the server.
    :param str text: What the person reads.
    """

    def __init__(self, kind, text):
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


class Browser:
    """One browser with its cookies: a visitor until somebody logs in.

    :param str base_url: The address of the server.
    """

    def __init__(self, base_url):
        self.base_url = base_url
        self._opener = urllib.request.build_opener(
            # The server is this machine: no proxy is asked.
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def get(self, path):
        """Open a page.

        :param str path: The path, with its query.
        :return: The HTTP status and the body.
        :rtype: tuple[int, bytes]
        """
        return _answer(self._opener, urllib.request.Request(self.base_url + path))

    def submit(self, path, fields, files=()):
        """Send a form; where it leads is opened as well.

        :param str path: The path.
        :param dict fields: What was typed, with the key against forgery.
        :param files: Field, name, type and bytes of each file.
        :return: The HTTP status and the body of what is shown then.
        :rtype: tuple[int, bytes]
        """
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n'
            f"{value}\r\n".encode()
            for field, value in fields.items()
        ]
        for field, name, kind, data in files:
            parts += [
                f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; '
                f'filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'.encode(),
                data,
                b"\r\n",
            ]
        request = urllib.request.Request(
            self.base_url + path,
            data=b"".join([*parts, f"--{mark}--\r\n".encode()]),
            headers={"Content-Type": f"multipart/form-data; boundary={mark}"},
        )
        return _answer(self._opener, request)

    def call(self, route, **params):
        """Call a JSON-RPC route.

        :param str route: The path of the route.
        :raise RpcError: When the server refuses.
        """
        document = {
            "jsonrpc": "2.0",
            "method": "call",
            "id": next(_numbers),
            "params": params,
        }
        request = urllib.request.Request(
            self.base_url + route,
            data=json.dumps(document).encode(),
            headers={"Content-Type": "application/json"},
        )
        status, body = _answer(self._opener, request)
        if status != 200:
            raise RpcError(f"HTTP {status}", body[:200].decode(errors="replace"))
        answer = json.loads(body)
        if "error" in answer:
            data = answer["error"].get("data") or {}
            kind = data.get("name") or answer["error"].get("message") or "error"
            raise RpcError(kind.rpartition(".")[2], str(data.get("message") or kind))
        return answer.get("result")


class Person(Browser):
    """Somebody who is logged in.

    :param str base_url: The address of the server.
    :param str db: The database.
    :param tuple login: Role, login and password.
    """

    def __init__(self, base_url, db, login):
        super().__init__(base_url)
        self.role, name, password = login
        found = self.call(
            "/web/session/authenticate", db=db, login=name, password=password
        )
        if not found.get("uid"):
            raise RpcError("AccessDenied", f"{name} cannot log in")
        self.uid = found["uid"]

    def do(self, model, method, *args, company=None, context=None, **kwargs):
        """Call a public method of a model, as a click does.

        :param str model: The model.
        :param str method: The method.
        :param args: Its arguments, record ids first.
        :param int company: The company that is chosen in the switcher.
        :param dict context: More context.
        :param kwargs: Its keyword arguments.
        """
        context = {"lang": "en_US", "tz": "UTC"} | (context or {})
        if company:
            context["allowed_company_ids"] = [company]
        return self.call(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs | {"context": context},
        )

    def find(self, model, domain, fields=("display_name",), **options):
        """Search and read.

        :rtype: list[dict]
        """
        return self.do(model, "search_read", domain, list(fields), **options)

    def upload(self, name, data, model, res_id=0):
        """Upload a file, as the button of a form does.

        :param str name: The name of the file.
        :param bytes data: The file.
        :param str model: The model of the form.
        :param int res_id: The record, 0 for one that is not saved yet.
        :return: The id of the attachment.
        :rtype: int
        :raise RpcError: When the server refuses.
        """
        fields = {"csrf_token": self._csrf, "model": model, "id": str(res_id)}
        status, body = self.submit(
            "/web/binary/upload_attachment", fields, [("ufile", name, "text/csv", data)]
        )
        if status != 200:
            raise RpcError(f"HTTP {status}", body[:200].decode(errors="replace"))
        (file,) = json.loads(body)
        if "error" in file:
            raise RpcError("UserError", file["error"])
        return file["id"]

    @cached_property
    def _csrf(self):
        """Return what the page of the web client says to send with a form."""
        return csrf_token(self.get("/odoo")[1])

    def read(self, model, ids, *fields, **options):
        """Read records by id.

        :rtype: list[dict]
        """
        return self.do(model, "read", list(ids), list(fields), **options)


def csrf_token(page):
    """Return the key against forgery that a page says to send with its forms.

    :param bytes page: The page.
    :rtype: str
    """
    return _CSRF.search(page.decode(errors="replace"))[1]


def _answer(opener, request):
    """Return status and body; an error status is an answer as well."""
    try:
        with opener.open(request, timeout=TIMEOUT) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
