// The guidelines come up by themselves before somebody's first region, and before one that is to be rated by newer ones.

import { noteRead, numberRead } from "gullery/guidelines_read";

export class Guidelines {
  /** `dialog` has the text of `number`; `read` is the number this person last voted by, 0 for none, or came from reading. */
  constructor(dialog, { user, slug }) {
    const { page, number, read } = dialog.dataset, came = new URLSearchParams(location.search).get("read");
    Object.assign(this, { dialog, user, slug, page, number: Number(number), read: Math.max(Number(read), Number(came)) });
    if (came) history.replaceState(null, "", location.pathname); // the address that is kept for a time without a server
  }

  /** Resolves once those that a seat is handed out with were in front of the person. Raises TypeError when they cannot be had. */
  async before({ codebook }) {
    if (codebook > this.read) this.read = Math.max(this.read, await numberRead(this.user, this.slug));
    if (!(codebook > this.read)) return; // a seat kept by an older page has none
    if (codebook > this.number) await this.renew(codebook);
    if (this.written()) await this.show(this.read ? "changed" : "first");
    this.read = this.number;
    noteRead(this.user, this.slug, this.read);
  }

  written() {
    return this.dialog.querySelector(".prose").hasAttribute("data-written");
  }

  async renew(codebook) {
    const answer = await fetch(this.page);
    if (!answer.ok || answer.redirected) throw new TypeError("The guidelines do not come.");
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article.prose");
    const text = this.dialog.querySelector(".prose");
    text.replaceChildren(...(fresh?.childNodes ?? []));
    text.toggleAttribute("data-written", Boolean(fresh));
    this.number = codebook;
  }

  /** The title has the focus: the Enter that sent the last vote must not close what was not seen yet. */
  async show(why) {
    const said = [...this.dialog.querySelectorAll("[data-why]")];
    for (const words of said) words.hidden = !words.dataset.why.split(" ").includes(why);
    for (const place of this.dialog.querySelectorAll("[data-newest]")) place.textContent = this.number;
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector("h2").focus();
    await new Promise((resolve) => this.dialog.addEventListener("close", resolve, { once: true }));
    for (const words of said) words.hidden = true;
  }
}
