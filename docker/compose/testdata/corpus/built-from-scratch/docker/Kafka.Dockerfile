FROM eclipse-temurin:17-jre
COPY docker/server.properties /opt/kafka/config/server.properties
CMD ["/opt/kafka/bin/kafka-server-start.sh", "/opt/kafka/config/server.properties"]
