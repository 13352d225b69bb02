/* The line to the desk. It keeps the token, sends each message until it is stored, and comes back by itself.
 *
 * `page` is told: cleared(), shown(messages), waiting(bool), stored(id, seq), refused(id, why), state(name) with
 * "on", "off" (the line is down) or "offline" (this device is), and gone() when there is no such practice.
 */
const UNKNOWN_PRACTICE = 4404;
const PING_MS = 25_000;
const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 30_000;

export class Line {
  constructor(practice, page) {
    this.page = page;
    this.address = new URL(`/chat/${encodeURIComponent(practice)}/socket`, location.href);
    this.address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.memory = new Memory(`frontdesk:chat:${practice}`);
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
    socket.onopen = () =>
      socket.send(JSON.stringify({ token: this.memory.token, thread: this.thread, after: this.after }));
    socket.onmessage = (event) => this.read(JSON.parse(event.data));
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  /** Send a message; its id names it until it is stored, so that sending it twice stores it once. */
  send(text) {
    const id = newId();
    this.memory.keep({ id, text });
    if (this.greeted) this.socket.send(JSON.stringify({ id, text }));
    else this.open();
    return id;
  }

  read(frame) {
    clearTimeout(this.patience);
    clearTimeout(this.next);
    this.next = setTimeout(() => this.ping(), PING_MS);
    if ("token" in frame) this.readThread(frame);
    if ("stored" in frame) this.settle(frame.stored, () => this.page.stored(frame.stored, frame.seq));
    if ("refused" in frame) this.settle(frame.refused, () => this.page.refused(frame.refused, frame.why));
  }

  readThread(frame) {
    if (frame.token !== this.memory.token || (this.thread && frame.thread !== this.thread)) {
      if (this.thread) this.page.cleared();
      this.after = 0;
      this.memory.token = frame.token;
    }
    this.thread = frame.thread;
    this.held.push(...frame.messages.filter((message) => message.seq > this.after));
    this.after = Math.max(this.after, ...frame.messages.map((message) => message.seq));
    this.isWaiting = frame.waiting;
    if (!this.greeted) {
      this.greeted = true;
      this.attempt = 0;
      this.page.state("on");
      for (const message of this.unsent) this.socket.send(JSON.stringify(message));
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

  lost(socket, code) {
    if (socket !== this.socket) return;
    this.socket = null;
    this.greeted = false;
    clearTimeout(this.patience);
    clearTimeout(this.next);
    if (code === UNKNOWN_PRACTICE) return void this.page.gone();
    this.page.state(navigator.onLine ? "off" : "offline");
    const pause = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** this.attempt++) * (0.5 + Math.random());
    this.retry = setTimeout(() => this.open(), pause);
  }
}

/** What outlives the page: the token, and what was not sent yet. In a frame whose storage is closed, nothing does. */
class Memory {
  constructor(name) {
    this.name = name;
    this.kept = { token: null, unsent: [] };
    try {
      const kept = JSON.parse(localStorage.getItem(name));
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

  get unsent() {
    return this.kept.unsent;
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
      localStorage.setItem(this.name, JSON.stringify(this.kept));
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
