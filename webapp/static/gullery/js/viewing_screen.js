// What a page can know of screen and window, and the list that says so.

const FULL_WIDTH = 0.95, FULL_HEIGHT = 0.75; // as annotation/actions/viewing.py judges it
const matches = (query) => window.matchMedia(query).matches;

export function screenFacts() {
  return {
    screen_width: window.screen.width,
    screen_height: window.screen.height,
    window_width: window.innerWidth,
    window_height: window.innerHeight,
    device_pixel_ratio: window.devicePixelRatio,
    colour_gamut: ["rec2020", "p3", "srgb"].find((gamut) => matches(`(color-gamut: ${gamut})`)) ?? "",
    high_dynamic_range: matches("(dynamic-range: high)"),
    dark_mode: matches("(prefers-color-scheme: dark)"),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "",
  };
}

export function showFacts(list, least) {
  const facts = screenFacts();
  const line = (name) => list.querySelector(`[data-fact=${name}]`);
  const judge = (name, good) => {
    for (const part of line(name).querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "good") !== good;
  };
  fill(line("screen").querySelector("[data-text]"), { size: `${facts.screen_width} × ${facts.screen_height}` });
  judge("screen", facts.screen_width >= least.width && facts.screen_height >= least.height);
  const wide = facts.window_width >= Math.floor(FULL_WIDTH * facts.screen_width);
  judge("window", wide && facts.window_height >= Math.floor(FULL_HEIGHT * facts.screen_height));
  judge("gamut", facts.colour_gamut !== "");
  line("range").hidden = !facts.high_dynamic_range;
  line("dark").hidden = !facts.dark_mode;
}

/** Puts values into the sentence that the page brought along. */
export function fill(element, values) {
  element.textContent = element.dataset.text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
