"""The pipeline's steps, one file each, in the order: copy, probe, sound, renditions, transcribe."""
