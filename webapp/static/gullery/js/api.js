// Calls to our own server. Every failure is one of four kinds, and the caller decides what to keep.

import { gettext } from "gullery/spoken";

/** No answer, one that says "later", or one that is not our server's: a portal's page, a proxy's words, half of ours. */
export class Away extends Error {}
/** The session is over. */
export class SignedOut extends Error {}
/** The server understood and said no. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const PATIENCE_MS = 20_000;

export function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** The server's answer; null only where it says that there is nothing to say (204). */
export async function call(method, url, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response, answer;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    response = await fetch(url, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin", redirect: "manual", signal });
    answer = response.status === 204 ? null : await response.json().catch(() => null);
  } catch (error) {
    throw new Away(error.message);
  }
  if (response.status === 204 || (response.ok && answer)) return answer;
  throw failure(response, answer?.error);
}

function failure(response, problem) {
  const { status } = response;
  if (status === 401 || problem?.code === "csrf_failed" || response.type === "opaqueredirect") return new SignedOut(gettext("You are signed out."));
  if (!problem?.code || status >= 500 || status === 429 || status === 408) return new Away(problem?.message ?? gettext("The server answered {status}.", { status }));
  return new Refused(status, problem.code, problem.message);
}
