// What scripts say, in the language of the page. English is the key; the words of other languages come with the page.

const block = document.getElementById("spoken");
const words = block ? JSON.parse(block.textContent) : {};

export const language = document.documentElement.lang || "en";

/** `{name}` in the text stands for `values.name`. */
export function gettext(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function scaleName(scale) {
  return words[`scale\u0004${scale}`] ?? scale;
}

/** A level's English word, as the server says it, on one of the eight scales; `severity` stands for any distortion. */
export function levelWord(scale, word) {
  const about = scale === "quality" || scale === "importance" ? scale : "severity";
  return words[`${about}\u0004${word}`] ?? word;
}

/** As pages write it: 116 659. */
export function thousands(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** The time of day, as pages write it: 07:34. */
export function clock(date) {
  return date.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** With a capital where the language has them. */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
