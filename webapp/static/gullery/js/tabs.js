// Tabs of one person in one browser: what one of them has done, the others know at once.

export class Tabs extends EventTarget {
  /** `next` tells studies apart, and training and exam from rating. */
  constructor(user, next) {
    super();
    if (!("BroadcastChannel" in window)) return;
    this.channel = new BroadcastChannel(`gullery:${user}:${next}`);
    this.channel.addEventListener("message", ({ data }) => this.hear(data));
    this.channel.postMessage({ kind: "hello" });
  }

  /** `seat` is done with in this tab. */
  done(seat) {
    this.channel?.postMessage({ kind: "done", seat });
  }

  hear({ kind, seat }) {
    if (kind === "hello") this.channel.postMessage({ kind: "here" });
    if (kind === "done") this.dispatchEvent(new CustomEvent("done", { detail: { seat } }));
    else this.dispatchEvent(new Event("other"));
  }
}
