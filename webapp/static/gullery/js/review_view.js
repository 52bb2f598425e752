// The picture with its regions in colour, scaled to the window: this page decides about masks, not about pixels.

import { grow, onCanvas } from "gullery/outline";
import { covers, maskInBox } from "gullery/rle";

const COLOURS = { accepted: [46, 158, 94], candidate: [224, 160, 42], discarded: [150, 150, 150] };
const LARGEST_SCALE = 3;

export class ReviewView {
  constructor(canvas, width, height) {
    Object.assign(this, { canvas, width, height, bitmap: null, regions: [], selected: null, over: () => {}, placed: () => {} });
    this.context = canvas.getContext("2d");
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  resize() {
    const ratio = window.devicePixelRatio;
    this.canvas.width = Math.round(this.canvas.clientWidth * ratio);
    this.canvas.height = Math.round(this.canvas.clientHeight * ratio);
    this.scale = Math.min(this.canvas.width / this.width, this.canvas.height / this.height, LARGEST_SCALE * ratio);
    this.left = (this.canvas.width - this.width * this.scale) / 2;
    this.top = (this.canvas.height - this.height * this.scale) / 2;
    this.placed();
    this.draw();
  }

  /** Decodes a region's mask once; call again after its status changed. */
  prepare(region) {
    const reach = Math.max(1, Math.ceil((1.5 * window.devicePixelRatio) / (this.scale || 1)));
    region.mask ??= maskInBox(region.rle, this.height, region.box, reach);
    region.plain = tinted(region.mask, reach, COLOURS[region.status], region.status === "accepted" ? 40 : 0);
    region.strong = tinted(region.mask, reach, COLOURS[region.status], 110, [255, 255, 255]);
  }

  draw() {
    const { context, canvas } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(this.scale, 0, 0, this.scale, this.left, this.top);
    if (this.bitmap) context.drawImage(this.bitmap, 0, 0);
    context.globalAlpha = this.selected ? 0.6 : 1;
    for (const region of this.regions) {
      if (region === this.selected || (region.status === "discarded")) continue;
      context.drawImage(region.plain, region.mask.left, region.mask.top);
    }
    context.globalAlpha = 1;
    if (this.selected) context.drawImage(this.selected.strong, this.selected.mask.left, this.selected.mask.top);
    this.over(context, this.scale);
  }

  /** The image pixel under a pointer, as fractions. */
  pixelAt(event) {
    const frame = this.canvas.getBoundingClientRect(), ratio = this.canvas.width / frame.width;
    return [((event.clientX - frame.left) * ratio - this.left) / this.scale, ((event.clientY - frame.top) * ratio - this.top) / this.scale];
  }

  /** The smallest region there, so that a component is reachable inside its object. */
  regionAt(event) {
    const [x, y] = this.pixelAt(event).map(Math.floor);
    const there = this.regions.filter((region) => region.status !== "discarded" && covers(region.mask, x, y));
    return there.sort((a, b) => a.area - b.area)[0] ?? null;
  }
}

export function tinted(mask, reach, colour, alpha, edge = colour) {
  const far = grow(mask, reach), picture = new ImageData(mask.width, mask.height);
  for (let i = 0; i < far.length; i++) {
    if (!far[i]) continue;
    picture.data.set(mask.data[i] ? colour : edge, 4 * i);
    picture.data[4 * i + 3] = mask.data[i] ? alpha : 255;
  }
  return onCanvas(picture);
}
