"""Many requests of one visitor, side by side, over connections that are kept."""

import http.client
import json
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

from odoo.tests import HttpCase
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME

THREADS = 4
SECONDS = 30
JSON = "application/json"

# What is asked: a path, and the parameters of a call where it is no page.
Question = namedtuple("Question", "path params", defaults=[None])


class Answer(namedtuple("Answer", "question status headers body")):
    """What came back, as a stranger sees it."""

    @property
    def text(self):
        """Return the body without what was asked, which some pages repeat."""
        text = self.body.decode("utf-8", "replace")
        for asked in (self.question.path, quote(self.question.path, safe="")):
            text = text.replace(asked, "")
        return text

    @property
    def result(self):
        """Return the result of a call, None for an error."""
        return json.loads(self.body).get("result")

    @property
    def shape(self):
        """Return all that tells two answers apart without reading them."""
        names = {name.lower() for name in self.headers} - {"set-cookie"}
        return self.status, frozenset(names), len(self.text)


class FloodCase(HttpCase):
    """Asks more than a session of `requests` can in the time."""

    def flood(self, questions, session_id=""):
        """Ask all of it.

        :param list[Question] questions: What is asked.
        :param str session_id: The session of the visitor; empty for nobody's.
        :return: The answers, in the order of the questions.
        :rtype: list[Answer]
        """
        self.env.flush_all()
        self.env.invalidate_all()
        shares = [questions[start::THREADS] for start in range(THREADS)]
        with self.allow_requests(), ThreadPoolExecutor(THREADS) as pool:
            cookies = {TEST_CURSOR_COOKIE_NAME: self.http_request_key}
            if session_id:
                cookies["session_id"] = session_id
            asked = list(pool.map(lambda share: self._ask(share, cookies), shares))
        answers = [None] * len(questions)
        for start, share in enumerate(asked):
            answers[start::THREADS] = share
        return answers

    def _ask(self, questions, cookies):
        host = urlsplit(self.base_url()).netloc
        connection = http.client.HTTPConnection(host, timeout=SECONDS)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())
        }
        try:
            return [self._answer(connection, one, headers) for one in questions]
        finally:
            connection.close()

    def _answer(self, connection, question, headers):
        if question.params is None:
            connection.request("GET", question.path, headers=headers)
        else:
            call = {"jsonrpc": "2.0", "id": 1, "params": question.params}
            connection.request(
                "POST",
                question.path,
                json.dumps(call).encode(),
                headers | {"Content-Type": JSON},
            )
        response = connection.getresponse()
        return Answer(question, response.status, response.headers, response.read())
