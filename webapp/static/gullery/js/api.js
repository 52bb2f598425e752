// Calls to our own server. Every failure is one of four kinds, and the caller decides what to keep.

import { gettext } from "gullery/spoken";

/** No answer, or one that says "later". */
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
  if (response.ok) return answer;
  throw failure(response, answer?.error);
}

function failure(response, problem) {
  const { status } = response;
  if (status === 401 || problem?.code === "csrf_failed" || response.type === "opaqueredirect") return new SignedOut(gettext("You are signed out."));
  if (!problem || status >= 500 || status === 429 || status === 408) return new Away(problem?.message ?? gettext("The server answered {status}.", { status }));
  return new Refused(status, problem.code, problem.message);
}
