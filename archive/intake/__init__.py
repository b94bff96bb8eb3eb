"""One run of `archive ingest`: from cards to transcripts in the catalogue, and what became of each file."""
