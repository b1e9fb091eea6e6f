"""The app of the situations: it is what order.json says, and looks there again all the time.

order.json: {"client": "confluent", "kafka-python" or "aiokafka", "role": see below, "address": ..., "more": settings}.
Another client, address or setting is another connection; another role alone is not.
A file "act" tells it to do one thing once, see acts; while there is a file "ends", it ends at each start.
"""

import asyncio
import http.server
import json
import os
import resource
import signal
import sys
import threading
import time

TOPIC = os.environ.get("TOPIC", "situations")
order: dict = {}


def of(worker: dict) -> str:
    """What the worker is to do now: none once its order is out of date."""
    now = order
    return now["role"] if all(now.get(k) == worker.get(k) for k in ("client", "address", "more")) else "none"


def confluent(mine: dict) -> None:
    from confluent_kafka import Consumer, Producer

    settings = {"bootstrap.servers": mine["address"], "message.max.bytes": 4_000_000, "log.connection.close": False, **mine.get("more", {})}
    if mine["role"] == "read":
        consumer = Consumer({**settings, "group.id": "situations"})
        consumer.subscribe([TOPIC])
        while of(mine) == "read":
            consumer.poll(0.1)
        consumer.close()
        return
    producer = Producer(settings)
    while (role := of(mine)) != "none":
        if role != "hold":
            size = 2_000_000 if role == "big" else 10
            producer.produce(TOPIC, b"x" * size, on_delivery=lambda failed, _: failed and print(f"Message delivery failed: {failed}", flush=True))
        producer.poll(0.2)
    producer.flush(0.5)


def kafka_python(mine: dict) -> None:
    from kafka import KafkaProducer

    producer = None
    while (role := of(mine)) != "none":
        producer = producer or KafkaProducer(bootstrap_servers=mine["address"])
        if role != "hold":
            producer.send(TOPIC, b"x").get(timeout=5)
        if role == "each":
            producer.close()
            producer = None
        time.sleep(0.3)
    if producer:
        producer.close(timeout=0.5)


def aiokafka(mine: dict) -> None:
    from aiokafka import AIOKafkaProducer

    async def work() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=mine["address"])
        await producer.start()
        try:
            while (role := of(mine)) != "none":
                if role != "hold":
                    await producer.send_and_wait(TOPIC, b"x")
                await asyncio.sleep(0.2)
        finally:
            await producer.stop()

    asyncio.run(work())


def until_ordered_otherwise(mine: dict) -> None:
    while of(mine) != "none":
        try:
            {"confluent": confluent, "kafka-python": kafka_python, "aiokafka": aiokafka}[mine["client"]](mine)
        except Exception as failed:  # noqa: BLE001 - whatever it is, the app tries again, as apps do
            print(f"WARNING: {type(failed).__name__}: {failed}", flush=True)
            time.sleep(0.5)


def serve(port: int) -> None:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    http.server.ThreadingHTTPServer(("127.0.0.1", port), Page).serve_forever()


def fork() -> None:
    """Leave a child behind, as daemons do."""
    if os.fork() == 0:
        time.sleep(3600)
    os._exit(0)


def flood() -> None:
    for n in range(100_000):
        print(f"INFO detector frame {n}: 3 boxes, 12.5 ms")
    sys.stdout.flush()


def eat() -> None:
    """Take all the memory that there may be."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
    eaten = []
    while True:
        eaten.append(bytearray(64 << 20))


def ignore() -> None:
    for asked in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(asked, signal.SIG_IGN)


acts = {"exit": lambda: os._exit(0), "fork": fork, "flood": flood, "eat": eat, "ignore": ignore}


def act() -> None:
    if not os.path.exists("act"):
        return
    with open("act", encoding="utf-8") as f:
        what = f.read()
    os.remove("act")
    acts[what]()


def main() -> None:
    global order
    if os.path.exists("ends"):
        sys.exit(3)
    if page := os.environ.get("PAGE"):
        threading.Thread(target=serve, args=(int(page),), daemon=True).start()
    print("Kafka producer initialized", flush=True)  # which says nothing
    while True:
        with open("order.json", encoding="utf-8") as f:
            new = json.load(f)
        if new != order:
            before, order = order, new
            if new["role"] != "none" and any(new.get(k) != before.get(k) for k in ("client", "address", "more")) or before.get("role") == "none":
                threading.Thread(target=until_ordered_otherwise, args=(new,), daemon=True).start()
        act()
        time.sleep(0.05)


if __name__ == "__main__":
    main()
