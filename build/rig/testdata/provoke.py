"""Do one thing with Kafka and let it fail: `provoke.py CONF DOES TOPIC NUMBER`; CONF is librdkafka's, as JSON.

What librdkafka logs and what Python says of an exception go to standard error, as in any program.
"""

import json
import sys

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

conf, does, topic, number = json.loads(sys.argv[1]), *sys.argv[2:4], int(sys.argv[4])
faults = []
conf["error_cb"] = faults.append


def produce(size):
    producer = Producer({"message.timeout.ms": 4000, **conf})
    producer.produce(topic, b"x" * size, on_delivery=lambda e, _: e and faults.append(e))
    if producer.flush(6) or faults:
        sys.exit("Message delivery failed: " + "; ".join(f"{f!r}" for f in faults))


def flood(_):
    producer = Producer(conf)
    for _ in range(10):
        producer.produce(topic, b"x")


def consume(seconds):
    consumer = Consumer({"group.id": "provoked", "auto.offset.reset": "earliest", **conf})
    consumer.subscribe([topic])
    message = consumer.poll(seconds)
    if message is None:
        sys.exit("nothing came")
    if message.error():
        raise KafkaException(message.error())


def create(copies):
    admin = AdminClient(conf)
    admin.create_topics([NewTopic(topic, 1, copies)])[topic].result(10)


{"produce": produce, "flood": flood, "consume": consume, "create": create}[does](number)
