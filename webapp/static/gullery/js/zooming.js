// Looking closer: wheel, two fingers, the keys + - 0 or buttons. What is under the pointer stays there.

const MOST = 16, STEP = 1.5, WHEEL = 0.0015;

export class Zooming {
  /** To be made before the canvas' `pointing`, which hears nothing of two fingers and of a picture that is moved. */
  constructor(canvas, view, pointing, settled) {
    Object.assign(this, { canvas, view, pointing, settled, zoom: 1, middle: null, fingers: new Map(), moving: false, hand: false });
    view.placed = () => this.place();
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => this.up(event));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keyup", (event) => { if (event.key === " ") this.hold(false); });
  }

  /** Called by the view when it has made the picture fit. */
  place() {
    this.fit = this.view.scale;
    this.middle ??= [this.view.width / 2, this.view.height / 2];
    this.show();
  }

  show() {
    const { view, canvas } = this;
    view.scale = this.fit * this.zoom;
    for (const [axis, edge, side, long] of [[0, "left", canvas.width, view.width], [1, "top", canvas.height, view.height]]) {
      const room = side - long * view.scale, wanted = side / 2 - this.middle[axis] * view.scale;
      view[edge] = room >= 0 ? room / 2 : Math.min(0, Math.max(room, wanted));
      this.middle[axis] = (side / 2 - view[edge]) / view.scale;
    }
  }

  /** By a factor, around a place of the window; without one around the middle. */
  by(factor, at = this.centre()) {
    const [x, y] = this.view.pixelAt(at), before = this.view.scale;
    this.zoom = Math.min(Math.max(this.zoom * factor, 1), MOST);
    const kept = before / (this.fit * this.zoom);
    this.middle = [x + (this.middle[0] - x) * kept, y + (this.middle[1] - y) * kept];
    this.changed();
  }

  whole() {
    this.zoom = 1;
    this.changed();
  }

  pan(dx, dy) {
    const ratio = this.canvas.width / this.canvas.clientWidth / this.view.scale;
    this.middle = [this.middle[0] - dx * ratio, this.middle[1] - dy * ratio];
    this.changed();
  }

  /** Follows what the keyboard moves out of sight. */
  reveal(place) {
    const { view, canvas } = this, [x, y] = [view.left + place[0] * view.scale, view.top + place[1] * view.scale];
    if (x >= 0 && y >= 0 && x < canvas.width && y < canvas.height) return;
    this.middle = place;
    this.show();
  }

  changed() {
    this.show();
    this.view.draw();
    clearTimeout(this.later);
    this.later = setTimeout(this.settled, 150);
  }

  centre() {
    const frame = this.canvas.getBoundingClientRect();
    return { clientX: frame.left + frame.width / 2, clientY: frame.top + frame.height / 2 };
  }

  /** The whole picture cannot be made smaller: then the page scrolls. */
  wheel(event) {
    if (event.deltaY > 0 && this.zoom === 1 && !event.ctrlKey) return;
    event.preventDefault();
    this.by(Math.exp(-event.deltaY * (event.deltaMode ? 16 : 1) * WHEEL * (event.ctrlKey ? 4 : 1)), event);
  }

  down(event) {
    this.fingers.set(event.pointerId, event);
    if (!this.hand && event.button !== 1 && this.fingers.size < 2) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.canvas.setPointerCapture(event.pointerId);
    this.pointing.end();
    this.moving = true;
  }

  move(event) {
    if (!this.moving) return this.fingers.has(event.pointerId) && this.fingers.set(event.pointerId, event);
    event.stopImmediatePropagation();
    const before = gauge(this.fingers);
    if (!this.fingers.has(event.pointerId)) return;
    this.fingers.set(event.pointerId, event);
    const after = gauge(this.fingers);
    this.pan(after.x - before.x, after.y - before.y);
    if (before.apart && after.apart) this.by(after.apart / before.apart, { clientX: after.x, clientY: after.y });
  }

  up(event) {
    this.fingers.delete(event.pointerId);
    if (this.moving) event.stopImmediatePropagation();
    if (!this.fingers.size) this.moving = false;
  }

  key(event) {
    if (event.target.closest("input, textarea, select, button, a") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") this.by(STEP);
    else if (event.key === "-") this.by(1 / STEP);
    else if (event.key === "0") this.whole();
    else if (event.key === " " && event.target === this.canvas) this.hold(true);
    else return;
    event.preventDefault();
  }

  hold(held) {
    this.hand = held;
    this.canvas.classList.toggle("held", held);
  }
}

/** The middle of all fingers and how far apart the first two are, in CSS pixels. */
function gauge(fingers) {
  const all = [...fingers.values()], of = (name) => all.reduce((sum, one) => sum + one[name], 0) / (all.length || 1);
  const apart = all.length > 1 ? Math.hypot(all[0].clientX - all[1].clientX, all[0].clientY - all[1].clientY) : 0;
  return { x: of("clientX"), y: of("clientY"), apart };
}
