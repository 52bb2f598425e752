// The rating screen's keys. Nothing here knows what the verbs do.

import { panByKey } from "gullery/panning";

/** `verbs`: answer(level), step(rows), clear(), submit(), hide(), show(), blink(), centre(), undo(), guidelines(), keys(). */
export function listenToKeys(stage, verbs, awake) {
  document.addEventListener("keydown", (event) => {
    if (!awake() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (act(event, stage, verbs)) event.preventDefault();
  });
  document.addEventListener("keyup", (event) => {
    if (event.key === " " || event.key.toLowerCase() === "h") verbs.show();
  });
  window.addEventListener("blur", () => verbs.show());
}

function act(event, stage, verbs) {
  const { key, target } = event;
  const pressable = target.closest("button, a");
  if (event.shiftKey || target === stage.canvas) {
    if (panByKey(stage, key)) return true;
  }
  if (pressable && (key === "Enter" || key === " ")) return false;
  if (/^[0-9]$/.test(key)) return verbs.answer(Number(key));
  const simple = {
    ArrowUp: () => verbs.step(-1),
    ArrowDown: () => verbs.step(1),
    Backspace: verbs.clear,
    Enter: verbs.submit,
    " ": verbs.hide,
    h: verbs.hide,
    f: verbs.blink,
    c: verbs.centre,
    z: verbs.undo,
    g: verbs.guidelines,
    "?": verbs.keys,
  };
  const verb = simple[key.length === 1 ? key.toLowerCase() : key];
  if (!verb) return false;
  if (!event.repeat || key.startsWith("Arrow") || key === "Backspace") verb();
  return true;
}
