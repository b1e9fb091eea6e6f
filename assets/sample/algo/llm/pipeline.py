"""Runs the LLM parts behind the detection producer: scheduler, then aggregator."""

from collections.abc import Callable
from contextlib import ExitStack

from loguru import logger

from algo.kafka.producer import RecordProducer
from algo.kafka.worker import Worker
from algo.llm.result_aggregator import result_of
from algo.llm.task_scheduler import TaskScheduler
from algo.records import AnalysisTask, Detection
from config import Settings


def start(settings: Settings, parts: ExitStack) -> None:
    """Start both; `parts` will stop them, each reader before the producer it feeds.

    Where that fails the service still detects and streams, so it is only logged.
    """
    try:
        _start_scheduler(settings, parts)
        _start_aggregator(settings, parts)
    except Exception as error:
        logger.error(f"Failed to start the LLM analysis: {error}")


def _start_scheduler(settings: Settings, parts: ExitStack) -> None:
    topic = settings.kafka_task_topic
    scheduler = TaskScheduler(settings.llm_batch_size)
    producer = _producer(settings, parts, topic)

    def handle(value: bytes) -> None:
        task = scheduler.offer(Detection.model_validate_json(value))
        if task is not None:
            producer.send(task.camera, task.model_dump_json())

    source = settings.kafka_detection_topic
    _start_worker(settings, parts, source, "llm-task-scheduler", handle)
    logger.info(f"LLM task scheduler started for topic: {topic}")


def _start_aggregator(settings: Settings, parts: ExitStack) -> None:
    topic = settings.kafka_result_topic
    producer = _producer(settings, parts, topic)

    def handle(value: bytes) -> None:
        result = result_of(AnalysisTask.model_validate_json(value))
        producer.send(result.camera, result.model_dump_json())

    source = settings.kafka_task_topic
    _start_worker(settings, parts, source, "result-aggregator", handle)
    logger.info(f"Result aggregator started for topic: {topic}")


def _producer(settings: Settings, parts: ExitStack, topic: str) -> RecordProducer:
    producer = RecordProducer(
        settings.kafka_bootstrap_servers, topic, settings.kafka_connect_timeout
    )
    parts.callback(producer.close)
    return producer


def _start_worker(
    settings: Settings,
    parts: ExitStack,
    topic: str,
    group: str,
    handle: Callable[[bytes], None],
) -> None:
    worker = Worker(settings.kafka_bootstrap_servers, topic, group, handle)
    parts.callback(worker.stop)
    worker.start()
