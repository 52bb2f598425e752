// Click anywhere: a place in the picture goes to the model; its mask is drawn at once, what it says stands beside.

import { answerParts, inWords } from "gullery/answer_view";
import { fetchBitmap } from "gullery/picture";
import { Pointing } from "gullery/pointing";
import { dot } from "gullery/polygon";
import { Question } from "gullery/question";
import { ReviewView, tinted } from "gullery/review_view";
import { boxOf, maskInBox } from "gullery/rle";
import { gettext } from "gullery/spoken";
import { Zooming } from "gullery/zooming";

const FINGERS = matchMedia("(pointer: coarse)").matches;
const $ = (id) => document.getElementById(id);
const { api, slug, kind, id, file, width, height } = $("try").dataset;
const view = new ReviewView($("picture"), Number(width), Number(height));
const pointing = new Pointing(view);
const zooming = new Zooming($("picture"), view, pointing, () => outline());
pointing.listen($("picture"));
const question = new Question(api, slug, { [kind]: Number(id) }, heard, waiting);
let clicks = [], box = null, mask = null, shown = null;

function say(text) {
  $("say").textContent = text;
}

async function ask(prompt) {
  $("away").hidden = true;
  $("answer").classList.add("stale");
  say(gettext("Looking…"));
  view.draw();
  try {
    await question.ask(prompt);
  } catch (error) {
    say(error.message);
  }
}

function heard(answer) {
  $("away").hidden = true;
  if (answer.rle && shown?.id !== answer.id) {
    shown = answer;
    outline();
  }
  if (answer.status === "failed") return say(answer.error);
  if (!answer.scales.quality) return say(gettext("Thinking…"));
  $("answer").replaceChildren(...answerParts(answer));
  $("answer").classList.remove("stale");
  $("answer").hidden = false;
  $("summary").textContent = inWords(answer);
  say(FINGERS ? gettext("Tap anywhere else, or choose Add first.") : gettext("Click anywhere else, or hold Shift to add to the region."));
}

function waiting(answer) {
  $("away").hidden = answer.answered;
  if (!answer.answered) return say(gettext("Your click waits."));
  if (answer.status === "queued") return say(gettext("The worker is busy with other clicks; yours is in line."));
  if (answer.done < 2) say(answer.rle ? gettext("Thinking… The first click into a large photograph takes longer.") : gettext("The model is being loaded; the first click after a start takes longer."));
}

/** Its edge is as wide on the screen however close one looks. */
function outline() {
  if (!shown) return;
  const reach = Math.max(1, Math.ceil((1.5 * window.devicePixelRatio) / view.scale));
  const found = maskInBox(shown.rle, view.height, boxOf(shown.rle, view.height), reach);
  mask = { left: found.left, top: found.top, picture: tinted(found, reach, [31, 95, 134], 28, [255, 255, 255]) };
  view.draw();
}

/** What the next places do: begin anew, add, take away. */
function choose(way) {
  pointing.way = way;
  for (const each of ["add", "away"]) $(`way-${each}`).setAttribute("aria-pressed", String(each === way));
}

function begin() {
  choose("");
  question.drop();
  clicks = [];
  box = mask = shown = null;
  $("answer").hidden = $("away").hidden = true;
  say(gettext("Click a place in the picture, or drag a box around something."));
  view.draw();
}

function pointed({ x, y, adds, inside }) {
  if (!adds) clicks = [];
  if (!inside && !clicks.some((click) => click[2])) return say(gettext("Click inside the region first, then take parts away."));
  clicks = [...clicks.filter((click) => click[0] !== x || click[1] !== y), [x, y, inside]];
  box = null;
  if (!adds) mask = shown = null;
  ask({ clicks });
}

view.over = (context, scale) => {
  if (mask) context.drawImage(mask.picture, mask.left, mask.top);
  for (const [x, y, inside] of clicks) dot(context, [x + 0.5, y + 0.5], scale, inside ? "#7fe0a4" : "#ff9b8f");
  if (box) { context.lineWidth = 2 / scale; context.strokeStyle = "#fff"; context.strokeRect(...box); }
  pointing.draw(context, scale);
};
pointing.addEventListener("moved", () => { if (pointing.cross) zooming.reveal(pointing.cross); view.draw(); });
pointing.addEventListener("place", ({ detail }) => pointed(detail));
pointing.addEventListener("box", ({ detail }) => { clicks = []; mask = shown = null; box = detail; ask({ box }); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") begin(); });
$("closer").addEventListener("click", () => zooming.by(1.5));
$("farther").addEventListener("click", () => zooming.by(1 / 1.5));
$("whole").addEventListener("click", () => zooming.whole());
for (const way of ["add", "away"]) $(`way-${way}`).addEventListener("click", () => choose(pointing.way === way ? "" : way));
view.resize();
fetchBitmap(file).then((bitmap) => { view.bitmap = bitmap; view.draw(); }, (error) => say(error.message));
