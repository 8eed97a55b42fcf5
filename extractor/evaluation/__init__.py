"""Evaluation: predictions against gold."""
