/* The line to the desk. It keeps the token, sends each message until it is stored, and comes back by itself.
 *
 * `page` is told: cleared(), shown(messages), waiting(bool), stored(id, seq), refused(id, why), state(name) with
 * "on", "off" (the line is down) or "offline" (this device is), standing({ expects, others }), linked(address, until),
 * over() when this browser may not stay in the conversation, and gone() when there is no such practice.
 *
 * `way` is the link that this browser came by, if it did, and whether it `stays`: goes on with the conversation later,
 * too, and not only in this tab.
 */
const UNKNOWN_PRACTICE = 4404;
const LINK_OVER = 4401;
const PING_MS = 25_000;
const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 30_000;

export class Line {
  constructor(practice, page, way = { link: "", stays: true }) {
    this.page = page;
    this.link = way.link;
    this.address = new URL(`/chat/${encodeURIComponent(practice)}/socket`, location.href);
    this.address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.address.searchParams.set("lang", document.documentElement.lang);
    const name = `frontdesk:chat:${practice}`;
    this.memory = way.stays ? new Memory(name, () => localStorage) : new Memory(`${name}:${way.link}`, () => sessionStorage);
    this.thread = null;
    this.after = 0;
    this.attempt = 0;
    this.held = [];
    addEventListener("online", () => this.open());
    addEventListener("offline", () => this.page.state("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.open());
  }

  /** Messages that were written but are not known to be stored, oldest first. */
  get unsent() {
    return this.memory.unsent;
  }

  open() {
    if (this.socket) return;
    clearTimeout(this.retry);
    const socket = (this.socket = new WebSocket(this.address));
    this.greeted = false;
    this.expectFrame();
    socket.onopen = () => socket.send(JSON.stringify(this.hello()));
    socket.onmessage = (event) => this.read(JSON.parse(event.data));
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  hello() {
    const hello = { token: this.memory.token, thread: this.thread, after: this.after };
    return this.link ? { ...hello, link: this.link, fresh: this.memory.fresh } : hello;
  }

  /** Ask for a link to this conversation, or for the browsers that came by one to be shut out; false: not now. */
  ask(what) {
    if (this.greeted) this.socket.send(JSON.stringify({ [what]: true }));
    return this.greeted;
  }

  /** Send a message; its id names it until it is stored, so that sending it twice stores it once. */
  send(text) {
    const id = newId();
    this.memory.keep({ id, text });
    if (this.greeted) this.deliver({ id, text });
    else this.open();
    return id;
  }

  /** Each message is answered: a line that brings nothing is dead, though nobody has closed it. */
  deliver(message) {
    this.socket.send(JSON.stringify(message));
    this.expectFrame();
  }

  read(frame) {
    clearTimeout(this.patience);
    clearTimeout(this.next);
    this.next = setTimeout(() => this.ping(), PING_MS);
    if ("token" in frame) this.readThread(frame);
    if ("link" in frame) this.page.linked(frame.link, frame.until);
    if ("stored" in frame) this.settle(frame.stored, () => this.page.stored(frame.stored, frame.seq));
    if ("refused" in frame) this.settle(frame.refused, () => this.page.refused(frame.refused, frame.why));
  }

  readThread(frame) {
    if (frame.token !== this.memory.token || (this.thread && frame.thread !== this.thread)) {
      if (this.thread) this.page.cleared();
      this.after = 0;
      this.memory.token = frame.token;
    }
    this.link = "";
    this.thread = frame.thread;
    this.held.push(...frame.messages.filter((message) => message.seq > this.after));
    this.after = Math.max(this.after, ...frame.messages.map((message) => message.seq));
    this.isWaiting = frame.waiting;
    this.page.standing(frame);
    if (!this.greeted) {
      this.greeted = true;
      this.attempt = 0;
      this.page.state("on");
      for (const message of this.unsent) this.deliver(message);
    }
    this.release();
  }

  settle(id, tell) {
    this.memory.drop(id);
    tell();
    this.release();
  }

  /** Stored messages wait while one of ours is on its way: only its answer says which of them it is. */
  release() {
    if (this.unsent.length) return;
    const messages = this.held.splice(0);
    if (messages.length) this.page.shown(messages);
    this.page.waiting(this.isWaiting);
  }

  ping() {
    this.socket?.send(JSON.stringify({ ping: true }));
    this.expectFrame();
  }

  expectFrame() {
    clearTimeout(this.patience);
    const socket = this.socket;
    this.patience = setTimeout(() => {
      this.lost(socket, 0);
      socket.close();
    }, PATIENCE_MS);
  }

  /** The link let nobody in, or lets this browser stay no longer: it goes on with a conversation of its own. */
  leave() {
    if (!this.link) this.memory.leave();
    if (this.thread) this.page.cleared();
    this.link = "";
    this.thread = null;
    this.after = 0;
    this.held = [];
    this.page.over();
    this.open();
  }

  lost(socket, code) {
    if (socket !== this.socket) return;
    this.socket = null;
    this.greeted = false;
    clearTimeout(this.patience);
    clearTimeout(this.next);
    if (code === UNKNOWN_PRACTICE) return void this.page.gone();
    if (code === LINK_OVER) return void this.leave();
    this.page.state(navigator.onLine ? "off" : "offline");
    const pause = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** this.attempt++) * (0.5 + Math.random());
    this.retry = setTimeout(() => this.open(), pause);
  }
}

/** A token that nobody guesses: 256 bits, 43 letters. */
function newToken() {
  const bytes = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What outlives the page: the token, and what was not sent yet. In a frame whose storage is closed, nothing does. */
class Memory {
  constructor(name, place) {
    this.name = name;
    this.place = place;
    this.kept = { token: null, unsent: [] };
    try {
      const kept = JSON.parse(place().getItem(name));
      if (typeof kept?.token === "string" && Array.isArray(kept.unsent)) this.kept = kept;
    } catch {
      /* closed or unreadable: begin anew */
    }
  }

  get token() {
    return this.kept.token;
  }

  set token(token) {
    this.kept.token = token;
    this.write();
  }

  /** What this browser is to be known by once a link has let it in. The same however often it has to ask. */
  get fresh() {
    if (!this.kept.fresh) {
      this.kept.fresh = newToken();
      this.write();
    }
    return this.kept.fresh;
  }

  get unsent() {
    return this.kept.unsent;
  }

  leave() {
    this.kept = { token: null, unsent: this.kept.unsent };
    this.write();
  }

  keep(message) {
    this.kept.unsent.push(message);
    this.write();
  }

  drop(id) {
    this.kept.unsent = this.kept.unsent.filter((message) => message.id !== id);
    this.write();
  }

  write() {
    try {
      this.place().setItem(this.name, JSON.stringify(this.kept));
    } catch {
      /* this page remembers, the next one will not */
    }
  }
}

/** A random UUID. `crypto.randomUUID` exists on https and localhost only. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
