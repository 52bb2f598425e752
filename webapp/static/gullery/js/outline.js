// The line around a mask: outside it, one pixel dark and one light, so that it shows on any picture and covers nothing judged.

export const REACH = 2;

/** Pixels within `reach` (also diagonally) of a mask pixel, mask included. */
export function grow({ data, width, height }, reach) {
  const across = new Uint8Array(data.length), out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const low = Math.max(0, x - reach), high = Math.min(width - 1, x + reach);
      for (let near = low; near <= high && !across[y * width + x]; near++) across[y * width + x] = data[y * width + near];
    }
  }
  for (let y = 0; y < height; y++) {
    const low = Math.max(0, y - reach), high = Math.min(height - 1, y + reach);
    for (let x = 0; x < width; x++) {
      for (let near = low; near <= high && !out[y * width + x]; near++) out[y * width + x] = across[near * width + x];
    }
  }
  return out;
}

/** The outline as a canvas to draw at the mask's left and top. The mask needs REACH pixels of margin. */
export function drawOutline(mask, inner = [24, 24, 24], outer = [244, 244, 244]) {
  const { data, width, height } = mask, picture = new ImageData(width, height), edge = edgeOf(mask);
  const pixels = new Uint32Array(picture.data.buffer);
  for (const [reach, colour] of [[REACH, outer], [1, inner]]) {
    const [red, green, blue] = colour, number = new Uint32Array(new Uint8Array([red, green, blue, 255]).buffer)[0];
    for (const at of edge) {
      for (let row = at - reach * width; row <= at + reach * width; row += width) {
        for (let near = row - reach; near <= row + reach; near++) if (!data[near]) pixels[near] = number;
      }
    }
  }
  return onCanvas(picture);
}

/** Where the mask's pixels beside its outside are: what is within reach of the mask is within reach of these. */
function edgeOf({ data, width }) {
  const edge = [];
  for (let at = data.indexOf(1); at >= 0 && at < data.length; at++) {
    if (data[at] && !(data[at - 1] && data[at + 1] && data[at - width] && data[at + width])) edge.push(at);
  }
  return edge;
}

export function onCanvas(picture) {
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
}
