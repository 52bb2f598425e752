// Votes and remarks on their way: each is in the browser's database before it is sent, and leaves it when the server has it.
// The idempotency key is made once, so sending again can never make two votes of one.

import { Away, Refused, SignedOut } from "gullery/api";
import * as store from "gullery/store";

const WAITS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];
const LEFT_ALONE_MS = 15_000;

export class Outbox extends EventTarget {
  /** `send` takes a row's route and payload and resolves to the server's answer. */
  constructor(user, send) {
    super();
    this.user = user;
    this.send = send;
    this.rows = [];
    this.failures = 0;
    this.timer = 0;
    this.sending = null;
    window.addEventListener("online", () => this.flush());
  }

  /** What a page that crashed or was closed left behind, however long ago. Two tabs that send the same row send the same key. */
  async adopt(leftAloneMs = LEFT_ALONE_MS) {
    const kept = await store.all("outbox").catch(() => []), known = new Set(this.rows.map((row) => row.key));
    const mine = kept.filter((row) => row.user === this.user && !row.refused && !known.has(row.key) && row.made_at <= Date.now() - leftAloneMs);
    if (!mine.length) return;
    this.rows = [...this.rows, ...mine].sort((a, b) => a.made_at - b.made_at);
    this.tell();
  }

  /** Kept first, sent then. `seat` is the one that the row closes, or null. */
  async add(route, seat, payload) {
    const row = { key: payload.idempotency_key, user: this.user, seat, route, payload, made_at: Date.now() };
    this.rows.push(row);
    this.tell();
    await store.put("outbox", row).catch(() => { row.unkept = true; });
    if (row.unkept) this.dispatchEvent(new Event("unkept"));
    this.flush();
  }

  /** Seats that are done with here and unfinished for the server. */
  spoken() {
    return this.rows.map((row) => row.seat).filter((seat) => seat !== null);
  }

  flush() {
    clearTimeout(this.timer);
    this.sending ??= this.work().finally(() => { this.sending = null; this.tell(); });
    this.tell();
    return this.sending;
  }

  async work() {
    while (this.rows.length) {
      const row = this.rows[0];
      row.tried = true;
      try {
        const answer = await this.send(row.route ?? "votes", row.payload);
        if (!answer?.id) throw new Away("Whoever answered has not stored it."); // a portal may speak JSON, too
        this.failures = 0;
        await this.leave(row);
        this.dispatchEvent(new CustomEvent("stored", { detail: { row, answer } }));
      } catch (error) {
        if (!(await this.refused(row, error))) return;
      }
    }
  }

  /** True when the row is out of the way and the next may go. */
  async refused(row, error) {
    if (error instanceof Refused) {
      await this.leave(row);
      if (error.code !== "already_voted") await store.put("outbox", { ...row, refused: error.message }).catch(() => {});
      this.dispatchEvent(new CustomEvent("refused", { detail: { row, error } }));
      return true;
    }
    this.failures += 1;
    if (error instanceof SignedOut) this.dispatchEvent(new CustomEvent("signedout", { detail: error }));
    this.timer = setTimeout(() => this.flush(), WAITS_MS[Math.min(this.failures, WAITS_MS.length) - 1]);
    return false;
  }

  async leave(row) {
    this.rows = this.rows.filter((other) => other !== row);
    await store.remove("outbox", row.key).catch(() => {});
  }

  /** Takes a vote back that was never sent. False when the server has it, or may have. */
  async withdraw(key) {
    await this.sending;
    const row = this.rows.find((one) => one.key === key);
    if (!row || row.tried) return false;
    await this.leave(row);
    this.tell();
    return true;
  }

  tell() {
    const state = this.failures && this.rows.length ? "offline" : this.rows.length ? "saving" : "saved";
    this.dispatchEvent(new CustomEvent("state", { detail: { state, waiting: this.rows.length } }));
  }
}
