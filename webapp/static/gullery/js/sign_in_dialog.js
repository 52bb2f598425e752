// The session is over: signing in again without leaving the page. It also notices when another tab has done it.

import { SignedOut } from "gullery/api";
import { SomebodyElse } from "gullery/person";

const LOOK_MS = 3000;

export class SignInDialog {
  /** `back` is called once the person is signed in again. */
  constructor(dialog, person, back) {
    Object.assign(this, { dialog, person, back, form: dialog.querySelector("form"), problem: dialog.querySelector("[role=alert]"), looking: 0 });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.signIn(); });
    dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => clearInterval(this.looking));
    window.addEventListener("focus", () => this.look());
  }

  /** `error` says whether nobody is signed in, or somebody else. */
  open(error) {
    for (const words of this.dialog.querySelectorAll("[data-who]")) words.hidden = (words.dataset.who === "else") !== (error instanceof SomebodyElse);
    if (this.dialog.open) return;
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    this.problem.textContent = "";
    this.dialog.showModal();
    this.looking = setInterval(() => this.look(), LOOK_MS);
  }

  async signIn() {
    const { password } = this.form.elements;
    try {
      await this.person.signIn(password.value);
      password.value = "";
      await this.look();
    } catch (error) {
      this.problem.textContent = error instanceof SignedOut ? this.problem.dataset.wrong : error.message;
      password.select();
    }
  }

  async look() {
    if (!this.dialog.open || document.hidden) return;
    try {
      await this.person.call("GET", `${this.person.api}/session`);
    } catch {
      return;
    }
    if (!this.dialog.open) return;
    this.dialog.close();
    this.back();
  }
}
