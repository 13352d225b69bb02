// A form's page: what is not asked disappears while one answers, and a signature can be drawn.
"use strict";

const part = document.getElementById("part");

function showOnlyAsked(saved) {
  if (!saved || saved.dataset.hidden === undefined) return;
  const hidden = new Set(saved.dataset.hidden.split(" "));
  for (const item of document.querySelectorAll(".item")) item.hidden = hidden.has(item.id.slice("item-".length));
}

function unsaved() {
  const saved = document.getElementById("saved");
  if (saved && part) { saved.textContent = part.dataset.unsaved; saved.className = "fault"; }
}

function pending(event) {
  const saved = document.getElementById("saved");
  if (saved && part && part.contains(event.target)) saved.textContent = ""; // what was saved is not what stands there now
}

document.addEventListener("input", pending);
document.addEventListener("change", pending, true); // before the saving begins
document.addEventListener("htmx:afterSettle", () => showOnlyAsked(document.getElementById("saved")));
document.addEventListener("htmx:sendError", unsaved);
document.addEventListener("htmx:responseError", unsaved);

function pad(box) {
  const canvas = box.querySelector("canvas"), drawn = box.querySelector("input"), pen = canvas.getContext("2d");
  let drawing = false;
  const at = (event) => {
    const shown = canvas.getBoundingClientRect();
    return [(event.clientX - shown.left) * canvas.width / shown.width, (event.clientY - shown.top) * canvas.height / shown.height];
  };
  pen.lineWidth = 4;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#1b2430";
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  const lift = () => {
    if (drawing) drawn.value = canvas.toDataURL("image/png");
    drawing = false;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  box.querySelector("[data-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    drawn.value = "";
  });
  box.hidden = false;
}

for (const box of document.querySelectorAll("[data-pad]")) pad(box);

for (const other of document.querySelectorAll("input.other")) {
  other.addEventListener("input", () => {
    const box = other.closest(".answers").querySelector("input[value=other]");
    box.checked = other.value !== "";
  });
}

const faults = document.querySelector(".faults");
if (faults) faults.focus();
