// A few rows in the browser's own database, so that a reload, a crash or a lost network loses nothing.

const SHELVES = ["drafts", "outbox", "seats", "guidelines"]; // older versions had fewer; their rows stay as they are
const VERSION = 3;
const PATIENCE_MS = 4000;
let opening = null;

/** A tab that still runs an older page may hold the database; then this page does without until it lets go. */
function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("gullery", VERSION);
    request.onupgradeneeded = () => {
      for (const name of SHELVES) if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath: "key" });
    };
    request.onsuccess = () => {
      request.result.onversionchange = request.result.onclose = () => { request.result.close(); opening = null; };
      opening = Promise.resolve(request.result); // perhaps long after its time was up
      resolve(request.result);
    };
    request.onerror = () => { opening = null; reject(request.error); };
    setTimeout(() => { reject(new Error("The browser's database does not open.")); }, PATIENCE_MS);
  });
  return opening;
}

async function on(shelf, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(shelf, mode, { durability: "strict" });
    const request = work(transaction.objectStore(shelf));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const put = (shelf, row) => on(shelf, "readwrite", (rows) => rows.put(row));
export const get = (shelf, key) => on(shelf, "readonly", (rows) => rows.get(key));
export const remove = (shelf, key) => on(shelf, "readwrite", (rows) => rows.delete(key));
export const all = (shelf) => on(shelf, "readonly", (rows) => rows.getAll());
