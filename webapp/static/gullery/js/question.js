// One question to the model and its answer, which comes in parts: the mask, the numbers, the sentences.

import { call } from "gullery/api";

const WAIT_MS = 1500;
const SOONEST_MS = 30, LATEST_MS = 500;
const STILL_MS = 3000;

export class Question {
  /** `heard(answer)` is called with every new part, `waiting(answer)` while none comes. */
  constructor(api, slug, subject, heard, waiting) {
    Object.assign(this, { api, slug, subject, heard, waiting });
    this.round = 0;
  }

  /** Forgets the answer that is on its way. */
  drop() {
    this.round++;
  }

  /** Resolves when all is said; a later question makes an earlier one fall silent. */
  async ask(prompt) {
    const round = ++this.round, begun = Date.now();
    let answer = await call("POST", `${this.api}/studies/${this.slug}/assessments`, { ...this.subject, ...prompt });
    let pause = SOONEST_MS, seen = 0;
    while (round === this.round && !ended(answer)) {
      const asked = Date.now(), before = answer;
      answer = await call("GET", `${this.api}/assessments/${answer.id}?wait=${WAIT_MS}&after=${before.done}`);
      if (round !== this.round) return;
      if (answer.done > seen) this.heard(answer);
      else if (!ended(answer) && Date.now() - begun > STILL_MS) this.waiting(answer);
      seen = Math.max(seen, answer.done);
      pause = await this.rest(asked, answer.done > before.done, pause);
    }
    if (round === this.round) this.heard(answer);
  }

  /** A server that lets too many wait already answers at once: then less and less often. */
  async rest(asked, progress, pause) {
    if (progress || Date.now() - asked > WAIT_MS / 2) return SOONEST_MS;
    await new Promise((resolve) => setTimeout(resolve, pause));
    return Math.min(2 * pause, LATEST_MS);
  }
}

const ended = (answer) => ["done", "failed", "cancelled"].includes(answer.status);
