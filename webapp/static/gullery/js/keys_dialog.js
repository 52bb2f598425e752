// The Keys dialog: what each key does, and choosing another by pressing it. The server checks and keeps the choice.

import { cookie } from "gullery/api";
import { nameOf } from "gullery/keys";

export class KeysDialog {
  constructor(dialog, keys) {
    Object.assign(this, { dialog, keys, problem: dialog.querySelector("[role=alert]"), waiting: null });
    for (const button of dialog.querySelectorAll("[data-change]")) button.addEventListener("click", () => this.wait(button));
    dialog.querySelector("[data-reset]").addEventListener("click", () => this.keep("", ""));
    dialog.addEventListener("keydown", (event) => this.press(event));
    dialog.addEventListener("close", () => this.wait(null));
  }

  open() {
    if (this.dialog.open) return;
    this.problem.textContent = "";
    this.dialog.showModal();
  }

  /** The next key that is pressed becomes the button's; Escape and Tab leave it as it was. */
  wait(button) {
    this.waiting?.removeAttribute("aria-pressed");
    this.waiting = this.waiting === button ? null : button;
    this.waiting?.setAttribute("aria-pressed", "true");
    this.dialog.querySelector("[data-wait]").hidden = !this.waiting;
  }

  press(event) {
    if (!this.waiting || ["Shift", "Control", "Alt", "Meta", "Tab"].includes(event.key)) return;
    event.preventDefault();
    const action = this.waiting.dataset.change, key = nameOf(event);
    this.wait(null);
    if (event.key !== "Escape" && key) this.keep(action, key);
  }

  /** Without an action: the first keys again. */
  async keep(action, key) {
    const chosen = new Map(this.keys.keys);
    if (action) chosen.set(action, key);
    const text = action ? [...chosen].map(([name, own]) => `${name} = ${own}`).join("\n") : "";
    const body = new URLSearchParams({ text });
    const headers = { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") };
    try {
      const answer = await fetch(this.dialog.dataset.url, { method: "POST", headers, body, credentials: "same-origin", redirect: "manual" });
      const { keys, error } = await answer.json();
      this.problem.textContent = error ? error.message : "";
      if (keys) this.keys.read(keys);
      this.keys.show();
    } catch {
      this.problem.textContent = this.problem.dataset.away;
    }
  }
}
