// COCO's compressed run-length code: runs of outside and inside pixels, column by column, as readable characters.

/** The run lengths, beginning with pixels outside. Five bits a character, and from the fourth on relative to two before. */
export function readRuns(text) {
  const runs = [];
  let at = 0;
  while (at < text.length) {
    let value = 0, shift = 0, more = true;
    while (more) {
      const bits = text.charCodeAt(at++) - 48;
      if (!(bits >= 0 && bits < 64)) throw new Error("This is not a run-length code.");
      value |= (bits & 31) << shift;
      more = (bits & 32) !== 0;
      shift += 5;
      if (!more && bits & 16 && shift < 32) value |= -1 << shift;
    }
    if (runs.length > 2) value += runs[runs.length - 2];
    runs.push(value);
  }
  return runs;
}

/**
 * The part of a mask inside `box` ([x, y, width, height]), with `pad` empty pixels on every side.
 * `data` holds 1 for inside, row by row.
 */
export function maskInBox(text, imageHeight, box, pad = 0) {
  const [left, top, boxWidth, boxHeight] = box;
  const width = boxWidth + 2 * pad, height = boxHeight + 2 * pad;
  const data = new Uint8Array(width * height);
  let position = 0, inside = false;
  for (const run of readRuns(text)) {
    if (inside) fill(data, width, position, position + run, imageHeight, left - pad, top - pad);
    position += run;
    inside = !inside;
  }
  return { data, width, height, left: left - pad, top: top - pad };
}

function fill(data, width, from, to, imageHeight, left, top) {
  const height = data.length / width;
  let x = Math.floor(from / imageHeight) - left, y = (from % imageHeight) - top;
  for (let position = from; position < to; position++) {
    if (x >= 0 && x < width && y >= 0 && y < height) data[y * width + x] = 1;
    if (++y < imageHeight - top) continue;
    x += 1;
    y = -top;
  }
}

/** Whether the image's pixel x, y is inside. */
export function covers(mask, x, y) {
  const column = x - mask.left, row = y - mask.top;
  return column >= 0 && row >= 0 && column < mask.width && row < mask.height && mask.data[row * mask.width + column] === 1;
}

/** The smallest box around a mask. */
export function boxOf(text, imageHeight) {
  let position = 0, inside = false, left = Infinity, right = -1, top = Infinity, bottom = -1;
  for (const run of readRuns(text)) {
    if (inside && run) {
      const first = position, last = position + run - 1;
      const columns = [Math.floor(first / imageHeight), Math.floor(last / imageHeight)];
      left = Math.min(left, columns[0]);
      right = Math.max(right, columns[1]);
      top = columns[0] === columns[1] ? Math.min(top, first % imageHeight) : 0;
      bottom = columns[0] === columns[1] ? Math.max(bottom, last % imageHeight) : imageHeight - 1;
    }
    position += run;
    inside = !inside;
  }
  return right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
}
