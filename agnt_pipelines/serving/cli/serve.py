"""`./agnt serve`: the published FAQ over HTTP, until Ctrl-C.

What belongs here: the process. What does not: what it answers (`faq_site`).
"""

from __future__ import annotations

import click

from agnt_pipelines.serving.cli.output import emit, json_option, say


@click.command(short_help="The published FAQ over HTTP, until Ctrl-C.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0: any.")
@json_option
def serve(*, host: str, port: int, as_json: bool) -> None:
    """Serve /faq, /faq/index.json and /faq/SLUG of whatever is published, as it changes.

    Each answer has an entity tag; a reader that knows it is sent nothing. Merged entries lead on,
    retired ones are gone. Put a proxy that speaks TLS in front of it. With --json the address is told
    as an object on standard output.
    """
    from agnt_pipelines.serving.faq_keeping import published_index
    from agnt_pipelines.serving.faq_site import Site
    from agnt_pipelines.serving.serving_http import until_stopped
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        site = Site(lambda: published_index(platform), say)
        until_stopped(
            site.application(),
            host,
            port,
            lambda url: emit({"url": url}) if as_json else say(f"{url}, until Ctrl-C"),
        )
