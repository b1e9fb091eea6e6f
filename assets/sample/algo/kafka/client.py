"""What every Kafka client of the service is set to."""


def client_config(bootstrap_servers: str) -> dict[str, object]:
    """Settings for confluent_kafka that producers and consumers share."""
    return {
        "bootstrap.servers": bootstrap_servers,
        "reconnect.backoff.ms": 1000,  # each attempt that fails writes a line
        "reconnect.backoff.max.ms": 2000,  # a broker that is back is noticed at once
        # A broker that starts again knows no topic for a moment. Who asked then would
        # ask again in five minutes only.
        "topic.metadata.refresh.interval.ms": 5000,
        "enable.metrics.push": False,
    }
