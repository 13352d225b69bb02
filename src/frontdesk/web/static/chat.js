/* The conversation on the page. Everything a person wrote is put in as text, never as markup. */
import { Devices, refuseFiles } from "./chat-devices.js";
import { Line } from "./chat-line.js";
import { canTalk, Talk } from "./chat-talk.js";

const { practice, longest, link, stays, texts: json, talk: talkJson } = document.body.dataset;
const texts = JSON.parse(json);
const most = Number(longest);
const embedded = document.body.classList.contains("embedded");
const [live, log, scroll, choices, typing, slow, state, fault, writer, text, send, count, newer] = [
  "live", "log", "scroll", "choices", "typing", "slow", "state", "fault", "writer", "text", "send", "count", "newer",
].map((id) => document.getElementById(id));

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g;
const SLOW_MS = 20_000;
const SETTLE_MS = 1_500; // a line that is back by then was never missed
const HUSH_MS = 400; // what stood there before is not read out
const isTouched = matchMedia("(pointer: coarse)").matches;
const starters = [...choices.children];
let hidden = false;
let unread = 0;
let follows = true; // what is new is shown, unless one has scrolled up to read what is older
let top = 0;
let timers = {};

const devices = new Devices(texts);
const line = new Line(practice, {
  cleared() {
    log.replaceChildren();
    offer(starters);
  },
  shown(messages) {
    for (const message of messages) insert(message);
    showDays();
    offerAnswers(messages.at(-1));
    if (follows || messages.at(-1).author === "patient") toEnd();
    else newer.hidden = false;
    tellUnread(messages.filter((message) => message.author !== "patient").length);
  },
  waiting(isWaiting) {
    typing.hidden = !isWaiting;
    typing.querySelector("b").textContent = isWaiting ? texts.typing : "";
    clearTimeout(timers.slow);
    slow.hidden = true;
    if (isWaiting) timers.slow = setTimeout(() => show(slow, texts.slow), SLOW_MS);
    if (isWaiting && follows) toEnd();
  },
  stored(id, seq) {
    const sent = log.querySelector(`[data-id="${id}"]`);
    if (seq === null || log.querySelector(`[data-seq="${seq}"]`)) return void sent?.remove();
    if (!sent) return;
    sent.dataset.seq = seq;
    sent.classList.remove("unsent");
    sent.querySelector("footer").textContent = "";
  },
  refused(id, why) {
    const sent = log.querySelector(`[data-id="${id}"]`);
    if (sent) text.value = [sent.querySelector(".bubble").textContent, text.value].filter(Boolean).join("\n");
    sent?.remove();
    grow();
    show(fault, texts[why] || texts.not_sent);
  },
  state(name) {
    clearTimeout(timers.state);
    if (name === "on") {
      state.hidden = true;
      setTimeout(readOut, HUSH_MS);
    } else timers.state = setTimeout(() => show(state, name === "offline" ? texts.offline : texts.connecting), SETTLE_MS);
  },
  standing({ expects, others }) {
    text.autocomplete = expects === "code" ? "one-time-code" : "off"; // a phone then offers the one it was texted
    devices.stand(others);
    if (link && stays === "yes") history.replaceState(null, "", `/chat/${encodeURIComponent(practice)}`);
  },
  linked(address, until) {
    devices.linked(address, until);
  },
  over() {
    talk?.hangUp();
    show(fault, texts.link_over);
    devices.stand(null);
  },
  gone() {
    show(state, texts.not_sent);
    writer.hidden = true;
  },
}, { link, stays: stays === "yes" });

const talk = talkJson && canTalk() ? new Talk(practice, JSON.parse(talkJson), {
  token: () => line.greeted && line.memory.token,
  begun() {
    fault.hidden = true;
    readOut();
  },
  spoken() {
    if (!line.thread) line.ping(); // the conversation has just begun, and nobody has told this page
  },
  over(words, isFault) {
    readOut();
    if (isFault) show(fault, words);
  },
}) : null;

devices.reach((what) => line.ask(what));
refuseFiles(() => show(fault, texts.no_files));
for (const message of line.unsent) showUnsent(message.id, message.text);
line.open();

writer.addEventListener("submit", (event) => {
  event.preventDefault();
  say(text.value);
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say(text.value);
});
text.addEventListener("input", grow);
choices.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && say(button.textContent.trim())) toWriter();
});
newer.addEventListener("click", toEnd);
scroll.addEventListener("scroll", () => {
  if (isAtEnd()) newer.hidden = follows = true;
  else if (scroll.scrollTop < top) follows = false; // upwards: nothing but a person scrolls so
  top = scroll.scrollTop;
});
send.disabled = false; // until now nobody would have heard it: the page would have been loaded again without the words

if (embedded) {
  const tellHost = (message) => parent.postMessage(message, "*"); // names no person and no word of the conversation
  document.getElementById("close").addEventListener("click", () => tellHost({ frontdesk: "close" }));
  document.addEventListener("keydown", (event) => event.key === "Escape" && !devices.dialog.open && tellHost({ frontdesk: "close" }));
  addEventListener("message", (event) => {
    if (event.source !== parent) return;
    hidden = event.data?.frontdesk === "hidden";
    if (hidden) talk?.hangUp(); // nobody is heard by a page that they cannot see
    else {
      tellUnread(-unread);
      toWriter();
    }
  });
}

function say(words) {
  const said = words.trim();
  if (!said) return false;
  if (said.length > most) {
    show(fault, texts.too_long);
    return false;
  }
  fault.hidden = true;
  showUnsent(line.send(said), said);
  offer([]);
  if (words === text.value) text.value = "";
  grow();
  toEnd();
  return true;
}

/** New messages are told to a screen reader, unless a voice is saying them. */
function readOut() {
  live.setAttribute("aria-live", talk?.isOn ? "off" : "polite");
}

/** The keyboard goes on where one writes; on a touch screen that would cover what there is to read. */
function toWriter() {
  (isTouched ? scroll : text).focus({ preventScroll: true });
}

function showUnsent(id, words) {
  const made = bubble({ author: "patient", text: words, clock: texts.sending });
  made.dataset.id = id;
  made.classList.add("unsent");
  log.append(made);
}

/** Put a stored message in its place: by number, and before what is still on its way. */
function insert(message) {
  const known = log.querySelector(`[data-seq="${message.seq}"]`);
  if (known && !known.dataset.id) return;
  const made = bubble(message);
  made.dataset.seq = message.seq;
  made.dataset.day = message.day;
  if (known) return void settle(known, made);
  const after = [...log.children].find(
    (other) => other.classList.contains("unsent") || Number(other.dataset.seq) > message.seq,
  );
  log.insertBefore(made, after || null);
}

/** One of ours that came back as it was stored. It stays in its place, so that it is not read out again. */
function settle(known, made) {
  delete known.dataset.id;
  known.dataset.day = made.dataset.day;
  for (const part of ["footer", ".bubble"]) {
    const [mine, stored] = [known.querySelector(part), made.querySelector(part)];
    if (mine.textContent !== stored.textContent) mine.replaceWith(stored);
  }
}

function bubble(message) {
  const made = element("li", `message ${message.author}`);
  const who = { patient: texts.you, staff: texts.team }[message.author] || texts.assistant;
  const words = element("p", "bubble");
  words.append(...linked(message.text));
  const time = element("footer");
  time.textContent = message.clock;
  made.append(element("span", "unseen", `${who}: `), words, time);
  return made;
}

/** The text, with each address in it as a link that shows where it leads. */
function* linked(words) {
  let after = 0;
  for (const found of words.matchAll(LINK)) {
    yield words.slice(after, found.index);
    const link = element("a", "", short(found[0]));
    Object.assign(link, { href: found[0], target: "_blank", rel: "noopener noreferrer" });
    yield link;
    after = found.index + found[0].length;
  }
  yield words.slice(after);
}

/** A line with the date above the first message of each day, and a time below the last of each row. */
function showDays() {
  let day = null;
  for (const message of [...log.querySelectorAll(".message[data-seq]")]) {
    const above = message.previousElementSibling?.classList.contains("day") ? message.previousElementSibling : null;
    const begins = message.dataset.day && message.dataset.day !== day;
    day = message.dataset.day || day;
    if (!begins) above?.remove();
    else if (!above) message.before(element("li", "day", day));
    else if (above.textContent !== day) above.textContent = day;
  }
}

/** A long address without its scheme and its end; where it leads stays to be seen. */
function short(address) {
  const shown = address.replace(/^https?:\/\//, "");
  return shown.length <= 44 ? shown : `${shown.slice(0, 40)}…`;
}

function offerAnswers(last) {
  if (last.author === "patient") return void offer([]);
  offer(last.buttons.map((words) => Object.assign(element("button", "", words), { type: "button" })));
}

function offer(buttons) {
  choices.replaceChildren(...buttons);
  choices.hidden = buttons.length === 0;
}

function tellUnread(more) {
  if (!embedded) return;
  unread = hidden ? unread + more : 0;
  parent.postMessage({ frontdesk: "unread", count: unread }, "*");
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
  const length = text.value.trim().length;
  count.hidden = length < most * 0.9;
  count.textContent = `${length.toLocaleString()} / ${most.toLocaleString()}`;
  count.classList.toggle("over", length > most);
  if (length <= most && fault.textContent === texts.too_long) fault.hidden = true;
}

function isAtEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
}

function toEnd() {
  newer.hidden = follows = true;
  scroll.scrollTop = scroll.scrollHeight;
}

function show(place, words) {
  place.textContent = words;
  place.hidden = false;
}

function element(name, classes = "", words = "") {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.textContent = words;
  return made;
}
