from confluent_kafka.admin import AdminClient, NewTopic
AdminClient({}).create_topics([NewTopic("made", num_partitions=3, replication_factor=1), NewTopic("bare")])
