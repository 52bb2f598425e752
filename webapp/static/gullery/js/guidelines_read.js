// Which guidelines somebody has had before their eyes in this browser. Votes say it to the server; before the first vote, this does.

import * as store from "gullery/store";

const keyOf = (user, study) => `${user}:${study}`;

/** The number, or 0 where none is known. */
export async function numberRead(user, study) {
  const row = await store.get("guidelines", keyOf(user, study)).catch(() => null);
  return row?.number ?? 0;
}

export function noteRead(user, study, number) {
  return store.put("guidelines", { key: keyOf(user, study), number }).catch(() => {});
}
