// An interview: the player, the wave, and words that follow; each part is a module, here they meet.

import { copyLink } from "./copy.js";
import { findInside } from "./find.js";
import { clock, createPlayer } from "./player.js";
import { leadOn } from "./former.js";
import { createWave } from "./wave.js";
import { paint, readWords } from "./words.js";

const $ = (selector) => document.querySelector(selector);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const media = $("#media");
const stage = $(".watch");
const parts = JSON.parse($("#parts").textContent);
const player = createPlayer(media, parts);
const words = $("#words") && readWords($("#words"));
let following = false;
let last = null;

const moment = (ms) => `#t=${Math.round(ms) / 1000}`;
const asked = () => /^#t=(\d+(?:\.\d+)?)/.exec(location.hash);

function follow(on) {
  following = on;
  if ($("#follow")) $("#follow").hidden = on || !player.playing();
}

function reveal(passage) {
  const box = passage.element.getBoundingClientRect();
  if (box.top > innerHeight * 0.15 && box.bottom < innerHeight * 0.8) return;
  passage.element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
}

function go(ms, { play = true } = {}) {
  follow(true);
  last = null;
  player.seek(ms, { play });
}

function showTime() {
  const ms = player.now();
  $(".clock").textContent = `${clock(ms)} / ${clock(player.duration)}`;
  $(".now .time").textContent = clock(ms);
  if (words) showWord(ms);
}

function showWord(ms) {
  const here = words.at(ms);
  const key = here && !here.over ? `${here.index}/${here.word}` : "";
  if (key === last) return;
  const moved = last?.split("/")[0] !== key.split("/")[0];
  last = key;
  paint("running", key && words.wordsOf(here.passage).length ? [words.range(here.passage, here.word)] : []);
  if (!moved) return;
  for (const old of document.querySelectorAll(".turn.now")) old.classList.remove("now");
  if (!key) return;
  here.passage.element.classList.add("now");
  $(".now .speaker").textContent = speakerOf(here.index);
  if (following) reveal(here.passage);
}

function speakerOf(index) {
  for (let at = index; at >= 0; at--) {
    const who = words.passages[at].element.querySelector(".who");
    if (who) return who.textContent;
  }
  return "";
}

function showState() {
  for (const button of document.querySelectorAll(".toggle")) {
    button.setAttribute("aria-label", player.playing() ? "Pause" : "Play");
    button.firstElementChild.textContent = player.playing() ? "❚❚" : "▶︎";
  }
  follow(following);
}

// Controls
media.controls = false;
media.addEventListener("click", () => player.toggle());
document.addEventListener("fullscreenchange", () => (media.controls = document.fullscreenElement === media));
for (const shown of document.querySelectorAll(".controls, .keys, .player .toggle")) shown.hidden = false;
for (const button of document.querySelectorAll(".toggle")) {
  button.addEventListener("click", () => {
    if (!player.playing()) follow(true);
    player.toggle();
  });
}
const showTrouble = () => ($(".trouble").hidden = !media.error);
for (const event of ["error", "playing"]) media.addEventListener(event, showTrouble);
showTrouble(); // it may have failed before this script came
for (const event of ["play", "pause", "ended"]) media.addEventListener(event, showState);
$("#captions")?.addEventListener("click", ({ currentTarget: button }) => {
  const { track } = media.querySelector("track");
  track.mode = track.mode === "showing" ? "disabled" : "showing";
  button.setAttribute("aria-pressed", String(track.mode === "showing"));
});
$("#speed").addEventListener("click", ({ currentTarget: button }) => {
  const speeds = [1, 1.25, 1.5, 2, 0.75];
  const speed = speeds[(speeds.indexOf(media.playbackRate) + 1) % speeds.length];
  media.defaultPlaybackRate = media.playbackRate = speed; // the default is what the next clip begins with
  button.textContent = `${speed}×`;
  button.setAttribute("aria-label", `Speed: ${speed} times`);
});
$("#full")?.addEventListener("click", () => media.requestFullscreen?.());
$("#copy").addEventListener("click", ({ currentTarget }) => copyLink(currentTarget, moment(player.now())));
createWave($("#wave"), player);

// Times and words
for (const link of document.querySelectorAll("a[data-at]")) {
  link.href = moment(Number(link.dataset.at));
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.replaceState(null, "", link.getAttribute("href"));
    go(Number(link.dataset.at));
  });
}
if (words) {
  $("#words").classList.add("live");
  $("#words").addEventListener("click", (event) => {
    const word = getSelection().isCollapsed && words.under(event);
    if (word) go(word.start);
  });
  $("#words").addEventListener("pointermove", (event) => {
    const word = event.pointerType === "mouse" && words.under(event);
    paint("pointed", word ? [words.range(word.passage, word.word)] : []);
  });
  $("#words").addEventListener("pointerleave", () => paint("pointed", []));
  findInside($(".inside"), words, (passage, start) => {
    passage.element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    follow(false);
    player.seek(start);
  });
  $("#follow").addEventListener("click", () => {
    follow(true);
    last = null;
    showTime();
  });
}

// The page in another language opens at the moment that plays here.
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => (link.hash = moment(player.now())));
}

// Keys: none of them a character, so that nothing is triggered by speaking to the machine or by a stray letter.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === " " && !event.target.closest("a, button")) {
    if (!player.playing()) follow(true);
    player.toggle();
  } else if (direction && event.shiftKey && words) {
    const word = words.step(player.now(), direction);
    if (word) go(word.start, { play: player.playing() });
  } else if (direction) {
    last = null;
    player.seek(Math.min(Math.max(player.now() + direction * 5000, 0), player.duration));
  } else return;
  event.preventDefault();
});

// The page scrolls by itself only until the reader scrolls.
for (const event of ["wheel", "touchmove"]) {
  addEventListener(event, () => player.playing() && follow(false), { passive: true });
}
new IntersectionObserver(([{ isIntersecting }]) => stage.classList.toggle("mini", !isIntersecting)).observe($(".screen"));

// A link to a moment opens there, plays where the browser allows it, and shows the passage.
function open() {
  const at = asked();
  if (!at) return showTime();
  const ms = Math.min(Math.round(Number(at[1]) * 1000), player.duration);
  go(ms);
  const here = words?.at(ms);
  if (here) here.passage.element.scrollIntoView({ block: "center" });
}
player.onTime(showTime);
addEventListener("hashchange", open);
if (!leadOn(parts)) open();
