"""The phone, heard and spoken on this machine: needs the extra `voice`. Only `frontdesk.web` and commands use it."""

from loguru import logger

logger.disable("pipecat")  # what it logs may hold what a caller said
