// What scripts say, in the language of the page. English is the key; the words of other languages come with the page.

const block = document.getElementById("spoken");
const words = block ? JSON.parse(block.textContent) : {};

export const language = document.documentElement.lang || "en";

/** `{name}` in the text stands for `values.name`. */
export function gettext(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
