// One region after the other: what is on screen, the vote about it, and the step to the next.

import { Away, SignedOut } from "gullery/api";
import { displayFacts, makeKey } from "gullery/facts";
import { whenPainted } from "gullery/frames";
import { showGuess } from "gullery/guess";
import { countOne, regionDone, say } from "gullery/rate_words";
import { showScreen, showSitting } from "gullery/screens";
import { pictureOf } from "gullery/seats";
import { gettext, scaleName } from "gullery/spoken";

const SOON_MS = 3000, LATER_MS = 20_000, LATEST_MS = 60_000, SLOW_MS = 300;

export class Rating {
  /** `parts`: place, mode, stage, guidelines, answers, drafts, seats, outbox, watch, views, outline, tabs, signedOut(error). */
  constructor(parts) {
    Object.assign(this, parts, { shown: null, last: null, busy: false, moving: null, again: 0, recalled: false, stopped: false });
    this.durations = [];
  }

  /** On to the next region; however often it is called, one step is taken at a time. */
  next() {
    clearTimeout(this.again);
    if (this.stopped) return Promise.resolve();
    this.moving ??= this.move().finally(() => { this.moving = null; });
    return this.moving;
  }

  async move() {
    if (!this.seats.current) await this.ask();
    while (this.seats.current && this.seats.current !== this.shown && !this.stopped) {
      if (!(await this.show(this.seats.current))) return;
    }
  }

  /** Asks for a seat; without one, says why and looks again later. */
  async ask() {
    showScreen(this.outbox.rows.length && this.outbox.failures ? "away" : "loading");
    try {
      await this.seats.fill(1);
      if (!this.seats.current) this.rest(this.seats.reply.answer, this.seats.reply.until);
    } catch (error) {
      await this.without(error);
    }
  }

  /** No answer about a seat: what the browser has kept will do, if it is there. */
  async without(error) {
    if (error instanceof SignedOut) this.signedOut(error);
    if (error instanceof Away && !this.recalled) await this.seats.recall();
    this.recalled = true;
    if (this.seats.current) return;
    if (error instanceof Away || error instanceof SignedOut) this.rest("away", null, SOON_MS);
    else this.trouble(error);
  }

  /** No region for now: `answer` names the screen that says why; it looks again by itself. */
  rest(answer, until = null, milliseconds = LATER_MS) {
    this.leave();
    showScreen(this.stopped ? "stopped" : answer, until);
    const left = until ? Math.min(LATEST_MS, Math.max(1000, new Date(until) - Date.now())) : milliseconds;
    this.again = setTimeout(() => this.next(), left);
  }

  /** Until the person goes on; what is on screen keeps its answers. */
  stop() {
    this.putAside();
    this.stopped = true;
    this.rest("stopped");
  }

  goOn() {
    this.stopped = false;
    return this.next();
  }

  /** What is on screen comes again, with the answers that it has now. */
  putAside() {
    const held = this.shown;
    if (held) held.draft = this.keepDraft().then(() => this.drafts.read(held.seat));
  }

  trouble(error) {
    this.leave();
    document.getElementById("trouble-text").textContent = error.message;
    showScreen("trouble");
  }

  leave() {
    this.shown = null;
    this.watch.stop();
    this.views.stop();
  }

  /** False when it cannot be shown now. */
  async show(held) {
    const slow = setTimeout(() => showScreen("loading"), SLOW_MS);
    let draft, picture;
    try {
      await this.guidelines.before(held.seat);
      [draft, picture] = [await held.draft, await pictureOf(held)];
    } catch (error) {
      held.load();
      if (error instanceof TypeError) this.rest("away", null, SOON_MS); // the network, not what came by it
      else this.trouble(error);
      return false;
    } finally {
      clearTimeout(slow);
    }
    if (this.stopped) return false;
    if (held === this.seats.current) this.begin(held, draft, picture);
    return true;
  }

  begin(held, draft, picture) {
    this.shown = held;
    showScreen("rating");
    this.stage.show(picture);
    showGuess(held.seat.hint);
    this.answers.lockAll();
    this.views.begin(draft);
    this.outline.begin(draft.hidden_ms);
    this.watch.begin(draft.spent_ms, draft.away_ms);
    this.answers.fill(draft.levels, draft.edits); // last: it is kept as a draft at once, with what the clocks show
    showSitting(held.sitting);
    say("");
    this.place.dispatchEvent(new CustomEvent("gullery:region", { detail: { assignmentId: held.seat.id, regionBox: held.seat.region.box } }));
    whenPainted(() => this.ahead());
  }

  /** Once the region is on screen, the one after it is asked for; while a vote is on its way its seat still counts as held. */
  ahead() {
    if (this.shown && !this.outbox.rows.length) this.seats.fill().catch(() => {});
  }

  async keepDraft() {
    if (this.shown) await this.drafts.write(this.shown.seat, { levels: this.answers.levels(), spent_ms: this.watch.read(), hidden_ms: this.outline.hidden(), ...this.measured() });
  }

  measured() {
    return { ...this.views.measured(), away_ms: this.watch.away(), edits: this.answers.edits };
  }

  async submit() {
    if (!this.shown || this.busy || this.views.covered() || !this.complete()) return;
    this.busy = true;
    const facts = displayFacts(this.watch.read(), this.outline.hidden(), this.measured()), opinion = this.answers.levels();
    const payload = { lease: this.shown.seat.lease, idempotency_key: makeKey(), opinion, facts };
    this.last = { held: this.shown, payload, id: null };
    this.durations.push(facts.duration_ms);
    countOne(this.durations);
    document.getElementById("undo")?.removeAttribute("disabled");
    const told = this.mode === "training" && this.told(payload.idempotency_key);
    this.finish("votes", payload);
    await told;
    this.busy = false;
    await this.next();
  }

  /** True when every row has its answer; else the first that has none is next. */
  complete() {
    const missing = this.answers.missing();
    if (!missing.length) return true;
    this.answers.go(this.answers.rows.indexOf(missing[0]));
    say(gettext("Still to answer: {scales}.", { scales: missing.map((row) => scaleName(row.dataset.scale)).join(gettext(", ")) }));
    return false;
  }

  /** The region on screen is done with: what was said of it is on its way, and its draft goes once that is kept. */
  finish(route, payload) {
    regionDone();
    const { seat } = this.seats.advance();
    this.shown = null;
    this.outbox.add(route, seat.id, payload).then(() => { this.drafts.drop(seat); this.tabs.done(seat.id); });
  }

  /** In training the next region waits until what follows the stored vote is over. */
  told(key) {
    return new Promise((resolve) => { this.awaited = { key, resolve }; });
  }

  /** The server has the vote. Whoever listens may hold the next region back in training. */
  async voted(row, vote) {
    const waits = [];
    const detail = { voteId: vote.id, opinion: row.payload.opinion, wait: (promise) => waits.push(promise) };
    this.place.dispatchEvent(new CustomEvent("gullery:voted", { detail }));
    await Promise.allSettled(waits);
    this.release(row);
  }

  release(row) {
    if (this.awaited?.key === row.key) this.awaited.resolve();
  }

  /** Something is with the server, so there may be a seat to hold ahead, or at last an answer to "is there more?". */
  async afterStored() {
    await this.moving;
    if (this.shown) this.ahead();
    else if (!this.busy) this.next();
  }

  /** A region that was rated before, with its answers as a draft. */
  async anew(held, opinion, facts = {}) {
    this.putAside();
    const { duration_ms = 0, outline_hidden_ms = 0, ...more } = facts;
    await this.drafts.write(held.seat, { ...more, levels: opinion, spent_ms: duration_ms, hidden_ms: outline_hidden_ms ?? 0 });
    this.seats.putFirst(held);
    await this.next();
    say(gettext("Your vote is taken back. Change it and submit again."));
  }
}
