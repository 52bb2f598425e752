// Half-given opinions, kept per person and seat until the vote is in the outbox.

import * as store from "gullery/store";

const KEPT_MS = 14 * 24 * 3600 * 1000;
const EMPTY = { levels: {}, spent_ms: 0, hidden_ms: 0, edits: 0, views: {} };

export class Drafts {
  constructor(user) {
    this.user = user;
  }

  key(seat) {
    return `${this.user}:${seat.id}`;
  }

  /** What was kept of the seat; an empty draft when there is nothing, or no way to ask. */
  async read(seat) {
    const row = await store.get("drafts", this.key(seat)).catch(() => null);
    return { ...EMPTY, ...row };
  }

  write(seat, draft) {
    return store.put("drafts", { ...draft, key: this.key(seat), kept_at: Date.now() }).catch(() => {});
  }

  drop(seat) {
    return store.remove("drafts", this.key(seat)).catch(() => {});
  }

  async sweep() {
    for (const row of await store.all("drafts").catch(() => [])) {
      if (row.kept_at < Date.now() - KEPT_MS) await store.remove("drafts", row.key).catch(() => {});
    }
  }
}
