/* The console's manners: keys, the reply box, what to tell when something was refused, and the thread's end in view. */
const base = document.body.dataset.base;
const keys = document.getElementById("keys");
const keysOn = document.getElementById("keys-on");
const trouble = document.getElementById("trouble");
const lost = document.getElementById("lost");
const PLACES = { i: "/inbox", c: "/calendar", p: "/patients", w: "/waiting" };
const BUTTONS = { t: "take", g: "give-back" };
const LIVE = new Set(["list", "thread", "side", "card"]);
const waiting = new Set();
let pressed = false;
let atEnd = true;
let toReply = false;
let hide = 0;

keysOn.checked = localStorage.getItem("desk-keys") !== "off";
keysOn.addEventListener("change", () => localStorage.setItem("desk-keys", keysOn.checked ? "on" : "off"));
document.getElementById("show-keys").addEventListener("click", () => keys.showModal());
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
toEnd();

/* What a page asks by itself keeps nobody's session alive. */
document.body.addEventListener("htmx:configRequest", (event) => {
  const by = event.detail.triggeringEvent?.type ?? "";
  if (by.startsWith("sse:") || by === "load" || by.startsWith("every")) event.detail.headers["X-By-Itself"] = "1";
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse } = event.detail;
  if (target.id === "thread") atEnd = isAtEnd();
  /* What is as it was is not drawn anew: a click that is under way would be lost. */
  if (!LIVE.has(target.id)) return;
  if (same(serverResponse, target)) event.detail.shouldSwap = false;
  else if (pressed) {
    event.detail.shouldSwap = false;
    waiting.add(target);
  }
});
document.addEventListener("pointerdown", () => { pressed = true; });
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => {
    pressed = false;
    for (const target of waiting) setTimeout(() => anew(target), 50);
    waiting.clear();
  });
}
document.body.addEventListener("htmx:afterSwap", (event) => {
  const { target } = event.detail;
  if (target.id === "thread") {
    if (atEnd) toEnd();
    if (toReply && document.querySelector("[data-mine]")) {
      toReply = false;
      reply()?.focus();
    }
  }
  if (target.id === "composer") reply()?.focus();
  if (target.id === "why") target.focus();
  if (target.id === "dialog" && !target.open) target.showModal();
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, xhr } = event.detail;
  if (successful) return;
  toReply = false;
  if (elt.tagName === "FORM" || elt.tagName === "BUTTON") tell(xhr?.status === 409 ? xhr.responseText : document.title);
});
/* Whoever takes a conversation over goes on to write in it; the thread may come before the answer does. */
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt.tagName === "FORM" && elt.querySelector("#take")) toReply = true;
});
document.body.addEventListener("htmx:sseOpen", () => { lost.hidden = true; });
document.body.addEventListener("htmx:sseError", () => { lost.hidden = false; });

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form && event.target.tagName === "TEXTAREA") {
    event.target.form.requestSubmit(event.target.form.querySelector("[value=send]") ?? undefined);
    return;
  }
  if (event.key === "Escape" && writing) { event.target.blur(); return; }
  if (writing || event.ctrlKey || event.metaKey || event.altKey || !keysOn.checked) return;
  if (document.querySelector("dialog[open]")) return;
  if (act(event.key)) event.preventDefault();
});

/** Whether the key does something here. */
function act(key) {
  if (key === "?") return keys.showModal() ?? true;
  if (key in PLACES) return go(PLACES[key]);
  if (key in BUTTONS) return press(document.getElementById(BUTTONS[key]));
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  if (key === "r") return focus(document.querySelector("[data-mine]") && reply());
  if (key === "n") return note();
  if (key === "/") return document.getElementById("search") ? focus(document.getElementById("search")) : go("/patients");
  return false;
}

function go(path) {
  const link = document.querySelector(`.bar nav a[href="${base}${path}"]`);
  return press(link);
}

function press(button) {
  button?.click();
  return Boolean(button);
}

function focus(field) {
  field?.focus();
  return Boolean(field);
}

function step(by) {
  const rows = [...document.querySelectorAll(".rows a.open")];
  const now = rows.findIndex((row) => row === document.activeElement);
  const from = now >= 0 ? now : rows.findIndex((row) => row.hasAttribute("aria-current"));
  return focus(rows[Math.min(rows.length - 1, Math.max(0, from + by))]);
}

function note() {
  const box = document.querySelector(".noting");
  if (box) box.open = true;
  return focus(document.getElementById("note"));
}

function reply() {
  return document.getElementById("reply");
}

function said() {
  return document.getElementById("said");
}

function isAtEnd() {
  const list = said();
  return !list || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
}

function toEnd() {
  const list = said();
  if (list) list.scrollTop = list.scrollHeight;
}

function anew(target) {
  htmx.ajax("GET", target.getAttribute("hx-get"), { target, swap: "innerHTML", headers: { "X-By-Itself": "1" } });
}

function same(text, target) {
  const drawn = document.createElement("template");
  drawn.innerHTML = text;
  return drawn.innerHTML.trim() === target.innerHTML.trim();
}

function tell(text) {
  trouble.textContent = text;
  trouble.hidden = false;
  clearTimeout(hide);
  hide = setTimeout(() => { trouble.hidden = true; }, 8000);
}
