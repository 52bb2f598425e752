// Moving a picture that is larger than the stage: one finger or the mouse, wheel, arrow keys, and a small map of the whole.

const STEP = 80;
const MAP = 168;

export function pannable(stage) {
  const { canvas } = stage;
  const fingers = new Map();
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, event);
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add("held");
  });
  canvas.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    fingers.set(event.pointerId, event);
    if (fingers.size > 1) return; // two fingers are the page's own pinch
    const scale = window.devicePixelRatio;
    stage.panBy((event.clientX - last.clientX) * scale, (event.clientY - last.clientY) * scale);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(end, (event) => { fingers.delete(event.pointerId); canvas.classList.toggle("held", fingers.size > 0); });
  }
  canvas.addEventListener("wheel", (event) => {
    if (event.ctrlKey || !stage.movable()) return;
    event.preventDefault();
    stage.panBy(-event.deltaX, -event.deltaY);
  }, { passive: false });
  stage.addEventListener("drawn", () => canvas.classList.toggle("large", stage.movable()));
}

/** Whether the key moved the picture. */
export function panByKey(stage, key) {
  const steps = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
  if (!(key in steps)) return false;
  stage.panBy(...steps[key]);
  return true;
}

/** The whole picture, scaled down, with the visible part marked. Only there when the picture is larger than the stage. */
export function overview(stage, figure) {
  const canvas = figure.querySelector("canvas"), context = canvas.getContext("2d");
  let drawn = null, sharp = 0, small = null;
  stage.addEventListener("drawn", () => {
    figure.hidden = !stage.movable();
    if (figure.hidden) return;
    const { bitmap, box } = stage.picture, ratio = window.devicePixelRatio, scale = (MAP * ratio) / Math.max(bitmap.width, bitmap.height);
    if (drawn !== bitmap || sharp !== ratio) {
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      canvas.style.setProperty("--wide", `${canvas.width / ratio}px`);
      small = new OffscreenCanvas(canvas.width, canvas.height);
      const inner = small.getContext("2d");
      inner.imageSmoothingQuality = "high";
      inner.drawImage(stage.small(stage.picture).bitmap, 0, 0, canvas.width, canvas.height);
      [drawn, sharp] = [bitmap, ratio];
    }
    context.drawImage(small, 0, 0);
    context.lineWidth = Math.round(ratio);
    rectangle(context, box.map((side) => side * scale), "#1a1a1a", "#f4f4f4");
    const seen = [-stage.offset.x, -stage.offset.y, stage.canvas.width, stage.canvas.height];
    rectangle(context, seen.map((side) => side * scale), "#f4f4f4", "#1a1a1a");
  });
  const jump = (event) => {
    const { bitmap } = stage.picture, frame = canvas.getBoundingClientRect();
    stage.lookAt(((event.clientX - frame.left) / frame.width) * bitmap.width, ((event.clientY - frame.top) / frame.height) * bitmap.height);
  };
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); jump(event); });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) jump(event); });
}

/** Two lines, one inside the other, to be seen on anything. */
function rectangle(context, [x, y, width, height], first, second) {
  const line = context.lineWidth;
  for (const [colour, inset] of [[first, line / 2], [second, 1.5 * line]]) {
    context.strokeStyle = colour;
    context.strokeRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
  }
}
