// The seats this person holds: the one on screen, and one ahead with its picture already decoded and its draft at hand.

import { Refused, SignedOut } from "gullery/api";
import { loadPicture, usable } from "gullery/picture";
import * as store from "gullery/store";

const AHEAD = 2;
const MOST_ELSEWHERE = 20;
const KEPT_MS = 24 * 3600 * 1000;

export class Seats {
  /**
   * `next` is where a seat is asked for; `spoken()` names seats that are done with here and unfinished for the server;
   * `decoded(picture)` is told of each picture as soon as it could be shown.
   */
  constructor({ api, next, user, person, drafts, spoken, decoded }) {
    Object.assign(this, { api, next, person, drafts, spoken, decoded });
    this.shelf = `${user}:${next}`;
    this.queue = [];
    this.reply = { answer: "seat", until: null, sitting: null };
    this.filling = null;
    this.asked = 0;
    this.elsewhere = [];
  }

  get current() {
    return this.queue[0] ?? null;
  }

  /** Asks until so many seats are held: by default, one ahead. */
  fill(wanted = AHEAD) {
    this.asked += 1;
    this.filling ??= this.work(wanted).finally(() => { this.filling = null; });
    return this.filling;
  }

  /** While this asks, the person goes on: what is held is looked up anew for each question, and for its answer. */
  async work(wanted) {
    while (this.queue.length < wanted) {
      const holding = this.holding(), { asked } = this;
      const reply = await this.person.call("POST", this.next, { holding });
      this.reply = reply;
      if (!reply.assignment || [...holding, ...this.holding()].includes(reply.assignment.id)) {
        if (asked === this.asked) return;
        continue; // something has changed while the server answered
      }
      this.queue.push(this.hold(reply.assignment, reply.sitting));
      this.keep();
    }
  }

  /** What was held when the page was last here: the server may be away, and the browser may still have the pictures. */
  async recall() {
    const kept = await store.get("seats", this.shelf).catch(() => null);
    if (!kept || this.queue.length || kept.kept_at < Date.now() - KEPT_MS) return;
    const done = this.spoken();
    this.queue = kept.seats.filter((seat) => !done.includes(seat.id)).map((seat) => this.hold(seat));
  }

  keep() {
    store.put("seats", { key: this.shelf, seats: this.queue.map((held) => held.seat), kept_at: Date.now() }).catch(() => {});
  }

  holding() {
    return [...this.queue.map((held) => held.seat.id), ...this.elsewhere, ...this.spoken()];
  }

  /** The one on screen is done with. */
  advance() {
    const held = this.queue.shift();
    this.keep();
    return held;
  }

  /** A seat the person has again, before the present one. */
  putFirst(held) {
    this.queue = [held, ...this.queue.filter((other) => other.seat.id !== held.seat.id)];
    held.draft = this.drafts.read(held.seat);
    this.keep();
  }

  /** A seat that another tab is done with; true when it was the one on screen. */
  drop(id) {
    const first = this.current?.seat.id === id;
    this.queue = this.queue.filter((held) => held.seat.id !== id);
    this.elsewhere = [...this.elsewhere, id].slice(-MOST_ELSEWHERE);
    this.keep();
    return first;
  }

  /**
   * The leases run for their full time again. A lost seat ahead is forgotten; true when the one on screen was lost: a seat
   * that was voted from meanwhile is nobody's loss.
   */
  async renew() {
    const asked = [...this.queue];
    const lost = await Promise.all(asked.map((held) => this.renewOne(held)));
    if (lost.some(Boolean)) this.queue = this.queue.filter((held, place) => place === 0 || !held.lost);
    return lost[asked.indexOf(this.current)] === true;
  }

  async renewOne(held) {
    if (held.lost) return false;
    try {
      await this.person.call("PUT", `${this.api}/assignments/${held.seat.id}/lease`);
      return false;
    } catch (error) {
      if (error instanceof SignedOut) throw error;
      if (!(error instanceof Refused)) return false;
      held.lost = true;
      return true;
    }
  }

  hold(seat, sitting = null) {
    const held = { seat, sitting, draft: this.drafts.read(seat), picture: null };
    held.load = () => {
      held.picture = loadPicture(seat.image, seat.region);
      held.picture.then(this.decoded).catch(() => {}); // said when it comes on screen
    };
    held.load();
    return held;
  }
}

/** The picture, loaded again when it was let go of meanwhile. */
export async function pictureOf(held) {
  const picture = await held.picture;
  if (usable(picture)) return picture;
  held.load();
  return held.picture;
}
