"""Sends JSON records to one topic."""

import re
from threading import Event, Lock, Thread

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from loguru import logger

from algo.kafka.client import client_config

POLL_SECONDS = 0.2
FLUSH_SECONDS = 1.5

# librdkafka says "127.0.0.1:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed:
# Connection refused (after 0ms in state CONNECT)"; the reason is "Connection refused".
_REASON = re.compile(r"/bootstrap: (?:Connect to \S+ failed: )?(.+?)(?: \(after .*)?$")


class RecordProducer:
    """Sends in the background, and counts what arrived and what did not.

    Making one asks the broker for the topic, waiting at most `timeout` seconds: a
    RuntimeError tells at once of a broker that is away or a topic that is missing.
    """

    def __init__(self, bootstrap_servers: str, topic: str, timeout: float) -> None:
        self.topic = topic
        self.delivered = 0
        self.failed = 0
        self._counting = Lock()
        self._last_error = ""
        self._producer = Producer(
            client_config(bootstrap_servers)
            | {"message.timeout.ms": 10_000, "linger.ms": 5},
            error_cb=self._on_error,
        )
        self._require_topic(bootstrap_servers, timeout)
        self._closed = Event()
        self._poller = Thread(target=self._poll, name=f"to {topic}", daemon=True)
        self._poller.start()

    def send(self, key: str, record: str) -> None:
        """Queue one record. Records of one key keep their order."""
        try:
            self._producer.produce(
                self.topic, value=record, key=key, on_delivery=self._on_delivery
            )
        except (BufferError, KafkaException) as error:
            # The queue is full since the broker is away, or a broker that has just come
            # back does not know its topics yet. Detection goes on either way.
            self._count_failure(error)

    def close(self) -> None:
        """Wait a moment for what is queued, and say what became of it."""
        self._closed.set()
        self._poller.join()
        lost = self._producer.flush(FLUSH_SECONDS)
        logger.info(
            f"Kafka producer flushed, topic {self.topic}: "
            f"{self.delivered} delivered, {self.failed + lost} lost"
        )

    def _require_topic(self, servers: str, timeout: float) -> None:
        try:
            topic = self._producer.list_topics(self.topic, timeout).topics[self.topic]
        except KafkaException as error:
            self._producer.poll(0)  # lets _on_error have the reason
            reason = self._last_error or error.args[0].str()
            raise RuntimeError(
                f"KafkaException: Failed to connect to broker at {servers}: {reason}"
            ) from error
        if topic.error and topic.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise RuntimeError(
                f"UnknownTopicOrPartitionError: Topic {self.topic} does not exist"
            )

    def _poll(self) -> None:
        """Hear what became of records while nobody sends, so that the log tells it."""
        while not self._closed.is_set():
            self._producer.poll(POLL_SECONDS)

    def _on_error(self, error: KafkaError) -> None:
        found = _REASON.search(error.str())
        if found:
            self._last_error = found[1]

    def _on_delivery(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self._count_failure(error)
            return
        with self._counting:
            self.delivered += 1

    def _count_failure(self, error: object) -> None:
        """Log the first failure, then each hundredth: an outage is not a flood."""
        with self._counting:
            self.failed += 1
            failed = self.failed
        if failed % 100 == 1:
            logger.error(f"Message delivery failed: {error} ({failed} so far)")
