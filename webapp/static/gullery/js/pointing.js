// Pointing at a place: a click, a dragged box, or a cross that the arrow keys move.

const DRAG_PX = 6;
const STEPS = 48;

export class Pointing extends EventTarget {
  /** Events: `place` with {x, y, adds, inside}, `box` with [x, y, width, height], `moved` when there is something to draw. */
  constructor(view) {
    super();
    Object.assign(this, { view, start: null, drag: null, cross: null, way: "" });
  }

  listen(canvas) {
    this.canvas = canvas;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("pointercancel", () => this.end());
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => { this.cross = null; this.moved(); });
  }

  down(event) {
    if (event.button !== 0) return;
    this.start = event;
    this.cross = null;
    this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (!this.start) return;
    const far = Math.hypot(event.clientX - this.start.clientX, event.clientY - this.start.clientY) > DRAG_PX;
    if (far || this.drag) this.drag = this.boxBetween(this.start, event);
    this.moved();
  }

  up(event) {
    const { start, drag } = this;
    this.end();
    if (drag) return this.say("box", drag);
    if (start) this.place(this.view.pixelAt(start), event);
  }

  end() {
    this.start = this.drag = null;
    this.moved();
  }

  key(event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (way) this.shift(way, event.shiftKey ? 1 : Math.max(1, Math.round(Math.max(this.view.width, this.view.height) / STEPS)));
    else if (event.key === "Enter" && this.cross) this.place(this.cross, event);
    else return;
    event.preventDefault();
  }

  shift([dx, dy], step) {
    const { width, height } = this.view;
    const [x, y] = this.cross ?? [width / 2 - dx * step, height / 2 - dy * step];
    this.cross = [within(x + dx * step, width), within(y + dy * step, height)];
    this.moved();
  }

  /** A place outside the picture is none. `way` says for those without a keyboard that places `add` or take `away`. */
  place([x, y], { shiftKey, altKey }) {
    const { width, height } = this.view;
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const away = altKey || (this.way === "away" && !shiftKey);
    this.say("place", { x: Math.floor(x), y: Math.floor(y), adds: away || shiftKey || this.way === "add", inside: !away });
  }

  boxBetween(first, second) {
    const { width, height } = this.view, [a, b] = [this.view.pixelAt(first), this.view.pixelAt(second)];
    const [left, right] = [a[0], b[0]].map((x) => within(x, width)).sort((one, other) => one - other);
    const [top, bottom] = [a[1], b[1]].map((y) => within(y, height)).sort((one, other) => one - other);
    return [left, top, right - left + 1, bottom - top + 1];
  }

  say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  moved() {
    this.say("moved");
  }

  /** In image pixels; `scale` is device pixels per image pixel. */
  draw(context, scale) {
    const path = new Path2D();
    if (this.drag) path.rect(...this.drag);
    if (this.cross) cross(path, this.cross, 14 / scale);
    for (const [width, colour] of [[4, "#111"], [2, "#fff"]]) {
      context.lineWidth = width / scale;
      context.strokeStyle = colour;
      context.stroke(path);
    }
  }
}

function cross(path, [x, y], arm) {
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    path.moveTo(x + 0.5 + (dx * arm) / 4, y + 0.5 + (dy * arm) / 4);
    path.lineTo(x + 0.5 + dx * arm, y + 0.5 + dy * arm);
  }
}

const within = (value, side) => Math.floor(Math.min(Math.max(value, 0), side - 1));
