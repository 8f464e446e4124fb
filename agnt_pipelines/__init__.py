"""agnt_pipelines: the background thinking of a fleet of AI agents, on Dagster and PostgreSQL.

Nothing is imported here, so that `./agnt --help` starts at once and pure modules stay pure.
"""

__version__ = "0.1.0"
