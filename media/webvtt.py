"""Times as WebVTT writes them, https://www.w3.org/TR/webvtt1/#webvtt-timestamp."""


def clock(ms: int) -> str:
    """Milliseconds as HH:MM:SS.mmm."""
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"
