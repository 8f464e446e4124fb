"""An HTTP server in this process, until it is told to stop.

What belongs here: the socket and the signals. What does not: what is answered.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from agnt_pipelines.errors import SettingsError


def until_stopped(application: Starlette, host: str, port: int, listens: Callable[[str], object]) -> None:
    """Answer requests until SIGINT or SIGTERM; `listens` is told the page's address once it is reachable.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as failure:
        listening.close()
        message = (
            f"{host}:{port} cannot be listened on ({failure.strerror}): choose another --host or --port."
        )
        raise SettingsError(message) from failure
    with listening:
        name = f"[{host}]" if ":" in host else host
        listens(f"http://{name}:{listening.getsockname()[1]}/faq")
        config = uvicorn.Config(
            application, log_level="warning", access_log=False, timeout_graceful_shutdown=5
        )
        uvicorn.Server(config).run(sockets=[listening])
