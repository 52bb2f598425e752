// What the model says of a region: words first, the distribution under them as small bars.

const LEVELS = {
  quality: ["bad", "poor", "fair", "good", "excellent"],
  importance: ["unimportant", "minor", "normal", "important", "essential"],
  severity: ["extreme", "severe", "moderate", "minor", "trivial", "none"],
};
const NOTES = {
  tiny: "The region is smaller than any the model was made for (32×32 pixels).",
  one_pixel_wide: "The region is one pixel wide.",
  whole_image: "The region is the whole picture.",
  several_parts: "The region has several parts.",
  holes: "The region has holes.",
};
const UNSEEN = "The region is too small for part of the model's view.";
const SVG = "http://www.w3.org/2000/svg";

/** The parts of an answer that are there, as elements. */
export function answerParts({ scales, sentences, flags, undistorted, version }) {
  if (!scales.quality) return [];
  const two = element("div", "two-scales");
  two.append(scaleCard("Quality", scales.quality, LEVELS.quality), scaleCard("Importance", scales.importance, LEVELS.importance));
  return [two, distortionTable(scales, undistorted), ...said(sentences, version), ...notes(flags)];
}

/** One line for those who listen instead of looking. */
export function inWords({ scales }) {
  const there = distortions(scales).filter(([, said]) => said.there >= 0.5).map(([name, said]) => `${said.word} ${name}`);
  return `Quality ${scales.quality.word}, importance ${scales.importance.word}, ${there.length ? there.join(", ") : "no distortion likely"}.`;
}

function distortions(scales) {
  return Object.entries(scales).filter(([name]) => !(name in LEVELS)).sort((a, b) => b[1].there - a[1].there);
}

function scaleCard(title, said, words) {
  const card = element("div", "scale");
  card.append(element("h3", "number", `${title}, ${said.mean.toFixed(1)} of 4`), element("p", "word", said.word), bars(`${title}: `, said.probabilities, words, { width: 168, height: 34, ends: true }));
  return card;
}

function distortionTable(scales, undistorted) {
  const table = element("table", "distortions"), head = element("tr"), body = element("tbody");
  table.append(element("caption", "", `Distortions (none at all: ${percent(undistorted)})`));
  for (const title of ["Kind", "Severity", "There", "Extreme to none"]) head.append(cell("th", title, "col"));
  for (const [name, said] of distortions(scales)) {
    const row = element("tr", said.there >= 0.5 ? "" : "absent"), drawn = element("td");
    const word = element("td", "word", said.there >= 0.5 ? said.word : "none");
    drawn.append(bars(`${name}: `, said.probabilities, LEVELS.severity, { width: 96, height: 20, ends: false }));
    row.append(cell("th", name, "row"), word, element("td", "number", percent(said.there)), drawn);
    body.append(row);
  }
  const top = element("thead");
  top.append(head);
  table.append(top, body);
  return table;
}

function said(sentences, version) {
  if (!sentences.length) return [];
  const quote = element("blockquote", "sentences");
  quote.setAttribute("aria-label", `In the words of ${version}`);
  quote.append(...sentences.map((sentence) => element("p", "", sentence)));
  return [quote];
}

function notes(flags) {
  const words = [...new Set(flags.map((flag) => NOTES[flag] ?? (flag.startsWith("no_cell") ? UNSEEN : "")))].filter(Boolean);
  if (!words.length) return [];
  const list = element("ul", "notes");
  list.append(...words.map((text) => element("li", "", text)));
  return [list];
}

/** Columns from the first level to the last; the words of both ends stand below where there is room. */
function bars(title, probabilities, words, { width, height, ends }) {
  const step = width / probabilities.length, svg = drawn("svg", { class: "bars", viewBox: `0 0 ${width} ${height + (ends ? 12 : 1)}`, role: "img" });
  svg.setAttribute("aria-label", title + probabilities.map((share, level) => `${words[level]} ${percent(share)}`).join(", "));
  probabilities.forEach((share, level) => {
    const tall = Math.max(share * height, share > 0.005 ? 1 : 0);
    const bar = drawn("rect", { class: words[level] === "none" ? "share none" : "share", x: level * step + 1.5, width: step - 3, y: height - tall, height: tall, rx: 1 });
    const hint = drawn("title");
    hint.textContent = `${words[level]} ${percent(share)}`;
    bar.append(hint);
    svg.append(bar);
  });
  svg.append(drawn("line", { class: "ground", x1: 0, x2: width, y1: height, y2: height }));
  if (ends) for (const [level, anchor, x] of [[0, "start", 0], [words.length - 1, "end", width]]) svg.append(word(words[level], anchor, x, height + 10));
  return svg;
}

function word(text, anchor, x, y) {
  const label = drawn("text", { x, y });
  label.style.textAnchor = anchor;
  label.textContent = text;
  return label;
}

function drawn(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function cell(name, text, scope) {
  const made = element(name, "", text);
  made.scope = scope;
  return made;
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

const percent = (share) => (share > 0 && share < 0.005 ? "< 1 %" : `${Math.round(100 * share)} %`);
