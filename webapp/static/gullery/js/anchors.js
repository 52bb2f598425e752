// The examples of every level, one key away while rating. Who looked at which scale for how long goes to the server.

import { call } from "gullery/api";
import { Keys } from "gullery/keys";
import { capital, levelWord, scaleName } from "gullery/spoken";
import { keepTrueSize, trueSize } from "gullery/true_size";

const place = document.getElementById("rate"), dialog = document.getElementById("anchors");
const { api, slug } = place.dataset, buttons = [...dialog.querySelectorAll("[data-scale]")];
let anchors = null, assignment = null, scale = null, since = 0;
const unsent = [];

async function open() {
  if (dialog.open) return;
  dialog.showModal();
  choose(document.querySelector("#answers .answer.current")?.dataset.scale ?? buttons[0].dataset.scale);
  dialog.querySelector(".problem").textContent = "";
  try {
    anchors ??= (await call("GET", `${api}/studies/${slug}/anchors`)).anchors;
    if (dialog.open) fill();
  } catch {
    dialog.querySelector(".problem").textContent = dialog.dataset.error;
  }
}

function choose(name) {
  noteLook();
  scale = name;
  since = performance.now();
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.scale === name));
  if (anchors) fill();
}

function fill() {
  const rows = anchors.filter((one) => one.scale === scale), template = dialog.querySelector("template");
  dialog.querySelector("[data-none]").hidden = rows.length > 0;
  dialog.querySelector(".anchors").replaceChildren(...rows.map((one) => item(template, one)));
  trueSize(dialog);
}

function item(template, anchor) {
  const made = template.content.cloneNode(true), image = made.querySelector("img");
  for (const name of ["width", "height"]) image.setAttribute(name, anchor[name]);
  const word = levelWord(anchor.scale, anchor.word);
  image.alt = `${scaleName(anchor.scale)}, ${word}`;
  image.src = anchor.url;
  made.querySelector("b").textContent = anchor.level;
  made.querySelector("span").textContent = capital(word);
  made.querySelector(".help").textContent = anchor.note;
  return made;
}

/** What was looked at until now; what cannot be sent waits for the next time. */
function noteLook() {
  if (!scale || !since) return;
  const look = { scale, shown_ms: Math.round(performance.now() - since) };
  if (assignment) look.assignment = assignment;
  unsent.push(look);
  since = 0;
  send();
}

async function send() {
  while (unsent.length) {
    const look = unsent.shift();
    try {
      await call("POST", `${api}/studies/${slug}/anchor-openings`, look);
    } catch (error) {
      if (!error.status) unsent.unshift(look);
      return;
    }
  }
}

function step(by) {
  const now = buttons.findIndex((button) => button.dataset.scale === scale);
  const next = buttons[(now + by + buttons.length) % buttons.length];
  choose(next.dataset.scale);
  next.focus();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") step(event.key === "ArrowLeft" ? -1 : 1);
  else if (new Keys(place.dataset.keys).actionOf(event) === "anchors") dialog.close();
  else return;
  event.preventDefault();
  event.stopPropagation(); // the same key would open it again
}

place.addEventListener("gullery:anchors", open);
place.addEventListener("gullery:region", ({ detail }) => { assignment = detail.assignmentId; });
for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.scale));
dialog.addEventListener("keydown", press);
dialog.addEventListener("close", () => { noteLook(); scale = null; });
window.addEventListener("pagehide", noteLook);
keepTrueSize(dialog);
