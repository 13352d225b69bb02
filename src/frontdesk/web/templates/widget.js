// Frontdesk's chat launcher. Put on a page as
//   <script src="https://desk.example.com/chat/smile/widget.js" async></script>
// It draws a button, and on the first click a frame from our own origin: nothing on this page can read what is
// said in it. It sets no cookie, and needs no inline style or script to be allowed.
(() => {
  "use strict";

  const WORDS = {{ words | tojson }};
  const OWN = {{ own | tojson }};
  const NARROW = "(max-width: 480px), (max-height: 540px)"; // a small screen, or a large one that is zoomed
  const script = document.currentScript;
  const practice = OWN.practice || script?.dataset.practice;
  if (!practice || document.querySelector("frontdesk-chat")) return;
  const origin = new URL(script.src).origin;
  const language = (document.documentElement.lang || "en").slice(0, 2).toLowerCase();
  const words = WORDS[language] || WORDS.en;

  const STYLE = `
    :host { all: initial; --accent: #0f6b5c; --on-accent: #fff; font: 16px/1.4 system-ui, -apple-system, sans-serif; }
    button { position: fixed; z-index: 2147483000; right: max(20px, env(safe-area-inset-right));
      bottom: max(20px, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: 10px; height: 56px;
      min-width: 56px; padding: 0 22px 0 18px; border: 0; border-radius: 28px; color: var(--on-accent);
      background: var(--accent); font: 600 16px/1 system-ui, -apple-system, sans-serif; cursor: pointer;
      box-shadow: 0 2px 6px rgb(0 0 0 / .18), 0 10px 30px rgb(0 0 0 / .2); transition: transform .15s ease; }
    button:hover { transform: translateY(-2px); }
    button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    button[aria-expanded=true] { padding: 0; justify-content: center; }
    button[aria-expanded=true] span { display: none; }
    @media (forced-colors: active) { button { border: 1px solid; } }
    svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round; }
    .cross, [aria-expanded=true] .bubble { display: none; }
    [aria-expanded=true] .cross { display: block; }
    .unread { position: absolute; top: -4px; right: -2px; min-width: 22px; height: 22px; border-radius: 11px;
      background: #b3261e; color: #fff; font: 700 12px/22px system-ui, sans-serif; text-align: center; }
    .unread[hidden] { display: none; }
    .panel { position: fixed; z-index: 2147483000; inset: auto max(20px, env(safe-area-inset-right)) 92px auto;
      width: 400px; height: min(660px, calc(100vh - 116px)); max-width: none; max-height: none; margin: 0; padding: 0;
      border: 0; border-radius: 18px; overflow: hidden; background: #fff;
      box-shadow: 0 4px 12px rgb(0 0 0 / .12), 0 24px 64px rgb(0 0 0 / .28); transform-origin: bottom right;
      animation: rise .18s ease-out; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @keyframes rise { from { opacity: 0; transform: translateY(12px) scale(.98); } }
    @media ${NARROW} {
      .panel { inset: 0; width: 100%; height: 100%; border-radius: 0; }
      button[aria-expanded=true] { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { .panel { animation: none; } button { transition: none; } }
    @media print { button, .panel { display: none; } }
  `;

  const host = document.createElement("frontdesk-chat");
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet(); // a page's policy forbids style elements, not sheets that its scripts make
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const asked = usable(script.dataset.color);
  const colour = asked || OWN.colour;
  if (colour) host.style.setProperty("--accent", colour);
  const title = OWN.name ? `${words.title} · ${OWN.name}` : words.title;

  const unread = element("b", { class: "unread", hidden: "" });
  const label = element("span", {}, words.open);
  const button = element("button", {
    type: "button", "aria-expanded": "false", "aria-haspopup": "dialog", "aria-controls": "panel",
    "aria-label": words.open,
  });
  button.append(icon("bubble", "M21 12a8 8 0 0 1-8 8H4l2-3.2A8 8 0 1 1 21 12z"), icon("cross", "M6 6l12 12M18 6L6 18"));
  button.append(label, unread);
  const panel = element("dialog", { class: "panel", id: "panel", "aria-label": title });
  root.append(panel, button);
  let frame = null;

  button.addEventListener("click", () => (panel.open ? close() : open()));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open && document.activeElement === host) close();
  });
  panel.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    if (event.data?.frontdesk === "close") close();
    if (event.data?.frontdesk === "unread") showUnread(Number(event.data.count) || 0);
  });
  document.body ? document.body.append(host) : addEventListener("DOMContentLoaded", () => document.body.append(host));

  function open() {
    if (!frame) {
      const address = new URL(`/chat/${encodeURIComponent(practice)}`, origin);
      address.search = new URLSearchParams({ embedded: "1", lang: language, ...(asked && { color: asked }) });
      frame = element("iframe", { title, src: address.href, allow: "clipboard-write; web-share; microphone" });
      frame.addEventListener("load", () => tell("shown"));
      panel.append(frame);
    }
    // Where it covers the page, nothing behind it can be reached until it is closed.
    matchMedia(NARROW).matches ? panel.showModal() : panel.show();
    unread.hidden = true;
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-label", words.close);
    frame.focus();
    tell("shown");
  }

  function close() {
    panel.close();
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-label", words.open);
    button.focus();
    tell("hidden");
  }

  function tell(what) {
    frame.contentWindow?.postMessage({ frontdesk: what }, origin);
  }

  function showUnread(count) {
    unread.hidden = count === 0 || panel.open;
    unread.textContent = count > 9 ? "9+" : String(count);
    if (!panel.open) button.setAttribute("aria-label", count ? words.unread.replace("{count}", count) : words.open);
  }

  // White has to be readable on it: a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3).
  function usable(value) {
    const hex = /^#([0-9a-f]{6})$/i.exec(value || "")?.[1];
    if (!hex) return null;
    const [red, green, blue] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5 ? `#${hex}` : null;
  }

  function element(name, attributes, text) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  }

  function icon(name, path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", name);
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }
})();
