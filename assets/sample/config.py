"""Settings of the detection service, read from the environment and from `.env`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every field can be set by a variable of its name with the prefix `ALGO_`."""

    model_config = SettingsConfigDict(
        env_prefix="ALGO_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
    )

    host: str = Field("0.0.0.0", description="Address the HTTP server listens on")
    port: int = Field(5000, ge=0, le=65535, description="Port of the HTTP server")
    log_level: str = Field("INFO", description="Least severe level that is logged")

    enable_kafka_streaming: bool = Field(
        False, description="Send results to Kafka; off, the service runs without it"
    )
    kafka_bootstrap_servers: str = Field(
        "127.0.0.1:9092", description="Brokers to ask first, separated by commas"
    )
    kafka_detection_topic: str = Field(
        "detection-results", description="Topic of the real-time detection results"
    )
    kafka_task_topic: str = Field(
        "llm-analysis-tasks", description="Topic of the tasks for the language model"
    )
    kafka_result_topic: str = Field(
        "llm-analysis-results", description="Topic of the language model's results"
    )
    kafka_connect_timeout: float = Field(
        5.0, gt=0, le=60, description="Seconds a producer waits for the broker at start"
    )

    llm_batch_size: int = Field(
        5, ge=1, le=1000, description="Frames of one camera that make one analysis task"
    )


settings = Settings()
