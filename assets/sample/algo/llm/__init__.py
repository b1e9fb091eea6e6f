"""What a language model is asked about the detections, and what it answers."""
