/* The phone's own manners: Enter sends, the thread stays at its end, the number is remembered on this browser. */
const number = document.getElementById("number");
const thread = document.getElementById("thread");
const form = document.getElementById("send");
const text = document.getElementById("sms");
const KEPT = "frontdesk:phone";

const kept = localStorage.getItem(KEPT);
if (kept && kept !== number.value) {
  number.value = kept;
  number.dispatchEvent(new Event("change", { bubbles: true }));
}
number.addEventListener("focus", () => number.select());
number.addEventListener("change", () => {
  number.value = number.value.replace(/[^+\d]/g, "");
  if (number.validity.valid) localStorage.setItem(KEPT, number.value);
});

text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (text.value.trim()) form.requestSubmit();
});
text.addEventListener("input", grow);
form.addEventListener("htmx:beforeRequest", () => {
  text.value = "";
  grow();
});
document.getElementById("ideas").addEventListener("click", (event) => {
  const idea = event.target.closest("button");
  if (!idea) return;
  text.value = idea.textContent;
  grow();
  text.focus();
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === thread) thread.scrollTop = thread.scrollHeight;
});

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
}
