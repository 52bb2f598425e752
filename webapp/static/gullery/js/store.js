// A few rows in the browser's own database, so that a reload or a lost network loses nothing.

const SHELVES = ["drafts", "outbox"];
let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("gullery", 1);
    request.onupgradeneeded = () => SHELVES.forEach((name) => request.result.createObjectStore(name, { keyPath: "key" }));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
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
