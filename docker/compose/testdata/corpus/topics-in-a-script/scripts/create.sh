#!/bin/bash
# kafka-topics --create --topic commented --partitions 9
create() {
  kafka-topics --bootstrap-server kafka:29092 --create --topic "$1" --partitions "${2:-1}"
}
TOPICS=("clicks:4" "views:8")
for t in "${TOPICS[@]}"; do
  IFS=':' read -r name count <<< "$t"
  create "$name" "$count"
done
create errors
