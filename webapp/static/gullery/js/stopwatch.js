// Time spent looking: it stands still while the page is hidden. Beside it, time spent away: hidden, or another window in front.

export class Stopwatch {
  constructor() {
    this.spent = 0;
    this.since = null;
    this.gone = 0;
    this.left = null;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.pause() : this.go()));
    for (const [target, event] of [[document, "visibilitychange"], [window, "blur"], [window, "focus"]]) target.addEventListener(event, () => this.notice());
  }

  begin(spent, away = 0) {
    this.spent = spent;
    this.since = null;
    this.gone = away;
    this.left = null;
    this.running = true;
    this.go();
    this.notice();
  }

  go() {
    if (this.running && !document.hidden && this.since === null) this.since = performance.now();
  }

  pause() {
    this.spent = this.read();
    this.since = null;
  }

  stop() {
    this.pause();
    this.gone = this.away();
    this.left = null;
    this.running = false;
  }

  read() {
    return Math.round(this.spent + (this.since === null ? 0 : performance.now() - this.since));
  }

  /** Milliseconds that passed for the clock and not for the person: the computer slept. */
  discount(milliseconds) {
    if (this.since !== null) this.since = Math.min(performance.now(), this.since + milliseconds);
  }

  /** Whether the person looks elsewhere, as far as a page can tell. */
  notice() {
    if (!this.running) return;
    const away = document.hidden || !document.hasFocus();
    if (away === (this.left !== null)) return;
    this.gone = this.away();
    this.left = away ? performance.now() : null;
  }

  /** Milliseconds away so far. */
  away() {
    return Math.round(this.gone + (this.left === null ? 0 : performance.now() - this.left));
  }
}
