"""The Detection Producer: real-time results to `detection-results`."""

from loguru import logger

from algo.kafka.producer import RecordProducer
from config import settings


class DetectionResultProducer:
    """Sends detections keyed by camera: each camera's results keep their order.

    Raises RuntimeError when the broker does not answer or the topic does not exist.
    With `enable_kafka` false it takes everything and sends nothing.
    """

    def __init__(
        self, bootstrap_servers: str, topic: str, enable_kafka: bool = True
    ) -> None:
        self._producer = None
        if not enable_kafka:
            return
        self._producer = RecordProducer(
            bootstrap_servers, topic, settings.kafka_connect_timeout
        )
        logger.info(f"Kafka Producer initialized for topic: {topic}")

    def send(self, camera: str, record: str) -> None:
        """Queue the detection `record`, a JSON text; never waits for the broker."""
        if self._producer is not None:
            self._producer.send(camera, record)

    def close(self) -> None:
        """Flush what is queued."""
        if self._producer is not None:
            self._producer.close()
