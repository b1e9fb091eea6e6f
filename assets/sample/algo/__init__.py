"""Detection, and what is made of it."""
