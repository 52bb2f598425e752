// Deciding on the regions of one image: select, accept, discard, draw, click to segment.

import { fetchBitmap } from "gullery/picture";
import { Polygon } from "gullery/polygon";
import { ReviewList } from "gullery/review_list";
import { ReviewServer } from "gullery/review_server";
import { ReviewView } from "gullery/review_view";
import { Segment } from "gullery/segment";
import { gettext } from "gullery/spoken";

const $ = (id) => document.getElementById(id);
const { base, image, file, width, height, role } = $("review").dataset;
const manager = role === "manager";
const server = new ReviewServer(base, image), view = new ReviewView($("picture"), Number(width), Number(height));
const list = new ReviewList($("regions"), $("none"), manager);
const regions = JSON.parse($("regions-data").textContent);
let tool = null;

function say(text) {
  $("say").textContent = text;
}

function show() {
  view.regions = regions;
  view.draw();
  list.show(regions, view.selected);
}

function select(region) {
  view.selected = region;
  show();
}

function step(by) {
  if (!regions.length) return;
  const at = regions.indexOf(view.selected);
  select(regions[at === -1 ? 0 : (at + by + regions.length) % regions.length]);
}

async function decide(verb, region = view.selected) {
  if (!manager) return;
  if (!region) return say(gettext("Select a region first."));
  const answer = await attempt(() => server.decide(region.id, verb));
  if (!answer) return;
  region.status = answer.status;
  view.prepare(region);
  const number = regions.indexOf(region) + 1;
  say(answer.status === "accepted" ? gettext("Region {number} is accepted.", { number }) : gettext("Region {number} is discarded.", { number }));
  const later = [...regions.slice(regions.indexOf(region) + 1), ...regions].find((other) => other.status === "candidate");
  select(later ?? region);
}

async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    say(error.message);
    return null;
  }
}

function take(next) {
  if (tool instanceof Segment) tool.stop();
  tool = next;
  $("polygon").setAttribute("aria-pressed", String(tool instanceof Polygon));
  $("segment").setAttribute("aria-pressed", String(tool instanceof Segment));
  $("picture").classList.toggle("pointing", Boolean(tool));
  view.over = tool ? (context, scale) => tool.draw(context, scale) : () => {};
  say(tool ? tool.words : "");
  if (tool) view.selected = null;
  show();
}

const toggles = {
  polygon: () => take(tool instanceof Polygon ? null : new Polygon()),
  segment: () => take(tool instanceof Segment ? null : new Segment(server, view, (words) => { say(words); view.draw(); })),
};

async function finish() {
  if (!tool?.ready()) return;
  const answer = await attempt(() => tool.finish(server, $("level").value));
  if (!answer) return;
  take(null);
  view.prepare(answer);
  regions.push(answer);
  select(answer);
  say(gettext("The region is in the study."));
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, input")) return;
  if (event.key === "Enter" && !tool) return;
  const plain = { ArrowDown: () => step(1), ArrowRight: () => step(1), ArrowUp: () => step(-1), ArrowLeft: () => step(-1), n: () => $("after")?.click(), b: () => $("before")?.click() };
  const managing = { a: () => decide("accept"), d: () => decide("discard"), p: toggles.polygon, s: toggles.segment, Enter: finish, Escape: () => take(null), Backspace: () => { tool?.back(); view.draw(); } };
  const verb = { ...plain, ...(manager ? managing : {}) }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!verb) return;
  event.preventDefault();
  verb();
}

function listen() {
  document.addEventListener("keydown", key);
  $("picture").addEventListener("click", (event) => {
    if (!tool) return select(view.regionAt(event));
    tool.click(view.pixelAt(event), event.altKey);
    view.draw();
  });
  list.addEventListener("pick", ({ detail }) => select(regions.find((region) => region.id === detail)));
  for (const verb of ["accept", "discard"]) list.addEventListener(verb, ({ detail }) => decide(verb, regions.find((region) => region.id === detail)));
  for (const name of ["polygon", "segment"]) $(name)?.addEventListener("click", toggles[name]);
}

view.resize();
regions.forEach((region) => view.prepare(region));
listen();
select(regions.find((region) => region.status === "candidate") ?? null);
fetchBitmap(file).then((bitmap) => { view.bitmap = bitmap; view.draw(); }, (error) => say(error.message));
