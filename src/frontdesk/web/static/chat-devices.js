/* The dialog from which a conversation goes on in another browser, and from which other browsers are shut out. */
export class Devices {
  constructor(texts) {
    this.texts = texts;
    const [opener, dialog, text, link, copy, share, others, cut, done] = [
      "elsewhere", "devices", "devices-text", "devices-link", "devices-copy", "devices-share", "devices-others",
      "devices-cut", "devices-done",
    ].map((id) => document.getElementById(id));
    Object.assign(this, { opener, dialog, text, link, copy, share, others, cut });
    opener.addEventListener("click", () => this.open());
    dialog.addEventListener("close", () => opener.focus());
    copy.addEventListener("click", () => this.toClipboard());
    share.addEventListener("click", () => navigator.share({ url: link.value }).catch(() => {}));
    cut.addEventListener("click", () => this.ask("cut"));
    done.addEventListener("click", () => dialog.close());
  }

  /** `ask(what)` asks the desk, where it can be reached now. */
  reach(ask) {
    this.ask = ask;
  }

  open() {
    this.show(this.texts.making_link, "");
    this.dialog.showModal();
    if (!this.ask("link")) this.show(this.texts.offline, "");
  }

  /** A link came; "" where too many were asked for. */
  linked(address, until) {
    this.show(address ? this.texts.elsewhere_text.replace("{until}", until) : this.texts.elsewhere_wait, address);
    if (address) this.copy.focus();
  }

  /** How many other browsers there are; null: this one has no say over them. */
  stand(others) {
    this.opener.hidden = others === null;
    this.cut.hidden = !others;
    this.others.textContent = others ? this.texts.others.replace("{count}", others) : this.texts.no_others;
    if (others === null && this.dialog.open) this.dialog.close();
  }

  show(words, address) {
    this.text.textContent = words;
    this.link.value = address;
    this.link.hidden = this.copy.hidden = !address;
    this.share.hidden = !address || !navigator.share;
  }

  async toClipboard() {
    this.link.select();
    try {
      await navigator.clipboard.writeText(this.link.value);
      this.text.textContent = this.texts.copied;
    } catch {
      this.link.focus(); // it is selected: the keyboard copies it
    }
  }
}

/** Files that are dropped or pasted go nowhere, and `tell` says so. */
export function refuseFiles(tell) {
  const holdsFiles = (transfer) => [...(transfer?.types || [])].includes("Files");
  for (const kind of ["dragover", "drop"]) {
    addEventListener(kind, (event) => {
      if (!holdsFiles(event.dataTransfer)) return;
      event.preventDefault(); // else the browser would leave this page for the file
      event.dataTransfer.dropEffect = "none";
      if (kind === "drop") tell();
    });
  }
  addEventListener("paste", (event) => {
    if (!holdsFiles(event.clipboardData) || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    tell();
  });
}
