// Hear a quote where it was found, and copy the link to it.

import { copyLink } from "./copy.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copyLink(button, button.dataset.copy));
}

for (const button of document.querySelectorAll("[data-play]")) {
  button.hidden = false;
  button.addEventListener("click", () => play(button));
}

function play(button) {
  const stage = button.closest(".hit").querySelector(".stage");
  for (const other of document.querySelectorAll(".hit video, .hit audio")) other.pause();
  const [from, to] = [Number(button.dataset.from) / 1000, Number(button.dataset.to) / 1000];
  let media = stage.querySelector("video, audio");
  if (!media) {
    const blind = "sound" in button.dataset;
    media = document.createElement(blind ? "audio" : "video");
    media.controls = true;
    media.playsInline = true;
    media.src = button.dataset.play;
    if (blind) stage.append(media);
    else stage.replaceChildren(media);
  }
  media.currentTime = from;
  media.play().catch(() => {});
  // Ends with the quote, once; whoever presses play again hears on.
  const end = () => {
    if (media.currentTime < to) return;
    media.removeEventListener("timeupdate", end);
    media.pause();
  };
  media.addEventListener("timeupdate", end);
}
