// The screens of the rating page: which one is up, and how long it stays.

import { clock, gettext } from "gullery/spoken";

const TICK_MS = 1000, { title } = document;
let ticking = 0;

/** `until` is the server's time at which things change, or null; it is counted down where the screen has a place for it. */
export function showScreen(name, until = null) {
  const screens = [...document.querySelectorAll("[data-screen]")];
  const known = screens.some((screen) => screen.dataset.screen === name) ? name : "nothing_now";
  for (const screen of screens) screen.hidden = screen.dataset.screen !== known;
  clearInterval(ticking);
  document.title = title;
  const shown = screens.find((screen) => screen.dataset.screen === known);
  for (const line of shown.querySelectorAll(".countdown")) line.hidden = !until;
  if (until) countDown(shown, new Date(until));
}

function countDown(screen, until) {
  const at = screen.querySelector("[data-until]"), left = screen.querySelector("[data-left]");
  if (at) at.textContent = clock(until);
  const tick = () => {
    const words = inWords(until - Date.now());
    if (left) left.textContent = words;
    document.title = `${words} – ${title}`; // for who is in another tab meanwhile
  };
  tick();
  ticking = setInterval(tick, TICK_MS);
}

/** `4:07` or `9 h 20 min`. */
export function inWords(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000)), hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  return hours ? gettext("{hours} h {minutes} min", { hours, minutes }) : `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The line about the sitting: which region of it, and the minutes until its break. */
export function showSitting(sitting) {
  const line = document.getElementById("sitting");
  line.hidden = !sitting;
  if (!sitting) return;
  line.querySelector("[data-position]").textContent = sitting.position;
  line.querySelector("[data-minutes]").textContent = sitting.minutes_left ?? "";
  line.querySelector("[data-break]").hidden = sitting.minutes_left === null;
}
