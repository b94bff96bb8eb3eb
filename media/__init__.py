"""A file, its time, its sound, and ffmpeg; no database, no settings file, no terminal."""
