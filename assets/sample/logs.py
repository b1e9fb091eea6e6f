"""One log for the whole service: loguru's, which werkzeug's lines join."""

import logging
import sys

from loguru import logger

FORMAT = (
    "<green>{time:YYYY-MM-DD HH:mm:ss.SSS}</green> | <level>{level: <8}</level> | "
    "<cyan>{name}</cyan>:<cyan>{function}</cyan>:<cyan>{line}</cyan> - "
    "<level>{message}</level>"
)


class _ToLoguru(logging.Handler):
    """Hands records of the standard library's logging to loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        origin = {
            "name": record.name,
            "function": record.funcName,
            "line": record.lineno,
        }
        logger.patch(lambda r: r.update(origin)).opt(exception=record.exc_info).log(
            record.levelname, record.getMessage()
        )


def set_up(level: str) -> None:
    """Write lines of `level` and above to standard error, in loguru's usual shape."""
    logger.remove()
    logger.add(sys.stderr, format=FORMAT, level=level.upper())
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.INFO, force=True)
