"""A small forge on a real loopback port, over a real bare repository: what GitHub and Gitea do with requests.

A request's branch must exist in the repository, and a second open one of it is refused. What does not
belong here: what the platform makes of the answers.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAME = "fleet/agnt-wiki"
TOKEN = "hush-hush"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class ForgeServer:
    """What the forge knows: its requests, and what it was asked; `fails` answers with that status (`refuses`: one method)."""

    repository: Path
    gitea: bool = False
    port: int = 0
    pulls: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    fails: int = 0
    refuses: str = ""
    redirects: str = ""

    @property
    def root(self) -> str:
        return "/api/v1" if self.gitea else ""

    @property
    def url(self) -> str:
        """The repository's address."""
        return f"http://127.0.0.1:{self.port}{self.root}/repos/{NAME}"

    def open(self) -> list[dict[str, Any]]:
        return [pull for pull in self.pulls if pull["state"] == "open"]

    def branches(self) -> list[str]:
        return git(self.repository, "for-each-ref", "--format=%(refname:short)", "refs/heads/agnt").split()

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if self.fails and self.refuses in {"", asked.method}:
            return self.fails, {"message": "Not today"}
        place = asked.path.removeprefix(f"{self.root}/repos/{NAME}")
        match asked.method, place.strip("/").split("/"):
            case "GET", [""]:
                return 200, {"default_branch": "main"}
            case "GET", ["pulls"]:
                per_page = int(asked.query["limit" if self.gitea else "per_page"])
                page = int(asked.query.get("page", "1"))
                return 200, self.pulls[::-1][per_page * (page - 1) : per_page * page]
            case "POST", ["pulls"]:
                return self._open(asked.body)
            case "PATCH", ["pulls", number]:
                pull = self.pulls[int(number) - 1]
                pull.update(asked.body)
                return 200, pull
        return 404, {"message": "Not Found"}

    def _open(self, body: dict[str, str]) -> tuple[int, Any]:
        head = body["head"]
        if head not in self.branches():
            return 422, {"message": f"No branch {head}"}
        if any(pull["head"]["ref"] == head for pull in self.open()):
            return 422, {"message": "A pull request already exists"}
        base = {"ref": body["base"], "repo": {"full_name": NAME}}
        made = {"number": len(self.pulls) + 1, "state": "open", "title": body["title"], "body": body["body"]}
        self.pulls.append({**made, "head": {"ref": head, "repo": {"full_name": NAME}}, "base": base})
        return 201, self.pulls[-1]


@contextmanager
def serving(repository: Path, *, gitea: bool = False) -> Iterator[ForgeServer]:
    """Yield a forge over a bare repository, on a thread of its own."""
    forge = ForgeServer(repository, gitea)

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, query, headers, body)
            forge.asked.append(asked)
            status, answer = forge.answer(asked)
            data = json.dumps(answer).encode()
            self.send_response(302 if forge.redirects else status)
            if forge.redirects:
                self.send_header("Location", forge.redirects)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _any  # noqa: N815 - their names there

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forge.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def git(folder: Path, *arguments: str) -> str:
    """Run git in a repository."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


class Contract:
    """GitHub's OpenAPI description, as far as requests can be held against it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._paths = {
            re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + r"\Z"): operations
            for path, operations in document["paths"].items()
            if path.startswith("/repos/{owner}/{repo}")
        }

    def faults(self, asked: Asked) -> list[str]:
        """Return what is wrong with a request; nothing where it is valid."""
        found = [
            operations[asked.method.lower()]
            for pattern, operations in self._paths.items()
            if pattern.match(asked.path) and asked.method.lower() in operations
        ]
        if not found:
            return [f"{asked.method} {asked.path} is no operation"]
        operation = found[0]
        declared = [self._whole(one) for one in operation.get("parameters", ())]
        queries = {one["name"]: one["schema"] for one in declared if one["in"] == "query"}
        faults = [f"no query {name}" for name in asked.query.keys() - queries.keys()]
        for name, value in asked.query.items():
            schema = self._whole(queries.get(name, {}))
            typed = int(value) if schema.get("type") == "integer" and value.isdecimal() else value
            faults += self._against(schema, typed, name)
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            return faults + (["no body is wanted"] if asked.body is not None else [])
        return faults + self._against(content["schema"], asked.body, "body")

    def _against(self, schema: dict[str, Any], value: object, name: str) -> list[str]:
        schema = self._whole(schema)
        kinds = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}
        kind = schema.get("type")
        if kind in kinds and not isinstance(value, kinds[kind]):
            return [f"{name} is no {kind}"]
        faults = [] if value in schema.get("enum", [value]) else [f"{name} is none of {schema['enum']}"]
        if isinstance(value, dict):
            known = schema.get("properties", {})
            faults += [f"{name}.{one} is missing" for one in schema.get("required", ()) if one not in value]
            faults += [f"{name}.{one} is unknown" for one in value.keys() - known.keys()]
            for one in value.keys() & known.keys():
                faults += self._against(known[one], value[one], f"{name}.{one}")
        return faults

    def _whole(self, part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            found: Any = self._document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part
