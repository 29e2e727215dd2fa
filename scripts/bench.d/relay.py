# SPDX-License-Identifier: Apache-2.0
"""A TCP relay that can stop to forward without closing anything: a half-open link, as both ends see one."""
import socket
import threading


class Relay:
    """Between whoever dials `port` and 127.0.0.1:`target`; ends with the block that it is used in."""

    def __init__(self, target):
        self._target = int(target)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = []
        self._cut = threading.Event()
        self._ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ended = True
        for end in (self._listener, *self._open):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def cut(self):
        """From now on nothing passes; what comes is taken and dropped, and new connections end at once."""
        self._cut.set()

    def _accept(self):
        while not self._ended:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._cut.is_set():
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._target))
            self._open += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source, sink):
        try:
            while data := source.recv(65536):
                if not self._cut.is_set():
                    sink.sendall(data)
            if not self._cut.is_set():
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # an end closed it, or this one did
