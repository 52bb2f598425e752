// The person's keys: which action a pressed key stands for, and how a key is written.

const SIGNS = { ArrowUp: "↑", ArrowDown: "↓", PageUp: "Page ↑", PageDown: "Page ↓" };
const NAMED = ["Space", "Enter", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown", "ArrowUp", "ArrowDown"];

export class Keys {
  /** `text` has one `action = key` a line, with every action. */
  constructor(text) {
    this.read(text);
  }

  read(text) {
    this.keys = new Map(text.split("\n").filter(Boolean).map((line) => line.split(/ = (.*)/s).slice(0, 2)));
    this.actions = new Map([...this.keys].filter(([, key]) => key).map(([action, key]) => [key, action]));
  }

  /** The action of a key that was pressed or let go of, or undefined. */
  actionOf(event) {
    return this.actions.get(nameOf(event)) ?? this.actions.get(placeOf(event));
  }

  /** Writes each key where it is shown; a button without a key shows none. */
  show(root = document) {
    for (const place of root.querySelectorAll("[data-key]")) {
      const key = this.keys.get(place.dataset.key) ?? "";
      place.textContent = SIGNS[key] ?? key;
      place.hidden = !key;
    }
  }
}

/** The key as it is printed: one sign, or its name. Null for keys that cannot be chosen. */
export function nameOf(event) {
  if (event.key === " ") return "Space";
  if (NAMED.includes(event.key)) return event.key;
  return /^[!-~]$/.test(event.key) ? event.key.toUpperCase() : null;
}

/** Where the layout has another alphabet, or digits only with Shift, the key's place counts. */
function placeOf({ code = "", key }) {
  if (/^(Digit|Numpad)\d$/.test(code)) return code.at(-1);
  return /^Key[A-Z]$/.test(code) && !/^[!-~]$/.test(key) ? code.at(-1) : null;
}
