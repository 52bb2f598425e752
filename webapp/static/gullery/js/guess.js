// The model's guess, where the study's policy shows one: words beside the scales, or about the last region once it is saved.

import { call } from "gullery/api";
import { gettext, levelWord, scaleName } from "gullery/spoken";

const $ = (id) => document.getElementById(id);
let asked = 0;

/** Beside the scales of the region on screen; without a hint nothing is there. */
export function showGuess(hint) {
  for (const place of document.querySelectorAll("[data-guess]")) place.textContent = hint ? levelWord(place.dataset.guess, hint.words[place.dataset.guess]) : "";
  $("guess-version").textContent = hint ? hint.version : "";
  $("guess").hidden = !hint;
}

/** About the region of a vote the server has. Nobody waits for it, and when it cannot be had nothing is said. */
export async function showLastGuess(api, vote) {
  if (!$("last-guess")) return;
  forgetLastGuess();
  const mine = asked;
  const { hint } = await call("GET", `${api}/votes/${vote}/hint`).catch(() => ({ hint: null }));
  if (hint && mine === asked) $("last-guess").textContent = gettext("The model’s guess for your last region ({version}): {words}.", { version: hint.version, words: inWords(hint.words) });
}

export function forgetLastGuess() {
  asked += 1; // an answer that is still on its way comes too late
  if ($("last-guess")) $("last-guess").textContent = "";
}

function inWords({ quality, importance, ...distortions }) {
  const found = Object.entries(distortions).filter(([, word]) => word !== "non-existent").map(([name, word]) => gettext("{word} {name}", { word: levelWord(name, word), name: scaleName(name) }));
  const values = { quality: levelWord("quality", quality), importance: levelWord("importance", importance), found: found.length ? found.join(gettext(", ")) : gettext("no distortion") };
  return gettext("quality {quality}, importance {importance}, {found}", values);
}
