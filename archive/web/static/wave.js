// The wave as a slider over the whole interview: played part in the accent, a press or a drag goes there.

import { clock } from "./player.js";

export function createWave(root, player) {
  const played = root.querySelector("clipPath rect");
  const width = root.querySelector("svg").viewBox.baseVal.width;

  root.tabIndex = 0;
  root.setAttribute("role", "slider");
  root.setAttribute("aria-label", "Position");
  root.setAttribute("aria-valuemin", "0");
  root.setAttribute("aria-valuemax", String(Math.round(player.duration / 1000)));

  function show() {
    const ms = player.now();
    played.setAttribute("width", (width * ms) / Math.max(player.duration, 1));
    root.setAttribute("aria-valuenow", String(Math.round(ms / 1000)));
    root.setAttribute("aria-valuetext", `${clock(ms)} of ${clock(player.duration)}`);
  }

  function go(event) {
    const box = root.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    player.seek(share * player.duration);
  }

  root.addEventListener("pointerdown", (event) => {
    root.setPointerCapture(event.pointerId);
    go(event);
  });
  root.addEventListener("pointermove", (event) => event.buttons && root.hasPointerCapture(event.pointerId) && go(event));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Home") player.seek(0);
    else if (event.key === "End") player.seek(player.duration);
    else return;
    event.preventDefault();
  });
  player.onTime(show);
  show();
}
