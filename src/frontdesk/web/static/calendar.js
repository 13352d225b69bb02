/* The calendar's manners: dialogs open and close, the day opens where it is busy, and what is new lights up. */
const sheet = document.getElementById("sheet");
const dialog = document.getElementById("dialog");
const said = document.getElementById("said");
const live = document.getElementById("live");
let before = visitsShown();
let place = null;

scrollToStart();

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== sheet) return;
  before = visitsShown();
  const scrolled = sheet.querySelector(".day, .week");
  place = [scrolled.scrollLeft, scrolled.scrollTop];
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === dialog && !dialog.open) dialog.showModal();
  if (event.detail.target !== sheet) return;
  const scrolled = sheet.querySelector(".day, .week");
  [scrolled.scrollLeft, scrolled.scrollTop] = place;
  lightUp();
});
document.body.addEventListener("visit-entered", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

document.body.addEventListener("htmx:sseOpen", () => showLive(true));
document.body.addEventListener("htmx:sseError", () => showLive(false));

function showLive(isLive) {
  live.classList.toggle("lost", !isLive);
  live.querySelector("span").textContent = isLive ? "Live" : "Connecting…";
}

function visitsShown() {
  return new Map([...sheet.querySelectorAll("[data-visit]")].map((visit) => [visit.dataset.visit, visit.className]));
}

/** What was not there before, or was only held, is shown for a moment. */
function lightUp() {
  for (const visit of sheet.querySelectorAll("[data-visit]")) {
    const was = before.get(visit.dataset.visit);
    const isNew = was === undefined || (was.includes("held") && !visit.classList.contains("held"));
    if (!isNew) continue;
    visit.classList.add("fresh");
    said.textContent = `New in the calendar: ${visit.querySelector("b").textContent}, ${visit.querySelector(".start").textContent}`;
  }
}

function scrollToStart() {
  const day = sheet.querySelector(".day");
  const first = day?.querySelector("i.now") || day?.querySelector(".visit") || day?.querySelector(".cell.worked");
  if (first) day.scrollTop = Math.max(0, first.offsetTop - 120);
}
