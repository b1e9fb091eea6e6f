"""To Kafka and back. Needs confluent_kafka; only a service that streams loads it."""
