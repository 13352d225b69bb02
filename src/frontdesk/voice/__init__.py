"""The phone, heard and spoken on this machine: needs the extra `voice`. Only `frontdesk.web` and commands use it."""

import logging

from loguru import logger

logger.disable("pipecat")  # what it logs may hold what a caller said
for _library in ("aiortc", "aioice"):  # theirs name the addresses of callers' networks
    logging.getLogger(_library).setLevel(logging.CRITICAL)
