"""What leaves the archive as a file: one exporter a format, none of which gets to see the database."""
