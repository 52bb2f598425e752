// A laptop that slept, a page the browser stopped, a clock that was set: the page's own beat then comes much too late.

const BEAT_MS = 2000;
const JUMP_MS = 20_000;

/** Calls `woken` after each such gap; `late` is the gap in milliseconds, by whichever clock saw more of it. */
export function onWake(woken) {
  let last = { wall: Date.now(), steady: performance.now() };
  const beat = () => {
    const now = { wall: Date.now(), steady: performance.now() };
    const late = Math.max(Math.abs(now.wall - last.wall), now.steady - last.steady) - BEAT_MS;
    last = now;
    if (late > JUMP_MS) woken(late);
  };
  setInterval(beat, BEAT_MS);
  document.addEventListener("resume", beat);
  window.addEventListener("pageshow", (event) => { if (event.persisted) beat(); });
}
