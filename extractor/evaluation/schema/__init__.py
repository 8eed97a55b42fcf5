"""Gold and scores for a schema of one's own."""
