// How long each view was seen. It counts in small steps, so that a sleeping laptop or a stopped page adds next to nothing.

const STEP_MS = 100;
const LONGEST_STEP_MS = 500;

export class Dwell extends EventTarget {
  /** `seeing()` names the views that are to be seen at this moment. */
  constructor(seeing) {
    super();
    this.seeing = seeing;
    this.seen = { whole: 0, region: 0 };
    this.timer = 0;
    document.addEventListener("visibilitychange", () => { if (this.timer) this.count(); });
  }

  begin(seen) {
    this.stop();
    this.seen = { ...seen };
    this.last = performance.now();
    this.before = [];
    this.timer = setInterval(() => { this.count(); this.dispatchEvent(new Event("tick")); }, STEP_MS);
  }

  stop() {
    if (this.timer) this.count();
    clearInterval(this.timer);
    this.timer = 0;
  }

  /** Adds the time since the last count to what was to be seen both then and now. */
  count() {
    if (!this.timer) return;
    const now = performance.now(), passed = Math.min(now - this.last, LONGEST_STEP_MS), views = this.seeing();
    for (const view of views) if (this.before.includes(view)) this.seen[view] += passed;
    this.before = views;
    this.last = now;
  }
}
