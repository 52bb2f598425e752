// Asks the service worker to keep this page and its files for a time without a server. Only secure pages have one.

const SOON_MS = 1500;

export function keepPage(worker) {
  if (!("serviceWorker" in navigator)) return;
  setTimeout(async () => {
    try {
      await navigator.serviceWorker.register(worker, { scope: "/" });
      const { active } = await navigator.serviceWorker.ready;
      const files = performance.getEntriesByType("resource").map((entry) => new URL(entry.name)).filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
      active.postMessage({ keep: [location.pathname, ...files.map((url) => url.pathname)] });
    } catch { /* without it a reload needs the server; nothing else changes */ }
  }, SOON_MS);
}
