/* Draws the calendar, asks the desk for each change before it counts, and puts back what was refused. */
const sheet = document.getElementById("calendar");
const dialog = document.getElementById("dialog");
const told = document.getElementById("told");
const copied = document.getElementById("copied");
const facts = sheet.dataset;
const weekly = facts.view === "week";
let range = null;
let fresh = null;
let shownText = "";
let columnsShown = "";
let known = null;
let again = 0;

const calendar = EventCalendar.create(sheet, {
  view: weekly ? "resourceTimelineWeek" : "resourceTimeGridDay",
  date: facts.first,
  firstDay: 1,
  locale: facts.language,
  headerToolbar: { start: "", center: "", end: "" },
  height: "100%",
  allDaySlot: false,
  slotDuration: weekly ? { days: 1 } : "00:30:00",
  snapDuration: weekly ? { days: 1 } : "00:15:00",
  columnWidth: weekly ? "minmax(10.5rem, 1fr)" : "minmax(8.5rem, 1fr)",
  ...(weekly ? {} : { slotHeight: 48, slotMinTime: facts.opens, slotMaxTime: facts.closes }),
  ...(facts.scroll ? { scrollTime: facts.scroll } : {}),
  nowIndicator: false,
  slotEventOverlap: false,
  eventDurationEditable: false,
  eventStartEditable: Boolean(facts.mayChange),
  selectable: Boolean(facts.mayChange) && !weekly,
  selectMinDistance: 4,
  resources: [],
  eventSources: [{ events: read }],
  eventContent: ({ event }) => ({ domNodes: drawn(event) }),
  eventDidMount: ({ el, event }) => named(el, event),
  eventAllUpdated: plain,
  eventClick: ({ event }) => event.display !== "background" && show(event.id),
  eventDrop: moved,
  dateClick: ({ dateStr, resource, jsEvent }) => facts.mayChange && jsEvent && form(dateStr, resource),
  select: ({ startStr, endStr, resource }) => {
    form(startStr, resource, Math.round((new Date(endStr) - new Date(startStr)) / 60000));
    calendar.unselect();
  },
});

document.body.addEventListener("visit-entered", () => dialog.close());
/* The calendar reads by itself what the line names: the request that htmx would send is not needed. */
document.getElementById("live").addEventListener("htmx:beforeRequest", (event) => {
  event.preventDefault();
  later();
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (localStorage.getItem("desk-keys") === "off") return;
  const button = { d: "day", e: "week", h: "before", l: "after", a: "add" }[event.key];
  if (!button) return;
  event.preventDefault();
  document.getElementById(button)?.click();
});

/** Several changes in a moment are read once, none while something is dragged; what is as it was is not drawn anew. */
function later() {
  clearTimeout(again);
  again = setTimeout(async () => {
    if (pressed || !range) { later(); return; }
    const text = await ask({ "X-By-Itself": "1" });
    if (text === shownText) return;
    fresh = text;
    calendar.refetchEvents();
  }, 120);
}

async function ask(headers) {
  const query = new URLSearchParams({ start: range.startStr.slice(0, 10), end: range.endStr.slice(0, 10), by: facts.by });
  const answer = await fetch(`${base}/calendar/visits?${query}`, { headers });
  if (answer.redirected) location.reload();
  return answer.text();
}

async function read(wanted) {
  range = wanted;
  const text = fresh ?? (await ask({}));
  fresh = null;
  shownText = text;
  const shown = JSON.parse(text);
  const columns = JSON.stringify(shown.resources);
  if (columns !== columnsShown) {
    columnsShown = columns;
    calendar.setOption("resources", shown.resources);
  }
  copied.hidden = !shown.copied;
  copied.textContent = shown.copied;
  for (const event of shown.events) {
    if (known && event.extendedProps && !known.has(`${event.id} ${event.start}`)) {
      event.classNames.push("fresh");
      told.textContent = event.extendedProps.label;
    }
  }
  known = new Set(shown.events.map((event) => `${event.id} ${event.start}`));
  return weekly ? shown.events.filter((event) => event.display !== "background") : shown.events;
}

function drawn(event) {
  if (event.display === "background") return [];
  const { at, who, what, place } = event.extendedProps;
  const first = element("b", who || what);
  first.prepend(element("i", at.split(" – ")[0].replace(/ [AaPp]\.?\s?[Mm]\.?$/, "")), " ");
  return [first, element("span", [who && what, place].filter(Boolean).join(" · "))];
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** Reachable and named for the keyboard: Enter shows the visit, where a form moves it. */
function named(el, event) {
  el.dataset.visit = event.id;
  if (event.display === "background") {
    el.setAttribute("aria-hidden", "true");
    return;
  }
  el.setAttribute("role", "button");
  el.tabIndex = 0;
  el.setAttribute("aria-label", event.extendedProps.label);
  if (event.editable) el.title = facts.drag;
}

/** The calendar calls itself a table, which it is not to a screen reader: each visit says by itself what, when and where. */
function plain() {
  for (const one of sheet.querySelectorAll("[role=table], [role=rowgroup], [role=row], [role=rowheader], [role=columnheader], [role=cell]")) {
    one.removeAttribute("role");
    one.removeAttribute("aria-colindex");
  }
}

async function moved({ event, newResource, revert }) {
  const body = new URLSearchParams({
    start: local(event.start),
    was: event.extendedProps.was,
    by: facts.by,
    column: newResource ? newResource.id : "",
  });
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["x-form-token"];
  let refused = facts.failed;
  try {
    const answer = await fetch(`${base}/calendar/visits/${encodeURIComponent(event.id)}/move`, {
      method: "POST",
      body,
      headers: { "x-form-token": token },
    });
    refused = answer.status === 204 ? "" : answer.status === 409 ? await answer.text() : facts.failed;
  } catch { /* the desk could not be reached: it is put back */ }
  if (refused) {
    revert();
    tell(refused);
  } else {
    told.textContent = facts.moved;
  }
  later();
}

function show(id) {
  htmx.ajax("GET", `${base}/calendar/visits/${encodeURIComponent(id)}`, { target: "#dialog" });
}

function form(start, resource, minutes = 60) {
  const query = new URLSearchParams({ start: start.slice(0, 16), by: facts.by, column: resource?.id ?? "", minutes });
  if (facts.whom) query.set("patient", facts.whom);
  htmx.ajax("GET", `${base}/calendar/new?${query}`, { target: "#dialog" });
}

function local(date) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
