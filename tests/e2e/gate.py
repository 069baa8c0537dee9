"""A door to a server on this machine that a test can shut: nobody there any more, or somebody who never says a word."""

import select
import socket
import threading
from types import TracebackType
from typing import Self


class Gate:
    """Listens on a free loopback port and hands bytes on to `port`, until `close` (connections are refused) or `mute` (they hang)."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._muted = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
        self._thread.join()

    def mute(self) -> None:
        """Take connections and say nothing, as a machine behind a firewall that drops packets."""
        self._muted = True

    def close(self) -> None:
        """The server is gone: its port refuses."""
        if self._listener.fileno() >= 0:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for one in self._open:
            one.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(client)
            if not self._muted:
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open.append(server)
                threading.Thread(target=_pass_on, args=(client, server), daemon=True).start()


def _pass_on(client: socket.socket, server: socket.socket) -> None:
    """Bytes both ways until one side ends."""
    other = {client: server, server: client}
    try:
        while True:
            for ready in select.select(list(other), [], [])[0]:
                data = ready.recv(65_536)
                if not data:
                    return
                other[ready].sendall(data)
    except (OSError, ValueError):  # closed by the test
        return
    finally:
        client.close()
        server.close()
