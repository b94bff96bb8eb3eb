import threading
import wave
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from media import ffmpeg, sound
from media.errors import Damaged, NoRoom, Stopped
from media.probe import probe

TALK = [("en-02", 0.5, 0), ("en-07", 4.0, 1), ("en-10", 7.0, 0), ("en-20", 10.0, 1)]
ALONE = [("en-02", 0.5, 0), ("en-07", 4.0, 0)]


@pytest.fixture(scope="module")
def tool() -> ffmpeg.Ffmpeg:
    return ffmpeg.locate()


@pytest.fixture
def hear(tool, tmp_path):
    """Extracts the sound of a clip."""

    def hear(path: Path) -> sound.Sound:
        folder = tmp_path / "made"
        folder.mkdir()
        return sound.extract(path, probe(path), folder, tool)

    return hear


@pytest.fixture
def write(tmp_path):
    """Writes samples as a WAV of as many channels as the array has."""

    def write(samples: np.ndarray) -> Path:
        path = tmp_path / "clip.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(samples.shape[1])
            file.setsampwidth(2)
            file.setframerate(16_000)
            file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
        return path

    return write


def mixed(found: sound.Sound) -> np.ndarray:
    with wave.open(str(found.path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def starts_near(found: sound.Sound, said, within_ms: int = 100) -> bool:
    """Whether some stretch of speech begins where each sentence does."""
    return all(min(abs(start - one.start_ms) for start, _ in found.speech) <= within_ms for one in said)


@pytest.mark.fault("media", "a voice on channel 5 of 8", "found and heard at its full level")
def test_a_voice_on_channel_5_of_8_is_found_at_full_level(footage, hear, tmp_path):
    said = footage.clip(tmp_path / "clip.mov", [("en-02", 0.5, 4)], channels=8, noise_db=None)
    found = hear(tmp_path / "clip.mov")
    assert found.voices == (4,)
    assert [part.channel for part in found.mix] == [4]
    level = f"{found.channels[4].level_db:.0f} dBFS"
    assert found.reason == f"Channel 5 of 8 carries the voice ({level}); 1 to 4 and 6 to 8 are silent."
    assert np.abs(mixed(found)).max() > 0.4
    assert starts_near(found, said)


@pytest.mark.fault("media", "a voice on the low-frequency channel, which others drop", "found and heard")
def test_a_voice_on_the_low_frequency_channel_is_found(footage, hear, tmp_path):
    footage.clip(tmp_path / "clip.mov", [("en-02", 0.5, 3)], channels=6, options=["-channel_layout:a", "5.1"])
    assert probe(tmp_path / "clip.mov").audio[0].layout.startswith("5.1")
    assert hear(tmp_path / "clip.mov").voices == (3,)


@pytest.mark.fault("media", "two mono streams, the first silent", "the second is heard")
def test_a_voice_on_the_second_of_two_mono_streams_is_found(footage, hear, tmp_path):
    said = footage.clip(
        tmp_path / "clip.mov", [("en-02", 0.5, 1)], channels=2, mono_streams=True, noise_db=None
    )
    found = hear(tmp_path / "clip.mov")
    assert [(each.stream, each.place) for each in found.channels] == [(0, 0), (1, 0)]
    assert found.voices == (1,)
    assert "of 2 in 2 streams carries the voice" in found.reason
    assert starts_near(found, said)


def test_a_microphone_for_each_of_two_people_makes_two_voices(footage, hear, tmp_path):
    said = footage.clip(tmp_path / "clip.mp4", TALK, channels=2, bleed_db=-24)
    found = hear(tmp_path / "clip.mp4")
    assert found.voices == (0, 1)
    levels = np.load(found.levels)
    assert levels.dtype == np.uint8
    assert levels.shape == (2, -(-found.length_ms // 10))
    for one in said:
        frames = levels[:, one.start_ms // 10 : one.end_ms // 10]
        assert frames.mean(axis=1).argmax() == one.channel
    assert starts_near(found, said)


def test_the_voices_of_a_loud_and_a_faint_microphone_are_equally_loud_in_the_mix(footage, hear, write):
    samples, said = footage.sound(TALK, channels=2, bleed_db=-30)
    found = hear(write(samples * [0.9, 0.03]))
    assert found.voices == (0, 1)
    mix = mixed(found)
    power = [np.sqrt(np.mean(mix[one.start_ms * 16 : one.end_ms * 16] ** 2)) for one in said]
    assert max(power) / min(power) < 2


def test_one_signal_on_both_channels_counts_once(footage, hear, write):
    samples, _ = footage.sound(ALONE)
    found = hear(write(np.hstack([samples, samples])))
    assert found.voices == (0,)
    assert found.reason.endswith("; 2 repeats 1.")


@pytest.mark.fault(
    "media",
    "a balanced pair out of phase, which cancels to nothing when it is added",
    "one of the two is heard",
)
def test_of_a_pair_in_opposite_phase_one_is_taken(footage, hear, write):
    samples, _ = footage.sound(ALONE)
    found = hear(write(np.hstack([samples, -samples])))
    assert found.voices == (0,)
    assert found.reason.endswith("; 2 repeats 1 in opposite phase.")
    assert np.abs(mixed(found)).max() > 0.4


@pytest.mark.fault("media", "a clipped track beside a quieter safety track", "the safety track is heard")
def test_the_quieter_safety_track_stands_in_for_a_clipped_one(footage, hear, write):
    samples, _ = footage.sound(ALONE)
    found = hear(write(np.hstack([(samples * 4).clip(-1, 1), samples * 0.3])))
    assert found.voices == (1,)


def test_a_stereo_microphone_that_hears_both_people_is_one_voice(footage, hear, write):
    samples, said = footage.sound(TALK, channels=2)
    left = samples[:, 0] + 0.75 * np.roll(samples[:, 1], 5)
    right = 0.75 * np.roll(samples[:, 0], 5) + samples[:, 1]
    noise = np.random.default_rng(1).normal(0, 0.002, (len(samples), 2))
    found = hear(write(np.stack([left, right], axis=1) * 0.5 + noise))
    assert len(found.voices) == 1
    assert "hears the same voices" in found.reason
    assert starts_near(found, said)


def test_two_lapel_microphones_are_taken_rather_than_the_mix_of_them(footage, hear, write):
    samples, _ = footage.sound(TALK, channels=2, bleed_db=-24)
    both = samples.sum(axis=1, keepdims=True) * 0.5
    found = hear(write(np.hstack([both, both, samples])))
    assert found.voices == (2, 3)


@pytest.mark.fault("media", "a channel of hum and one of hiss", "no voice is heard in them")
def test_a_channel_of_hum_and_one_of_hiss_carry_no_voice(footage, hear, write):
    samples, _ = footage.sound(ALONE)
    time = np.arange(len(samples)) / 16_000
    hum = 0.3 * np.sin(2 * np.pi * 50 * time)
    hiss = np.random.default_rng(2).normal(0, 0.05, len(samples))
    found = hear(write(np.stack([hum, samples[:, 0], hiss], axis=1)))
    assert found.voices == (1,)
    assert found.reason.endswith("; 1 and 3 carry no voice.")


def test_an_unworn_microphone_that_hears_the_voice_from_afar_is_no_second_voice(footage, hear, write):
    samples, _ = footage.sound([*ALONE, ("en-10", 6.5, 0)])
    far = 0.01 * np.roll(samples[:, 0], 300) + np.random.default_rng(3).normal(0, 0.0006, len(samples))
    found = hear(write(np.stack([samples[:, 0], far], axis=1)))
    assert found.voices == (0,)


def test_a_faint_voice_is_heard(footage, hear, write):
    samples, said = footage.sound(ALONE, noise_db=None)
    found = hear(write(samples * 0.004))
    assert found.voices == (0,)
    assert starts_near(found, said)


@pytest.mark.fault("media", "sound that begins 2.5 s after the picture", "every word at its moment")
@pytest.mark.parametrize("ending", ["mov", "mp4", "mkv"])
def test_sound_that_begins_2_5_s_after_the_picture_keeps_its_place(footage, hear, tmp_path, ending):
    path = tmp_path / f"clip.{ending}"
    said = footage.clip(path, [("en-02", 3.0, 0), ("en-07", 6.5, 0)], sound_delay=2.5)
    assert starts_near(hear(path), said)


@pytest.mark.parametrize("ending", ["mov", "mkv", "ts"])
def test_sound_that_begins_before_the_picture_keeps_its_place(footage, hear, tool, tmp_path, ending):
    """The picture is delayed by 1.2 s, so everything is said 1.2 s earlier on its clock."""
    whole, late = tmp_path / "whole.mov", tmp_path / f"late.{ending}"
    said = footage.clip(whole, [("en-02", 2.0, 0), ("en-07", 5.5, 0)])
    picture = ffmpeg.read(whole, itsoffset=1.2)["v"]
    codec = "aac" if ending == "ts" else "pcm_s16le"
    ffmpeg.run(tool, [_both(picture, ffmpeg.read(whole)["a"], late, codec)])
    found = hear(late)
    begun = [one.start_ms - 1200 for one in said]
    assert all(min(abs(start - one) for start, _ in found.speech) <= 120 for one in begun)


def _both(picture, heard, path, codec):
    import ffmpeg as graphs

    return graphs.output(picture, heard, ffmpeg.address(path), vcodec="copy", acodec=codec)


def test_a_clip_without_sound_is_no_error(footage, hear, tmp_path):
    footage.clip(tmp_path / "clip.mp4", silent_film=True)
    found = hear(tmp_path / "clip.mp4")
    assert (found.path, found.levels, found.voices, found.speech) == (None, None, (), ())
    assert found.reason == "There is no stream of sound."


@pytest.mark.parametrize("noise_db", [None, -40])
def test_a_clip_in_which_nobody_speaks_is_no_error(footage, hear, tmp_path, noise_db):
    footage.clip(tmp_path / "clip.wav", channels=2, length=5, noise_db=noise_db, picture=None)
    found = hear(tmp_path / "clip.wav")
    assert (found.voices, found.speech, found.levels) == ((), (), None)
    assert found.reason.startswith("Nobody speaks on any channel of 2")
    assert len(mixed(found)) == 5 * 16_000


def test_speech_is_found_over_the_edges_of_the_detectors_chunks(footage, monkeypatch, hear, write):
    samples, _ = footage.sound(TALK, channels=2)
    path = write(samples.sum(axis=1, keepdims=True))
    at_once = hear(path).speech
    monkeypatch.setattr("media.sound.voice.CHUNK", 5 * 16_000)
    monkeypatch.setattr("media.sound.decode.CHUNK", 16_000)
    (path.parent / "made").rename(path.parent / "before")
    in_pieces = hear(path).speech
    assert len(in_pieces) == len(at_once)
    assert np.abs(np.array(in_pieces) - np.array(at_once)).max() <= 64


def test_a_file_that_ends_before_the_length_it_promises_is_damaged(footage, tool, tmp_path):
    whole = tmp_path / "whole.mov"
    footage.clip(whole, ALONE, options=["-movflags", "+faststart"])
    short = tmp_path / "short.mov"
    content = whole.read_bytes()
    short.write_bytes(content[: len(content) // 2])
    with pytest.raises(
        Damaged, match=r"short.mov: ends early \(the container says \d+\.\d s, \d+\.\d s decoded\)"
    ):
        sound.extract(short, probe(short), tmp_path, tool)


def test_a_stop_is_heard_and_leaves_no_decoded_samples(footage, tool, tmp_path):
    path = tmp_path / "clip.wav"
    footage.clip(path, ALONE, picture=None)
    stop = threading.Event()
    folder = tmp_path / "made"
    folder.mkdir()
    with pytest.raises(Stopped):
        sound.extract(path, probe(path), folder, tool, progress=lambda done: stop.set(), stop=stop)
    assert not [left for left in folder.iterdir() if left.is_dir()]


def test_progress_goes_up_to_its_end(footage, tool, tmp_path):
    path = tmp_path / "clip.mp4"
    footage.clip(path, TALK, channels=2, bleed_db=-24)
    told: list[float] = []
    sound.extract(path, probe(path), tmp_path, tool, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_everything_about_a_sound_is_plain_data(footage, hear, tmp_path):
    footage.clip(tmp_path / "clip.mp4", TALK, channels=2, bleed_db=-24)
    found = hear(tmp_path / "clip.mp4")
    plain = [value for each in found.channels for value in (each.level_db, each.peak_db, each.speech)]
    assert {type(value) for value in (*plain, *(part.gain for part in found.mix))} == {float}
    assert {type(value) for span in found.speech for value in span} == {int}


@pytest.mark.fault(
    "disk",
    "the disk fills up while sound is decoded",
    "named as full, not as a fault of the clip",
)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_named_as_one(tool, write, tmp_path):
    source = write(np.zeros((1600, 1)))
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "sound.wav").symlink_to("/dev/full")
    with pytest.raises(NoRoom, match=r"clip\.wav: .*No space left on device"):
        sound.extract(source, probe(source), tmp_path / "made", tool)


@pytest.mark.fault("disk", "a disk without room for the sound of a clip", "said before anything is decoded")
def test_a_disk_without_room_is_known_before_the_work(tool, write, tmp_path, monkeypatch):
    """Two seconds of two channels take 256,000 bytes while they are listened to."""
    source = write(np.zeros((32_000, 2)))
    (tmp_path / "made").mkdir()
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=200_000))
    with pytest.raises(
        NoRoom, match=r"clip\.wav: while it is listened to, its sound takes 256 kB, and 200 kB are free"
    ):
        sound.extract(source, probe(source), tmp_path / "made", tool)
    assert not any((tmp_path / "made").iterdir())
