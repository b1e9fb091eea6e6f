"""Write records to a topic: `client.py BOOTSTRAP TOPIC COUNT`; print what the client knows of the cluster, as JSON.

An independent client: librdkafka, with further settings from CLIENT_CONFIG as JSON. It fails when a record is not taken
by all replicas within ten seconds.
"""

import json
import os
import sys

from confluent_kafka import Producer

bootstrap, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
producer = Producer(
    {
        "bootstrap.servers": bootstrap,
        "message.timeout.ms": 10_000,
        "acks": "all",
        **json.loads(os.environ.get("CLIENT_CONFIG", "{}")),
    }
)
faults = []
for i in range(count):
    producer.produce(
        topic,
        key=f"camera-{i % 10}",
        value=json.dumps({"frame": i}),
        on_delivery=lambda fault, _: fault and faults.append(fault),
    )
producer.flush(15)
if faults:
    sys.exit(f"{len(faults)} of {count} records: {faults[0]}")
known = producer.list_topics(topic, timeout=10)
partitions = known.topics[topic].partitions
print(
    json.dumps(
        {
            "brokers": sorted(f"{b.host}:{b.port}" for b in known.brokers.values()),
            "leaders": [partitions[p].leader for p in sorted(partitions)],
            "replicas": [len(partitions[p].replicas) for p in sorted(partitions)],
        }
    )
)
