"""Print every record of a topic, a JSON line each: `records.py BOOTSTRAP TOPIC`.

An independent reader: librdkafka, no consumer group, from the first offset to the end as it is now.
"""

import json
import sys

from confluent_kafka import Consumer, TopicPartition

bootstrap, topic = sys.argv[1:]
consumer = Consumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": "rig",  # required, but nothing is joined or committed
        "enable.auto.commit": False,
    }
)
partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
for partition in sorted(partitions):
    first, end = consumer.get_watermark_offsets(
        TopicPartition(topic, partition), timeout=10
    )
    consumer.assign([TopicPartition(topic, partition, first)])
    while first < end:
        message = consumer.poll(10)
        if message is None:
            sys.exit(f"{topic}/{partition}: nothing at offset {first} of {end}")
        if message.error():
            sys.exit(f"{topic}/{partition}: {message.error()}")
        first = message.offset() + 1
        print(
            json.dumps(
                {
                    "partition": partition,
                    "offset": message.offset(),
                    "key": (message.key() or b"").decode(),
                    "value": json.loads(message.value()),
                },
                ensure_ascii=False,
            )
        )
consumer.close()
