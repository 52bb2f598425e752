// What the model says of a region: words first, the distribution under them as small bars.

import { capital, gettext, levelWord, scaleName } from "gullery/spoken";

const LEVELS = {
  quality: ["bad", "poor", "fair", "good", "excellent"],
  importance: ["unimportant", "minor", "normal", "important", "essential"],
  severity: ["extreme", "severe", "moderate", "minor", "trivial", "non-existent"],
};
const NOTES = {
  tiny: gettext("The region is smaller than any the model was made for (32×32 pixels)."),
  one_pixel_wide: gettext("The region is one pixel wide."),
  whole_image: gettext("The region is the whole picture."),
  several_parts: gettext("The region has several parts."),
  holes: gettext("The region has holes."),
};
const UNSEEN = gettext("The region is too small for part of the model's view.");
const SVG = "http://www.w3.org/2000/svg";

/** The parts of an answer that are there, as elements. */
export function answerParts({ scales, sentences, flags, undistorted, version }) {
  if (!scales.quality) return [];
  const two = element("div", "two-scales");
  two.append(scaleCard("quality", scales.quality), scaleCard("importance", scales.importance));
  return [two, distortionTable(scales, undistorted), ...said(sentences, version), ...notes(flags)];
}

/** One line for those who listen instead of looking. */
export function inWords({ scales }) {
  const there = distortions(scales).filter(([, said]) => said.there >= 0.5).map(([name, said]) => gettext("{word} {name}", { word: levelWord(name, said.word), name: scaleName(name) }));
  const values = { quality: levelWord("quality", scales.quality.word), importance: levelWord("importance", scales.importance.word), found: there.length ? there.join(gettext(", ")) : gettext("no distortion likely") };
  return gettext("Quality {quality}, importance {importance}, {found}.", values);
}

function distortions(scales) {
  return Object.entries(scales).filter(([name]) => !(name in LEVELS)).sort((a, b) => b[1].there - a[1].there);
}

function scaleCard(scale, said) {
  const title = capital(scaleName(scale)), card = element("div", "scale");
  card.append(element("h2", "number", gettext("{title}, {mean} of 4", { title, mean: said.mean.toFixed(1) })), element("p", "word", levelWord(scale, said.word)), bars(`${title}: `, said.probabilities, scale, { width: 168, height: 34, ends: true }));
  return card;
}

function distortionTable(scales, undistorted) {
  const table = element("table", "distortions"), head = element("tr"), body = element("tbody");
  table.append(element("caption", "", gettext("Distortions (none at all: {share})", { share: percent(undistorted) })));
  for (const title of [gettext("Kind"), gettext("Severity"), gettext("There"), gettext("Extreme to none")]) head.append(cell("th", title, "col"));
  for (const [name, said] of distortions(scales)) {
    const row = element("tr", said.there >= 0.5 ? "" : "absent"), drawn = element("td");
    const word = element("td", "word", said.there >= 0.5 ? levelWord(name, said.word) : gettext("none"));
    drawn.append(bars(`${scaleName(name)}: `, said.probabilities, "severity", { width: 96, height: 20, ends: false }));
    row.append(cell("th", scaleName(name), "row"), word, element("td", "number", percent(said.there)), drawn);
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
  quote.setAttribute("aria-label", gettext("In the words of {version}", { version }));
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
function bars(title, probabilities, scale, { width, height, ends }) {
  const words = LEVELS[scale].map((word) => (word === "non-existent" ? gettext("none") : levelWord(scale, word)));
  const step = width / probabilities.length, svg = drawn("svg", { class: "bars", viewBox: `0 0 ${width} ${height + (ends ? 12 : 1)}`, role: "img" });
  svg.setAttribute("aria-label", title + probabilities.map((share, level) => `${words[level]} ${percent(share)}`).join(gettext(", ")));
  probabilities.forEach((share, level) => {
    const tall = Math.max(share * height, share > 0.005 ? 1 : 0);
    const bar = drawn("rect", { class: LEVELS[scale][level] === "non-existent" ? "share none" : "share", x: level * step + 1.5, width: step - 3, y: height - tall, height: tall, rx: 1 });
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
