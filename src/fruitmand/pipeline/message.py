"""What a client sends to the server: some words, and its output and errors as open files."""

import contextlib
import socket

_CLIENT_S = 5.0  # a client says at once what it wants


def receive(connection: socket.socket) -> tuple[tuple[str, ...], list[int]]:
    """Return the words of a message, none when it did not come whole, and the open files that came with it."""
    connection.settimeout(_CLIENT_S)
    message = b""
    fds: list[int] = []
    with contextlib.suppress(OSError):
        message, fds, _, _ = socket.recv_fds(connection, 65536, 2)
        while len(message) < int.from_bytes(message[:4], "big") + 4 and (more := connection.recv(65536)):
            message += more
    whole = len(message) >= 4 and len(message) == int.from_bytes(message[:4], "big") + 4
    return tuple(message[4:].decode(errors="surrogateescape").split("\0")) if whole else (), fds
