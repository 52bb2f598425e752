// Time spent looking: it stands still while the page is hidden.

export class Stopwatch {
  constructor() {
    this.spent = 0;
    this.since = null;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.pause() : this.go()));
  }

  begin(spent) {
    this.spent = spent;
    this.since = null;
    this.running = true;
    this.go();
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
    this.running = false;
  }

  read() {
    return Math.round(this.spent + (this.since === null ? 0 : performance.now() - this.since));
  }
}
