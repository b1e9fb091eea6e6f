"""Send numbers to a topic and print those that Kafka acknowledged, a line each: `acked.py BOOTSTRAP TOPIC`.

An independent client: librdkafka, which waits for Kafka as long as it takes. It ends with its standard input.
"""

import json
import sys
import threading

from confluent_kafka import Producer

bootstrap, topic = sys.argv[1:]
producer = Producer(
    {
        "bootstrap.servers": bootstrap,
        "acks": "all",
        "enable.idempotence": True,
        "message.timeout.ms": 600_000,
        "reconnect.backoff.max.ms": 500,
        "log_level": 0,
    }
)
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
n = 0
while not ended.wait(0.1):
    producer.produce(
        topic,
        value=json.dumps({"n": n}),
        on_delivery=lambda fault, _, n=n: fault or print(n, flush=True),
    )
    producer.poll(0)
    n += 1
producer.flush(30)
