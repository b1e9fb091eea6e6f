"""The WebSocket route: a frame in, its detections out, and on to Kafka when it streams.

The Kafka producer is made once, when this module is imported. Without Kafka the service
goes on: it detects and answers, it only does not stream.
"""

import json

from flask_sock import Sock
from loguru import logger
from pydantic import ValidationError
from simple_websocket import Server

from algo.detector import detect
from algo.records import Frame
from config import settings

sock = Sock()

KAFKA_PRODUCER = None

if settings.enable_kafka_streaming:
    try:
        from algo.kafka.detection_producer import DetectionResultProducer

        KAFKA_PRODUCER = DetectionResultProducer(
            bootstrap_servers=settings.kafka_bootstrap_servers,
            topic=settings.kafka_detection_topic,
            enable_kafka=True,
        )
        logger.info("Kafka producer initialized for streaming mode")
    except ImportError as error:
        logger.warning("Kafka module not available, streaming mode disabled")
        logger.debug(f"The import said: {error}")
    except Exception as error:
        logger.error(f"Failed to initialize Kafka producer: {error}")


@sock.route("/ws/detect")
def detect_frames(ws: Server) -> None:
    """Answer each frame of one connection, in order, until the client leaves."""
    logger.info("Camera connected")
    while True:
        ws.send(answer(ws.receive()))


def answer(message: str | bytes) -> str:
    """The detection of one frame as JSON, or `{"error": …}` for what is no frame."""
    try:
        frame = Frame.model_validate_json(message)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "frame"
        return json.dumps({"error": f"{where}: {first['msg']}"}, ensure_ascii=False)
    detection = detect(frame)
    record = detection.model_dump_json()
    if KAFKA_PRODUCER is not None:
        KAFKA_PRODUCER.send(detection.camera, record)
    return record
