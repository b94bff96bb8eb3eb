"""Random actions on an archive and its cards, each followed by a look whether everything is as it has to be."""

import shutil
import threading
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sweeping.card import Card
from sweeping.happenings import CAMERAS, Happenings
from sweeping.judging import judge, judge_verdicts, learn, mendable
from sweeping.operation import Outcome
from sweeping.running import Ran, Until
from sweeping.volume import hash_of
from sweeping.world import KILLED, Broken

STEPS = 25  # in a chapter of the whole sweep
COPIES = ((), ("second",), ("second", "third"))
MOMENTS = st.integers(50, 1500)  # milliseconds after which a command is killed
QUOTE = "neighbour"  # is said in the recording of the card SOUND


class Actions(Happenings):
    """The same, and the commands."""

    def teardown(self) -> None:
        """In the end everything is plugged in again, and verify says what is so."""
        try:
            if self.world.volumes and not self.world.broken:
                self.plug_all()
                self.verify("")
        finally:
            super().teardown()

    @rule(
        card=st.sampled_from(CAMERAS),
        also=st.sampled_from(COPIES),
        afresh=st.booleans(),
        twice=st.booleans(),
    )
    def offload(self, card: str, also: tuple[str, ...], afresh: bool, twice: bool) -> None:
        """Copy a card, afresh one that was looked at: it is read whole again; then again: nothing happens."""
        if afresh and self.world.cards[card].plugged:
            self.world.story.append(f"look at {card}")
            self.world.cards[card].look_at()
        ran = self._ingest(self.world.cards[card], also, "--only", "copy")
        if twice and ran.code == 0:
            before = self.world.everything()
            again = self._ingest(self.world.cards[card], also, "--only", "copy")
            self.world.must(not again.said[-1]["done"], f"was done twice: {again.said[-1]['done']}")
            after = self.world.everything()
            odd = [part for part in before if before[part] != after[part]]
            self.world.must(not odd, f"a second ingest changed {odd}")

    @precondition(lambda self: self.world.transcribed is not True and self._is_whole("SOUND"))
    @rule(also=st.sampled_from(COPIES))
    def transcribe(self, also: tuple[str, ...]) -> None:
        """Take a recording through every step; what is said in it is found."""
        ran = self._ingest(self.world.cards["SOUND"], also, "--model", "demo")
        if ran.code == 0:
            self.world.transcribed = True
            self.world.renditions.made(self.world.archive)
            self._search()

    @rule(card=st.sampled_from(CAMERAS), also=st.sampled_from(COPIES), after=MOMENTS)
    def kill_offload(self, card: str, also: tuple[str, ...], after: int) -> None:
        """Kill the copy of a card."""
        self._ingest(self.world.cards[card], also, "--only", "copy", until=Until(after / 1000))

    @precondition(lambda self: self.world.transcribed is not True and self._is_whole("SOUND"))
    @rule(after=st.integers(500, 4000))
    def kill_transcription(self, after: int) -> None:
        """Kill an ingest while it makes renditions and transcripts, or before."""
        self.world.renditions.unsure, self.world.transcribed = True, None
        self._ingest(self.world.cards["SOUND"], (), "--model", "demo", until=Until(after / 1000))

    @rule(card=st.sampled_from(CAMERAS), also=st.sampled_from(COPIES), after=MOMENTS)
    def pull_card(self, card: str, also: tuple[str, ...], after: int) -> None:
        """Pull a card out while it is copied."""
        pulled = self.world.cards[card]
        if pulled.plugged:
            self.world.story.append(f"pull {card} after {after} ms")
            timer = threading.Timer(after / 1000, pulled.unplug)
            timer.start()
            self._ingest(pulled, also, "--only", "copy", disturbed=timer)

    @precondition(lambda self: any(each.plugged and each.known for each in self.world.volumes.values()))
    @rule(card=st.sampled_from(CAMERAS), which=st.integers(0, 2), after=MOMENTS)
    def pull_volume(self, card: str, which: int, after: int) -> None:
        """Pull a disk while a card is copied to it."""
        there = [volume for volume in self.world.volumes.values() if volume.plugged and volume.known]
        pulled = there[which % len(there)]
        self.world.story.append(f"pull {pulled.name} after {after} ms")
        timer = threading.Timer(after / 1000, pulled.unplug)
        timer.start()
        also = () if pulled.name == "originals" else (pulled.name,)
        self._ingest(self.world.cards[card], also, "--only", "copy", disturbed=timer)
        pulled.clear()

    @rule()
    def go_on(self) -> None:
        """Go on with what was not finished; where cards or disks are gone, the rest is done."""
        ran = self.world.work("ingest", "--only", "copy")
        self.world.must_end(ran, 0, 1, 4)
        for name, new in self.world.look().items():
            self.world.volumes[name].settle(new, "perhaps")

    @rule(option=st.sampled_from(["", "--mhl", "--sample 30%", "--due 1d"]))
    def verify(self, option: str) -> None:
        """Check everything, or a part."""
        ran = self.world.work("verify", *option.split())
        self._nothing_new()
        partly = option.startswith(("--sample", "--due"))
        (said,) = ran.said
        judge(self.world, said, partly=partly)
        self.world.must_end(ran, 3 if said["changed"] or said["missing"] or said["database"] else 0)
        if not partly:
            learn(self.world, said)

    @rule(after=MOMENTS, command=st.sampled_from(["verify", "repair --yes", "backup"]))
    def kill(self, after: int, command: str) -> None:
        """Kill what looks after the archive."""
        arguments = [*command.split(), *([str(self.world.place / "backups")] if command == "backup" else [])]
        ran = self.world.work(*arguments, until=Until(after / 1000))
        if ran.code == KILLED:
            self.world.look()
            self.world.renditions.unsure |= command.startswith("repair")
        elif command == "backup":
            self._backed_up(ran)
        elif command.startswith("repair"):
            self._repaired(ran)

    @rule()
    def repair(self) -> None:
        """Put right what can be put right."""
        self._repaired(self.world.work("repair", "--yes"))

    @rule(where=st.sampled_from(["backups", "other backups"]))
    def back_up(self, where: str) -> None:
        """Back the archive up."""
        self._backed_up(self.world.work("backup", str(self.world.place / where)))

    @precondition(lambda self: self.world.backups)
    @rule(which=st.integers(0, 9))
    def restore_beside(self, which: int) -> None:
        """Restore a backup into a new folder: it lists what was there when it was made."""
        source, snapshot = list(self.world.backups.items())[which % len(self.world.backups)]
        there = self.world.place / "restored"
        ran = self.world.call("restore", str(source), str(there), "--json")
        self.world.must_end(ran, 0)
        files = snapshot.files["originals"]
        absent, all_ = set(ran.said[-1]["absent"]), {f"originals/{path}" for path in files}
        sure = {f"originals/{path}" for path, listed in files.items() if listed.state == "known"}
        self.world.must(sure <= absent <= all_, f"restored and absent: {sorted(absent)}, not {sorted(sure)}")
        listing = self.world.ask(there, "list")
        self.world.must(listing == snapshot.listing, f"restored lists {listing}")
        self._nothing_new()
        shutil.rmtree(there)

    @precondition(lambda self: self.world.can_be_replaced())
    @rule(which=st.integers(0, 9), after=st.one_of(st.none(), MOMENTS))
    def restore(self, which: int, after: int | None) -> None:
        """Restore a backup over the archive; killed, it is done again."""
        backups = self.world.can_be_replaced()
        source, snapshot = backups[which % len(backups)]
        command = ("restore", str(source), str(self.world.archive), "--json")
        if after:
            self.world.call(*command, until=Until(after / 1000))
        ran = self.world.call(*command)
        self.world.must_end(ran, 0)
        self.world.restored(snapshot)
        self._nothing_new()
        before = Path(ran.said[-1]["before"])
        self.world.must((before / "archive.db").exists(), f"{before} does not keep what was there")
        for kept in self.world.place.glob("archive.before-*"):
            self.world.must(not any((kept / "originals").glob("**/*.*")), f"originals were left in {kept}")
            shutil.rmtree(kept)
        self._search()

    def _ingest(
        self,
        card: Card,
        also: tuple[str, ...],
        *options: str,
        until: Until | None = None,
        disturbed: threading.Timer | None = None,
    ) -> Ran:
        world, copies = self.world, [self.world.volumes[name] for name in also]
        into = [world.volumes["originals"], *copies]
        mounted = all(volume.plugged for volume in into)
        given = [word for copy in copies for word in ("--also", str(copy.folder))]
        ran = world.work("ingest", str(card.mount), *given, *options, until=until)
        if disturbed:
            disturbed.join()
        new, verdicts = world.look(), [line for line in ran.said if line.get("event") == "card"]
        whole = ran.code == 0
        for volume in world.volumes.values():
            volume.settle(new[volume.name], "known" if whole and volume in into else "perhaps")
        for volume in into:
            volume.known = True if whole else (volume.known or (None if mounted else volume.known))
        if not mounted:
            world.must(not any(new.values()), f"copied although a volume is not mounted: {new}")
            world.must_end(ran, 4, *([KILLED] if until else []))
            world.must(not any(verdict["safe_to_format"] for verdict in verdicts), f"{verdicts}")
            return ran
        judge_verdicts(world, card, into, verdicts)
        if not until and not disturbed:
            world.must_end(ran, 0)
            safe = [verdict["safe_to_format"] for verdict in verdicts]
            world.must(safe == [card.plugged], f"{card.name}: {verdicts}")
        return ran

    def _repaired(self, ran: Ran) -> None:
        world = self.world
        mended, lost = (
            mendable(world),
            [each for each in world.volumes.values() if each.plugged and each.known],
        )
        new = world.look()
        for name, paths in new.items():
            world.volumes[name].settle(paths, "perhaps")
        (said,) = ran.said
        wrong = {volume.said + path for volume in lost for path in volume.damaged()}
        world.must(
            not wrong & mended, f"not repaired, although a whole copy is there: {sorted(wrong & mended)}"
        )
        left = {each["path"] for each in said["left"]}
        if not world.renditions.unsure:
            world.renditions.made(world.archive)
            made = world.renditions.damaged(world.archive)
            wrong |= made["missing"] | made["changed"]
        world.must(wrong <= left, f"repair does not say that it cannot: {sorted(wrong - left)}")
        world.must_end(ran, 3 if left else 0)
        world.index_is_whole = True

    def _backed_up(self, ran: Ran) -> None:
        self.world.must_end(ran, 0)
        self._nothing_new()
        (said,) = ran.said
        for removed in said["removed"]:
            self.world.backups.pop(Path(removed), None)
        self.world.backups[Path(said["path"])] = self.world.snapshot(
            self.world.ask(self.world.archive, "list")
        )
        gone = [str(path) for path in self.world.backups if not path.is_dir()]
        self.world.must(not gone, f"backups are gone: {gone}")

    def _search(self) -> None:
        if self.world.transcribed and self.world.index_is_whole:
            found = self.world.ask(self.world.archive, "search", QUOTE)
            self.world.must(len(found) == 1, "what is said is not found")

    def _nothing_new(self) -> None:
        new = self.world.look()
        self.world.must(not any(new.values()), f"unexpected: {new}")

    def _is_whole(self, card: str) -> bool:
        """Whether no file with the content of a card is damaged."""
        wanted = (
            {hash_of(content) for content in self.world.cards[card].files.values()}
            if self.world.cards
            else set()
        )
        return not any(wanted & set(volume.damaged().values()) for volume in self.world.volumes.values())


# One chapter of actions; what is wrong is not made smaller, which takes hours.
_ONCE = {
    "max_examples": 1,
    "database": None,
    "deadline": None,
    "phases": [Phase.generate],
    "verbosity": Verbosity.quiet,
    "suppress_health_check": list(HealthCheck),
}


def act(sound: bytes, chance: str, steps: int) -> None:
    """Do so many random actions, drawn by `chance`, and look after each.

    Raises:
        Broken: something is not as it has to be; says all that was done.
    """
    drawn = type("Drawn", (Actions,), {"sound": sound, "found": []})
    try:
        run_state_machine_as_test(seed(chance)(drawn), settings=settings(**_ONCE, stateful_step_count=steps))
    except BaseException:
        if drawn.found:
            raise drawn.found[0] from None
        raise


def chapter(sound: bytes, chance: str) -> Outcome:
    """So many random actions as a case of the whole sweep."""
    try:
        act(sound, chance, STEPS)
    except Broken as broken:
        return Outcome(chance, True, (str(broken),))
    return Outcome(chance, True, ())
