// What the rating screen says: the saved state, notices, dialogs, the own count.

import { gettext } from "gullery/spoken";

const $ = (id) => document.getElementById(id);
const NOTICE_MS = 7000;
let noticeTimer = 0, ofRegion = false;

export function say(text) {
  $("say").textContent = text;
}

/** `about`: "region" for what is only of interest while that region is on screen. */
export function notice(text, about = "page") {
  ofRegion = about === "region";
  $("notice").textContent = text;
  $("notice").hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { $("notice").hidden = true; }, NOTICE_MS);
}

/** The region is done with: nothing of it may cover the next one. */
export function regionDone() {
  if (ofRegion) $("notice").hidden = true;
}

export function saved({ state, waiting }) {
  const words = { saved: gettext("Saved"), saving: gettext("Saving…"), offline: gettext("Offline, {waiting} waiting", { waiting }) };
  const place = $("saved");
  if (place.textContent === words[state]) return;
  place.dataset.state = state;
  place.textContent = words[state];
}

export function countOne(durations, by = 1) {
  $("today").textContent = Math.max(0, Number($("today").textContent) + by);
  if (!durations.length) return;
  const middle = [...durations].sort((a, b) => a - b)[Math.floor(durations.length / 2)] / 1000;
  $("pace").closest("[hidden]")?.removeAttribute("hidden");
  $("pace").textContent = duration(middle);
}

/** A time per vote as pages write it: 7.4 s, 43 s, 2 min 05 s. */
function duration(seconds) {
  if (seconds < 100) return gettext("{seconds} s", { seconds: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) });
  const whole = Math.round(seconds);
  return gettext("{minutes} min {seconds} s", { minutes: Math.floor(whole / 60), seconds: String(whole % 60).padStart(2, "0") });
}

export function openDialog(id) {
  const dialog = $(id);
  if (!dialog.open) dialog.showModal();
}
