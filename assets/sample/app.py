"""The detection service: frames come in over a WebSocket, detections go out.

With streaming on, every detection also goes to Kafka, where the LLM task scheduler
and the result aggregator work on. Start it with `python app.py`.
"""

import logging
import signal
from contextlib import ExitStack, suppress

from flask import Flask, jsonify
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

import logs
from config import settings

logs.set_up(settings.log_level)  # before the routes, which log while being imported

from routes import ws  # noqa: E402

# Large enough for a base64 picture in a frame; a longer message closes its connection.
MAX_MESSAGE_BYTES = 8 * 1024 * 1024


class QuietRequests(WSGIRequestHandler):
    """Leaves out the line per request: health checks would bury everything else."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def create_app() -> Flask:
    """The WSGI application: `/` tells how it goes, `/ws/detect` takes frames."""
    app = Flask(__name__)
    app.config["SOCK_SERVER_OPTIONS"] = {"max_message_size": MAX_MESSAGE_BYTES}
    ws.sock.init_app(app)

    @app.get("/")
    def status():
        return jsonify(name="detection", streaming=ws.KAFKA_PRODUCER is not None)

    return app


def listen() -> BaseWSGIServer:
    """Bind the address of the settings; port 0 takes a free one."""
    server = make_server(
        settings.host,
        settings.port,
        create_app(),
        threaded=True,
        request_handler=QuietRequests,
    )
    logging.getLogger("werkzeug").info(
        "Running on http://%s:%d", settings.host, server.server_port
    )
    return server


def stop_like_ctrl_c() -> None:
    """Make every polite request to stop end `serve_forever` as Ctrl-C does."""
    for name in ("SIGTERM", "SIGBREAK"):  # SIGBREAK: Ctrl-Break, on Windows only
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)


def main() -> None:
    stop_like_ctrl_c()
    with ExitStack() as parts, suppress(KeyboardInterrupt):
        server = listen()
        if ws.KAFKA_PRODUCER is not None:
            from algo.llm import pipeline  # needs confluent_kafka, so only now

            parts.callback(ws.KAFKA_PRODUCER.close)
            pipeline.start(settings, parts)
        server.serve_forever()


if __name__ == "__main__":
    main()
