// The rating screen's keys. Nothing here knows what the verbs do.

import { panByKey } from "gullery/panning";

const REPEATED = ["previous-row", "next-row", "clear"];

/** `verbs` has a function for each action, and `let_go` for the one that lasts while its key is held. */
export function listenToKeys(keys, stage, verbs, awake) {
  document.addEventListener("keydown", (event) => {
    if (!awake() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (act(event, keys, stage, verbs)) event.preventDefault();
  });
  document.addEventListener("keyup", (event) => { if (keys.actionOf(event) === "hide") verbs.let_go(); });
  window.addEventListener("blur", () => verbs.let_go());
}

function act(event, keys, stage, verbs) {
  const { key, target } = event;
  if (target.closest("input:not([type=radio]), textarea, select")) return false;
  if ((event.shiftKey || target === stage.canvas) && panByKey(stage, key)) return true;
  if (target.closest("button, a") && (key === "Enter" || key === " ")) return false;
  const action = keys.actionOf(event), verb = verbs[action];
  if (!verb) return false;
  if (!event.repeat || REPEATED.includes(action)) verb();
  return true;
}
