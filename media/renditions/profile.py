"""The sizes and qualities in which renditions are made."""

from dataclasses import asdict, dataclass

RECIPE = 1  # raised when the same profile would make other renditions than before


@dataclass(frozen=True, slots=True)
class Profile:
    """How renditions are made; the defaults suit a browser on a line of 2 Mbit/s.

    Attributes:
        proxy_height: pixels at most, even; the picture is never enlarged.
        proxy_rate: frames a second at most; faster pictures are shown at a whole part of their rate.
        proxy_crf: x264's quality, lower is better and larger.
        proxy_preset: x264's effort; `veryfast` is where size stops falling faster than time grows.
        key_seconds: seconds between two keyframes at most, which is how far a seek can be off.
        sound_kbps: of the AAC sound.
        thumbnail_height: pixels of one small picture.
        sheets: sheets of 100 small pictures at most; they are further apart in a longer clip.
        peaks_per_second: points of the waveform in a second at most.
    """

    proxy_height: int = 720
    proxy_rate: int = 60
    proxy_crf: int = 23
    proxy_preset: str = "veryfast"
    key_seconds: int = 2
    sound_kbps: int = 96
    thumbnail_height: int = 90
    sheets: int = 10
    peaks_per_second: int = 20

    def settings(self) -> dict[str, object]:
        """What the renditions depend on besides the clip, for the ledger."""
        return {"recipe": RECIPE, **asdict(self)}
