"""The tree of errors, apart from everything else so that any module may raise them.

AgntError                  anything we can explain; the command line prints one sentence, no traceback
├── SettingsError          a setting, argument or URL is wrong                               exit code 2
│   ├── SourceContractError    `source` lacks a table or column, or a type differs           exit code 2
│   ├── DatabaseUnreachable    no server answers at the configured URL                       exit code 2
│   └── MigrationNeeded        the schema is older or newer than this code                   exit code 2
├── ServerFailed           the embedded PostgreSQL would not start or stop                   exit code 1
├── LockedOut              another run holds the writer set                                  exit code 1
├── Fenced                 our lease was taken over: this run may not write any more         exit code 1
├── MirrorFailed           the wiki's repository could not be fetched or read               exit code 1
├── NotReady               what a step reads has not been made yet                           exit code 1
├── NotDelivered           a letter of the outbox did not arrive: it is sent again          exit code 1
├── PlanRefused            a plan failed its checks, so nothing of it was applied            exit code 1
├── ModelFailed            a model was down, over budget or useless for some people      exit code 1
├── ChainBroken            the delta log does not verify                                     exit code 1
└── RunFailed              a run submitted to the coordinator did not succeed                exit code 1

A message names the thing, the value and the way out. What belongs here: exceptions that cross a
module boundary. What does not: rejections and quarantines, which are data (`replay.quarantine`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class AgntError(Exception):
    """Anything we can explain to an operator in one sentence."""

    exit_code: ClassVar[int] = 1


class SettingsError(AgntError):
    """A setting, a command-line argument or a URL is wrong."""

    exit_code: ClassVar[int] = 2


class SourceContractError(SettingsError):
    """The operational tables in `source` are not what the jobs read."""


class DatabaseUnreachable(SettingsError):
    """No PostgreSQL answers at the configured URL."""


class MigrationNeeded(SettingsError):
    """The schema in the database is not the one this code was written for."""


class ServerFailed(AgntError):
    """The embedded PostgreSQL server would not start or stop."""


class LockedOut(AgntError):
    """Another run holds the writer set; the window stays missing and runs when it is free."""


class Fenced(AgntError):
    """This run's lease was taken by a later one: its writes are refused."""


class MirrorFailed(AgntError):
    """The wiki's repository could not be fetched or read; nothing was changed."""


class NotReady(AgntError):
    """What a step reads has not been made yet; the message names what makes it."""


class NotDelivered(AgntError):
    """A receiver did not take a letter of the outbox; it waits and is sent again."""


class PlanRefused(AgntError):
    """A plan failed a check before apply; nothing of it was written.

    `failed` says which checks, and how many rows failed each.
    """

    def __init__(self, message: str, failed: Mapping[str, int]) -> None:
        super().__init__(message)
        self.failed = failed


class ModelFailed(AgntError):
    """A model did not answer for some people, whose window stays missing; `faults` counts them by reason."""

    def __init__(self, message: str, faults: Mapping[str, int]) -> None:
        super().__init__(message)
        self.faults = faults


class ChainBroken(AgntError):
    """The hash chain of the delta log does not verify."""


class RunFailed(AgntError):
    """A run that was submitted to the coordinator ended in failure."""
