// The viewing check: what the person finds on the screen goes to the server, which knows what is there.

import { Away, call, Refused, SignedOut } from "gullery/api";
import { clock } from "gullery/spoken";
import { Card, rightDistance } from "gullery/viewing_card";
import { fill, screenFacts, showFacts } from "gullery/viewing_screen";

const $ = (id) => document.getElementById(id);
const form = $("viewing"), data = form.dataset;
const least = { width: Number(data.leastWidth), height: Number(data.leastHeight) };
const remembered = data.pitch && data.distance && sameScreen() ? { pitch: Number(data.pitch), distance: Number(data.distance) } : null;
let measuring = !remembered;
const card = new Card($("card"), $("card-width"));

function sameScreen() {
  const [width, height, ratio] = data.screen.split(" ").map(Number);
  return width === window.screen.width && height === window.screen.height && Math.abs(ratio - window.devicePixelRatio) < 0.001;
}

function advise() {
  const known = !$("no-card").checked;
  $("advice").hidden = !known;
  if (known) fill($("advice"), { distance: rightDistance(card.pitch()) });
}

function showSize() {
  $("measure").hidden = !measuring;
  $("remembered").hidden = measuring;
  $("distance").required = measuring;
  if (!measuring) fill($("remembered").querySelector("[data-text]"), { pitch: (remembered.pitch / 1000).toFixed(3), distance: remembered.distance });
}

function size() {
  if (!measuring) return { pixel_pitch_um: remembered.pitch, distance_cm: remembered.distance };
  return { pixel_pitch_um: $("no-card").checked ? null : card.pitch(), distance_cm: Number($("distance").value) };
}

function cells(matrix) {
  return [...form.querySelectorAll(`[data-matrix=${matrix}] [aria-pressed=true]`)].map((cell) => Number(cell.dataset.cell));
}

function seen() {
  const digits = [...form.querySelectorAll(".digit")].map((field) => (field.value === "" ? null : Number(field.value)));
  const night = { off: true, on: false, unsure: null }[form.elements.night.value];
  return { challenge: data.challenge, dark: cells("dark"), light: cells("light"), digits, night_mode_off: night };
}

async function send(event) {
  event.preventDefault();
  $("send").disabled = true;
  $("problem").hidden = true;
  try {
    show(await call("POST", data.url, { ...seen(), ...size(), ...screenFacts() }));
  } catch (error) {
    if (error instanceof SignedOut) return window.location.reload();
    if (!(error instanceof Away || error instanceof Refused)) throw error;
    $("problem").textContent = error.message;
    $("problem").hidden = false;
  } finally {
    $("send").disabled = false;
  }
}

function show({ passed, failings, blocks, expires_at: until }) {
  const result = $(passed ? "passed" : "failed");
  if (passed) fill(result.querySelector("[data-text]"), { time: clock(new Date(until)) });
  for (const line of result.querySelectorAll("[data-failing]")) line.hidden = !failings.includes(line.dataset.failing);
  for (const part of result.querySelectorAll("[data-blocks]")) part.hidden = (part.dataset.blocks === "yes") !== blocks;
  form.hidden = true;
  result.hidden = false;
  result.focus();
  window.scrollTo(0, 0);
}

form.addEventListener("click", ({ target }) => {
  const cell = target.closest("[data-cell]");
  if (cell) cell.setAttribute("aria-pressed", cell.getAttribute("aria-pressed") === "false");
});
form.addEventListener("input", ({ target }) => {
  if (!target.classList.contains("digit")) return;
  target.value = target.value.replace(/\D/g, "");
  const fields = [...form.querySelectorAll(".digit")];
  if (target.value) (fields[fields.indexOf(target) + 1] ?? $("send")).focus();
});
form.addEventListener("submit", send);
for (const [id, type] of [["no-card", "change"], ["card-width", "input"], ["card", "pointermove"]]) $(id).addEventListener(type, advise);
$("again").addEventListener("click", () => { measuring = true; showSize(); $("card-width").focus(); });
window.addEventListener("resize", () => showFacts(form, least));
for (const query of ["(prefers-color-scheme: dark)", "(dynamic-range: high)"]) window.matchMedia(query).addEventListener("change", () => showFacts(form, least));
showFacts(form, least);
showSize();
advise();
