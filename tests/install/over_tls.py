"""Look at the dashboard as a browser elsewhere would: over_tls.py NAME CERTIFICATE TOKEN."""

import http.client
import socket
import ssl
import sys
from contextlib import closing


class Line(http.client.HTTPSConnection):
    """A connection to this machine under another name, which the certificate has to bear."""

    def __init__(self, name: str, certificate: str, port: int) -> None:
        super().__init__(name, port, timeout=20)
        self._trusting = ssl.create_default_context(cafile=certificate)

    def connect(self) -> None:
        """Connect, and shake hands."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.sock = self._trusting.wrap_socket(line, server_hostname=self.host)


def asked(line: Line, path: str, **headers: str) -> tuple[int, str]:
    """Return the status and the body of a page."""
    with closing(line):
        line.request("GET", path, headers={"Host": line.host, **headers})
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def moved(name: str, port: int) -> str:
    """Return where plain HTTP leads."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with closing(line):
        line.request("GET", "/login?x=1", headers={"Host": name})
        answer = line.getresponse()
        return f"{answer.status} {answer.getheader('Location')}"


def main(name: str, certificate: str, token: str, ports: tuple[int, int] = (443, 80)) -> None:
    """Tell what a stranger sees, what somebody with the token sees, and where plain HTTP leads.

    Raises:
        SystemExit: it is not what it should be.
    """
    port, plain = ports
    status, page = asked(Line(name, certificate, port), "/login")
    if status != 200 or "<form" not in page:
        raise SystemExit(f"a stranger gets {status}: {page[:200]}")
    bearer = {"Authorization": f"Bearer {token}"}
    status, figures = asked(Line(name, certificate, port), "/metrics/prometheus", **bearer)
    if status != 200 or "shop_started_seconds" not in figures:
        raise SystemExit(f"with the token: {status}")
    if (leads := moved(name, plain)) != f"301 https://{name}/login?x=1":
        raise SystemExit(f"plain HTTP: {leads}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
