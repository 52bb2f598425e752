// Pictures at one picture pixel for one pixel of the screen, whatever the screen's or the page's zoom.

export function trueSize(root = document) {
  for (const image of root.querySelectorAll("img.true-size")) {
    image.style.width = `${image.getAttribute("width") / devicePixelRatio}px`;
    image.style.height = "auto";
  }
}

/** Now, and whenever the ratio changes. */
export function keepTrueSize(root = document) {
  trueSize(root);
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => keepTrueSize(root), { once: true });
}
