// The seats this person holds: the one on screen, and one ahead with its picture already decoded.

import { Away, call, Refused } from "gullery/api";
import { loadPicture } from "gullery/picture";

const AHEAD = 2;

export class Seats {
  /** `spoken()` names seats whose votes are still on their way: to the server they are unfinished. */
  constructor(api, slug, spoken) {
    Object.assign(this, { api, slug, spoken });
    this.queue = [];
    this.answer = "seat";
    this.filling = null;
  }

  get current() {
    return this.queue[0] ?? null;
  }

  /** Asks until one seat is held ahead. */
  fill() {
    this.filling ??= this.work().finally(() => { this.filling = null; });
    return this.filling;
  }

  /** While this asks, the person goes on: what is held is looked up anew for each question, and for its answer. */
  async work() {
    while (this.queue.length < AHEAD) {
      const holding = this.holding();
      const { answer, assignment } = await call("POST", `${this.api}/studies/${this.slug}/assignments`, { holding });
      this.answer = answer;
      if (!assignment || [...holding, ...this.holding()].includes(assignment.id)) return;
      this.queue.push(hold(assignment));
    }
  }

  holding() {
    return [...this.queue.map((held) => held.seat.id), ...this.spoken()];
  }

  /** The one on screen is done with. */
  advance() {
    return this.queue.shift();
  }

  /** A seat the person has again, before the present one. */
  putFirst(held) {
    this.queue.unshift(held);
  }

  /** The leases run for their full time again. A lost seat ahead is forgotten; true when the one on screen was lost. */
  async renew() {
    const [first, ...ahead] = await Promise.all(this.queue.map((held) => this.renewOne(held)));
    if (ahead.some(Boolean)) this.queue = this.queue.filter((held, place) => place === 0 || !held.lost);
    return first === true;
  }

  async renewOne(held) {
    if (held.lost) return false;
    try {
      await call("PUT", `${this.api}/assignments/${held.seat.id}/lease`);
      return false;
    } catch (error) {
      if (error instanceof Away || !(error instanceof Refused)) return false;
      held.lost = true;
      return true;
    }
  }
}

function hold(seat) {
  const held = { seat, picture: null };
  held.load = () => {
    held.picture = loadPicture(seat.image, seat.region);
    held.picture.catch(() => {}); // said when it comes on screen
  };
  held.load();
  return held;
}
