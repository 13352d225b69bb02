/* What of WCAG 2.2 AA a program can see is wrong with the page that is open, a line each. */
() => {
  const faults = [];
  const fault = (what, element) => faults.push(`${what}: ${element.outerHTML.slice(0, 110)}`);
  const shown = (element) => element.getClientRects().length > 0 && !element.closest(".unseen") && getComputedStyle(element).visibility !== "hidden";

  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title.trim()) faults.push("no title");
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].find((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
    fault("wider than the screen", wide ?? document.body);
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) fault("skips a level", heading);
    level = own;
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of ids.filter((one, place) => ids.indexOf(one) !== place)) faults.push(`two elements are #${id}`);

  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const label = field.labels?.[0]?.textContent.trim() || field.getAttribute("aria-label");
    if (!label) fault("has no label", field);
    if (["email", "password", "code", "again", "old"].includes(field.name) && !field.autocomplete) fault("says nothing of autocomplete", field);
    for (const id of (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean)) {
      if (!document.getElementById(id)) fault("is described by what is not there", field);
    }
  }
  for (const alert of document.querySelectorAll(".fault")) {
    if (!shown(alert)) continue;
    if (alert.getAttribute("role") !== "alert") fault("is not told", alert);
    const fields = document.querySelectorAll(`[aria-describedby~="${alert.id}"][aria-invalid="true"]`);
    if (!alert.hasAttribute("data-of-page") && !(alert.id && fields.length)) fault("is tied to no field", alert);
  }
  for (const one of document.querySelectorAll("button, a[href]")) {
    if (!shown(one)) continue;
    if (!(one.textContent.trim() || one.getAttribute("aria-label"))) fault("has no name", one);
    const { width, height } = one.getBoundingClientRect();
    const inText = one.tagName === "A" && one.closest("p, li");
    if (!inText && (width < 24 || height < 24)) fault(`is ${Math.round(width)} x ${Math.round(height)}`, one);
  }
  for (const row of document.querySelectorAll("table")) {
    for (const head of row.querySelectorAll("th")) if (!head.scope) fault("has no scope", head);
  }
  const names = new Map();
  for (const button of document.querySelectorAll("form button")) {
    const said = (button.getAttribute("aria-label") ?? button.textContent).trim();
    const where = `${button.form.action} ${button.value}`;
    if (names.has(said) && names.get(said) !== where) fault("is named as another that does something else", button);
    names.set(said, where);
  }

  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => ((part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parts(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !shown(element)) continue;
    const style = getComputedStyle(element);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = contrast(parts(style.color), behind(element));
    if (ratio < (large ? 3 : 4.5)) fault(`stands out by ${ratio.toFixed(2)} only`, element);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]):not([type=checkbox]), select")) {
    const ratio = contrast(parts(getComputedStyle(field).borderTopColor), behind(field.parentElement));
    if (shown(field) && ratio < 3) fault(`has a border that stands out by ${ratio.toFixed(2)} only`, field);
  }
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select")) {
    if (!shown(one)) continue;
    one.focus({ focusVisible: true });
    const style = getComputedStyle(one);
    if (document.activeElement === one && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)) fault("shows no focus", one);
  }
  return faults;
}
