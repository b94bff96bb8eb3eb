// Plays the clips of an interview as one: every time here is in milliseconds on the interview's own time line.

export function createPlayer(media, { parts, duration, withheld }) {
  let current = 0;
  const changed = new EventTarget();
  const tell = () => changed.dispatchEvent(new Event("time"));
  const reached = () => parts[current].start - parts[current].from + Math.round(media.currentTime * 1000);
  const now = () => Math.min(Math.max(reached(), parts[current].start), duration);

  function partAt(ms) {
    const started = parts.findLastIndex((part) => part.start <= ms);
    const part = Math.max(started, 0);
    // Between two clips there is nothing to hear: go to where the next one begins.
    return ms >= parts[part].end && part + 1 < parts.length ? part + 1 : part;
  }

  function load(index) {
    current = index;
    const part = parts[index];
    media.src = part.src;
    if (part.from) media.currentTime = part.from / 1000;
    media.toggleAttribute("data-blind", !part.picture);
    if (part.poster) media.poster = part.poster;
    else media.removeAttribute("poster");
    const old = media.querySelector("track");
    if (!old) return;
    const track = old.cloneNode();
    const mode = old.track.mode;
    track.src = part.captions;
    old.replaceWith(track);
    track.track.mode = mode;
  }

  function seek(ms, { play = !media.paused } = {}) {
    const index = partAt(ms);
    if (index !== current) load(index);
    media.currentTime = (Math.max(ms - parts[index].start, 0) + parts[index].from) / 1000;
    tell();
    return play ? start() : Promise.resolve();
  }

  // A browser that wants a tap first refuses; the large button is there, so that is no error.
  const start = () => media.play().catch(() => {});

  function frame() {
    if (media.paused) return;
    passOver();
    stopWhereCut();
    tell();
    requestAnimationFrame(frame);
  }

  function passOver() {
    const passage = withheld.find(([start, end]) => start <= now() && now() < end);
    if (!passage) return;
    if (passage[1] < duration) seek(passage[1]);
    else media.pause();
  }

  // What comes later in the file belongs to another interview.
  function stopWhereCut() {
    if (media.paused || !parts[current].cut || reached() < parts[current].end) return;
    if (current + 1 < parts.length) goOn();
    else media.pause();
  }

  function goOn() {
    if (current + 1 >= parts.length) return;
    load(current + 1);
    start();
  }

  if (parts[0].from || parts[0].cut) load(0); // instead of the address that plays a part without this script
  media.addEventListener("ended", goOn);
  media.addEventListener("timeupdate", stopWhereCut);
  if (withheld.length) media.addEventListener("timeupdate", passOver);
  media.addEventListener("play", frame);
  for (const event of ["pause", "seeked", "loadedmetadata", "timeupdate"]) media.addEventListener(event, tell);

  return {
    now,
    seek,
    duration,
    onTime: (listener) => changed.addEventListener("time", listener),
    playing: () => !media.paused,
    toggle: () => (media.paused ? (media.ended || now() >= duration - 50 ? seek(0, { play: true }) : start()) : media.pause()),
  };
}

export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
