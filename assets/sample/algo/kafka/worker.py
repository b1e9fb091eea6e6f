"""Reads one topic in a thread of its own."""

from collections.abc import Callable
from threading import Event, Thread

from confluent_kafka import Consumer
from loguru import logger

from algo.kafka.client import client_config

POLL_SECONDS = 0.2
STOP_SECONDS = 1.0  # leaving the group takes no longer, unless the broker is away


class Worker:
    """Hands every record of `topic` to `handle`, from where its group left off.

    A record may come twice after a crash, so `handle` should not mind that. One that it
    cannot read (ValueError) is logged and passed over.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str,
        group: str,
        handle: Callable[[bytes], None],
    ) -> None:
        self._topic = topic
        self._handle = handle
        self._stopped = Event()
        self._consumer = Consumer(
            client_config(bootstrap_servers)
            | {"group.id": group, "auto.offset.reset": "earliest"}
        )
        self._thread = Thread(target=self._run, name=group, daemon=True)

    def start(self) -> None:
        self._consumer.subscribe([self._topic])
        self._thread.start()

    def stop(self) -> None:
        """Finish the record at hand, note how far it came and leave the group."""
        self._stopped.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        self._read()
        self._consumer.close()

    def _read(self) -> None:
        while not self._stopped.is_set():
            message = self._consumer.poll(POLL_SECONDS)
            if message is None:
                continue
            if message.error():
                logger.warning(f"Reading {self._topic}: {message.error().str()}")
                continue
            try:
                self._handle(message.value() or b"")
            except ValueError as error:
                where = f"{self._topic}[{message.partition()}]@{message.offset()}"
                logger.warning(f"Record {where} passed over: {error}")
