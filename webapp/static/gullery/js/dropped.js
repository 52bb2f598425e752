// What was dropped: files, and the files in folders with their paths.

/** Resolves to a list of {name, file}. */
export async function droppedFiles(transfer) {
  const roots = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!roots.length) return [...transfer.files].map((file) => ({ name: file.name, file }));
  const found = await Promise.all(roots.map((root) => filesIn(root, "")));
  return found.flat();
}

async function filesIn(entry, folder) {
  const name = folder + entry.name;
  if (entry.isFile) return [{ name, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) }];
  const inside = await Promise.all((await entriesOf(entry)).map((child) => filesIn(child, `${name}/`)));
  return inside.flat();
}

/** A folder is read in pieces of a hundred. */
async function entriesOf(folder) {
  const reader = folder.createReader(), all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some);
  }
}
