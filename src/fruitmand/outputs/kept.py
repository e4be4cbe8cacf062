"""Work that the build's server keeps: a process that calls functions for a job, and still has their caches when the next build asks.

What such a function returns depends on nothing but what it is given, so that it makes no difference where it is called.
"""

import contextlib
import importlib
import pickle
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from fruitmand.edition.errors import FruitmandError

T = TypeVar("T")

given: Connection | None = None
"""The process that the server gave to this job, if any."""


def call(function: Callable[..., T], *arguments: Any) -> T:
    """Return what a function of a module returns, or raise what it raises: in the process that this job was given, or else in this one."""
    if given is None:
        return function(*arguments)
    try:
        given.send((function.__module__, function.__name__, arguments))
        done, result = given.recv()
    except (EOFError, OSError):  # it was killed: it saves time, and is needed for nothing
        return function(*arguments)
    if done:
        return result
    raise result


def work(connection: Connection) -> None:
    """Call what is asked for, until there is nobody left who could ask."""
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            module, name, arguments = connection.recv()
            answer: tuple[bool, Any]
            try:
                answer = True, getattr(importlib.import_module(module), name)(*arguments)
            except Exception as error:  # the job is told
                answer = False, error
            try:
                connection.send(answer)
            except (pickle.PicklingError, TypeError, AttributeError):  # an error that cannot be sent
                connection.send((False, FruitmandError(f"{type(answer[1]).__name__}: {answer[1]}")))
