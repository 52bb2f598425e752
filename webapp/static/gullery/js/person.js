// Who is signed in. Another tab may have signed in somebody else: then nothing of this person's is sent in their name.

import { call, cookie, SignedOut } from "gullery/api";

export class SomebodyElse extends SignedOut {}

export class Person {
  /** `name` is the user name of the person whose page this is. */
  constructor(api, name) {
    Object.assign(this, { api, name, known: null });
  }

  /** As `call`, once it is sure that the session is this person's; the CSRF cookie changes whenever somebody signs in. */
  async call(method, url, body) {
    const token = cookie("csrftoken");
    if (token !== this.known) {
      const { username } = await call("GET", `${this.api}/session`);
      if (username !== this.name) throw new SomebodyElse(`${username} is signed in here now.`);
      this.known = token;
    }
    return call(method, url, body);
  }

  /** Signs in again without leaving the page. Raises Refused with the server's words for a wrong password. */
  async signIn(password) {
    await call("POST", `${this.api}/session`, { username: this.name, password });
    this.known = null;
  }
}
