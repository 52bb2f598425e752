// A grey card on the screen, made as wide as a real one: that gives the distance from pixel to pixel.

const CARD_MM = { lying: 85.6, upright: 53.98 }; // ISO/IEC 7810 ID-1
const ONE_MINUTE = 3438; // pixel pitches away, a pixel is one minute of arc

export class Card {
  /** A narrow window holds the card upright. */
  constructor(card, slider) {
    Object.assign(this, { card, slider });
    this.side = card.parentElement.clientWidth < 400 ? "upright" : "lying";
    card.classList.toggle("upright", this.side === "upright");
    if (this.side === "upright") slider.value = 204;
    slider.max = Math.min(Number(slider.max), Math.max(200, card.parentElement.clientWidth));
    slider.addEventListener("input", () => this.show());
    card.addEventListener("pointerdown", (event) => this.grab(event));
    this.show();
  }

  show() {
    this.card.style.width = `${this.slider.value}px`;
  }

  grab(event) {
    this.card.setPointerCapture(event.pointerId);
    const from = event.clientX - Number(this.slider.value);
    const drag = (move) => { this.slider.value = move.clientX - from; this.show(); };
    this.card.addEventListener("pointermove", drag);
    const drop = () => this.card.removeEventListener("pointermove", drag);
    for (const end of ["pointerup", "pointercancel"]) this.card.addEventListener(end, drop, { once: true });
  }

  /** From device pixel to device pixel, in thousandths of a millimetre. */
  pitch() {
    return (1000 * CARD_MM[this.side]) / (Number(this.slider.value) * window.devicePixelRatio);
  }
}

/** In centimetres. */
export function rightDistance(pitch) {
  return Math.round((ONE_MINUTE * pitch) / 10_000);
}
