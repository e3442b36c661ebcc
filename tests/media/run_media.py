"""A media process to be killed: run_media with settings as JSON in the first argument."""

from __future__ import annotations

import asyncio
import sys

import msgspec
import uvloop

from callcenter.errors import UserError
from callcenter.media.server import run_media
from callcenter.media.settings import MediaSettings

if __name__ == "__main__":
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(
                run_media(msgspec.json.decode(sys.argv[1], type=MediaSettings, dec_hook=lambda t, v: t(v)))
            )
    except UserError as error:
        sys.exit(str(error))
