"""What if some claims were not so: what falls with them, and what stands for other reasons."""
