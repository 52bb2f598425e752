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
  const near = grow(mask, 1), far = grow(mask, REACH);
  const picture = new ImageData(mask.width, mask.height);
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i] || !far[i]) continue;
    picture.data.set(near[i] ? inner : outer, 4 * i);
    picture.data[4 * i + 3] = 255;
  }
  return onCanvas(picture);
}

export function onCanvas(picture) {
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
}
