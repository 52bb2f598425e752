// "I cannot judge this" and "flag": a reason, a few words, and on.

import { makeKey } from "gullery/facts";

export class RemarkDialog {
  /** `say` takes kind and payload once the person has sent it. */
  constructor(dialog, say) {
    Object.assign(this, { dialog, say, form: dialog.querySelector("form"), seat: null });
    this.form.addEventListener("submit", (event) => this.send(event));
    this.form.addEventListener("change", () => this.check());
    this.form.elements.text.addEventListener("input", () => this.check());
    dialog.addEventListener("keydown", (event) => this.choose(event));
    for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
  }

  /** `kind` is `cannot_judge` or `flag`. */
  open(kind, seat) {
    if (this.dialog.open) return;
    Object.assign(this, { kind, seat });
    for (const words of this.dialog.querySelectorAll("[data-kind]")) words.hidden = words.dataset.kind !== kind;
    this.dialog.setAttribute("aria-labelledby", `remark-${kind}`);
    this.form.reset();
    this.check();
    this.dialog.showModal();
    this.form.querySelector("input").focus();
  }

  /** Digits choose a reason, as they choose a level. */
  choose(event) {
    const input = [...this.form.querySelectorAll("input[type=radio]")][Number(event.key) - 1];
    if (!input || event.target.matches("textarea")) return;
    event.preventDefault();
    input.checked = true;
    input.focus();
    this.check();
  }

  check() {
    const { text } = this.form.elements, other = this.form.querySelector("[value=other]").checked;
    text.setCustomValidity(other && !text.value.trim() ? text.dataset.missing : "");
  }

  send(event) {
    event.preventDefault();
    const { reason, text } = Object.fromEntries(new FormData(this.form));
    this.dialog.close();
    this.say({ lease: this.seat.lease, idempotency_key: makeKey(), kind: this.kind, reason, text: text.trim() });
  }
}
