// Hiding and finding the outline, and how long it was hidden.

const BLINK_MS = 160;
const BLINKS = 3;
const PRESSING = [" ", "Enter"];

export class OutlineSwitch {
  constructor(stage) {
    this.stage = stage;
    this.since = null;
    this.total = 0;
  }

  hide() {
    if (this.since !== null) return;
    this.since = performance.now();
    this.stage.outline(false);
  }

  show() {
    if (this.since === null) return;
    this.total += performance.now() - this.since;
    this.since = null;
    this.stage.outline(true);
  }

  /** Finds the region: into sight first, where a large picture was moved away from it. */
  async blink() {
    if (this.stage.view === "region" && !this.stage.holdsRegion()) this.stage.centre();
    for (let time = 0; time < BLINKS && this.since === null; time++) {
      this.stage.outline(false);
      await pause();
      this.stage.outline(this.since === null);
      await pause();
    }
  }

  /** Milliseconds hidden so far. */
  hidden() {
    return Math.round(this.total + (this.since === null ? 0 : performance.now() - this.since));
  }

  begin(hidden) {
    this.total = hidden;
    this.since = null;
  }

  /** A button that hides while it is held, by pointer or by key. */
  attach(button) {
    button.addEventListener("pointerdown", (event) => { button.setPointerCapture(event.pointerId); this.hide(); });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) button.addEventListener(end, () => this.show());
    button.addEventListener("keydown", (event) => { if (PRESSING.includes(event.key)) { event.preventDefault(); this.hide(); } });
    button.addEventListener("keyup", (event) => { if (PRESSING.includes(event.key)) this.show(); });
    button.addEventListener("contextmenu", (event) => event.preventDefault());
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, BLINK_MS));
