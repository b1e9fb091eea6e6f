"""What every Kafka client of the service is set to."""


def client_config(bootstrap_servers: str) -> dict[str, object]:
    """Settings for confluent_kafka that producers and consumers share."""
    return {
        "bootstrap.servers": bootstrap_servers,
        "reconnect.backoff.ms": 1000,  # each attempt that fails writes a line
        "reconnect.backoff.max.ms": 2000,  # a broker that is back is noticed at once
        "enable.metrics.push": False,
    }
