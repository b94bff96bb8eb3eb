"""One run of `archive ingest`: from cards to transcripts in the catalogue, and a summary of what became of each file."""
