/* Talking in the chat: a call to the desk by WebRTC, in the conversation that stands on the page.
 *
 * The microphone is asked for once somebody has clicked and the desk can be talked to. What is said comes to the page
 * as messages, over the chat's own line; the line here is for beginning the call, and for ending it.
 *
 * `page` gives token(), "" where the chat has none yet, and is told begun(), spoken() when the desk says something, and
 * over(words, isFault).
 */
const KEEP_MS = 25_000; // what stands between us and the desk closes lines that are silent for a minute
const GATHER_MS = 2_000; // ways to this machine that are found later are not waited for
const CONNECT_MS = 22_000;
const THINKS_MS = 5_000; // a cough is answered by nothing
const CODES = { 4429: "too_often", 1012: "not_offered" };
const FAULTS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing" };

/** Whether this browser could hold a call at all: it lets pages use a microphone on https and localhost only. */
export function canTalk() {
  return Boolean(navigator.mediaDevices?.getUserMedia && globalThis.RTCPeerConnection);
}

export class Talk {
  constructor(practice, texts, page) {
    this.texts = texts;
    this.page = page;
    this.address = new URL(`/chat/${encodeURIComponent(practice)}/talk`, location.href);
    this.address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.address.searchParams.set("lang", document.documentElement.lang);
    const ids = ["talk", "talk-first", "call", "call-state", "call-told", "call-sound", "voice", "mute", "hang-up", "text"];
    const [start, first, bar, state, told, sound, voice, mute, hangUp, text] = ids.map((id) => document.getElementById(id));
    Object.assign(this, { start, first, bar, state, told, sound, voice, mute, text, placeholder: text.placeholder });
    for (const button of [start, first]) {
      button.hidden = false;
      button.addEventListener("click", () => this.begin());
    }
    mute.addEventListener("click", () => this.toggle());
    hangUp.addEventListener("click", () => this.hangUp());
    addEventListener("pagehide", () => this.hangUp());
  }

  get isOn() {
    return Boolean(this.line);
  }

  begin() {
    if (this.line) return;
    const token = this.page.token();
    if (!token) return void this.page.over(this.texts.wait, true);
    this.stood = false;
    this.line = new WebSocket(this.address);
    this.line.onopen = () => this.line.send(JSON.stringify({ token, after: 0 }));
    this.line.onmessage = (event) => this.hear(this.line, JSON.parse(event.data));
    this.line.onclose = (event) => this.end(this.stood ? (event.code === 1000 ? "ended" : "broken") : CODES[event.code] || "not_offered");
    this.keep = setInterval(() => this.line.readyState === 1 && this.line.send('{"ping":true}'), KEEP_MS);
    this.begins();
    this.show("calling");
    this.told.textContent = this.texts.calling;
    document.getElementById("hang-up").focus();
  }

  begins() {
    this.bar.hidden = false;
    this.start.hidden = this.first.disabled = true; // it keeps its place: what stands below would move
    this.text.placeholder = this.texts.or_write;
    this.mute.setAttribute("aria-pressed", "false");
    this.page.begun();
  }

  async hear(line, frame) {
    try {
      if ("refused" in frame) this.end(frame.refused);
      if ("servers" in frame) await this.offer(line, frame.servers);
      if ("answer" in frame) await this.peer.setRemoteDescription({ type: "answer", sdp: frame.answer });
    } catch (fault) {
      if (line === this.line) this.end(FAULTS[fault.name] || (this.mic ? "no_line" : "in_use"));
    }
  }

  async offer(line, servers) {
    const mic = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    if (line !== this.line) return void stop(mic); // hung up while the browser asked
    this.mic = mic;
    const peer = (this.peer = new RTCPeerConnection({ iceServers: servers }));
    for (const track of mic.getTracks()) peer.addTrack(track, mic);
    const channel = peer.createDataChannel("talk");
    channel.onmessage = (event) => this.tell(channel, JSON.parse(event.data));
    peer.ontrack = (event) => (this.sound.srcObject = event.streams[0] || new MediaStream([event.track]));
    peer.onconnectionstatechange = () => peer === this.peer && this.connection(peer.connectionState);
    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    if (line !== this.line) return;
    line.send(JSON.stringify({ offer: peer.localDescription.sdp }));
    this.patience = setTimeout(() => this.stood || this.end("no_line"), CONNECT_MS);
    this.meter = new Meter(mic, this.voice);
  }

  connection(state) {
    if (state === "connected") this.stood = true;
    if (state === "failed" || state === "closed") this.end(this.stood ? "broken" : "no_line");
  }

  /** A mark has been heard once it is here: it comes after the sound that it stands behind. */
  tell(channel, message) {
    if (typeof message === "string") channel.send(JSON.stringify({ type: "mark", mark: message }));
    else if (message.type === "state") this.show(message.is);
  }

  show(state) {
    clearTimeout(this.thinks);
    if (state === "thinking") this.thinks = setTimeout(() => this.show("listening"), THINKS_MS);
    if (state === "speaking") this.page.spoken();
    this.is = state;
    const isMuted = this.mute.getAttribute("aria-pressed") === "true" && state !== "speaking" && state !== "calling";
    this.bar.dataset.is = isMuted ? "muted" : state;
    this.state.textContent = this.texts[this.bar.dataset.is] || "";
  }

  toggle() {
    const isMuted = this.mute.getAttribute("aria-pressed") !== "true";
    this.mute.setAttribute("aria-pressed", String(isMuted));
    for (const track of this.mic?.getTracks() || []) track.enabled = !isMuted;
    this.show(this.is);
  }

  hangUp() {
    if (this.line) this.end("ended");
  }

  end(why) {
    if (!this.line) return;
    const { line, peer, mic } = this;
    this.line = this.peer = this.mic = null;
    clearTimeout(this.patience);
    clearTimeout(this.thinks);
    clearInterval(this.keep);
    line.onclose = null;
    line.close();
    peer?.close();
    stop(mic);
    this.meter?.end();
    this.meter = this.sound.srcObject = null;
    const hadFocus = this.bar.contains(document.activeElement);
    this.bar.hidden = true;
    this.start.hidden = this.first.disabled = false;
    this.text.placeholder = this.placeholder;
    const isFault = why !== "ended";
    this.told.textContent = isFault ? "" : this.texts.ended;
    this.page.over(this.texts[why] || this.texts.not_offered, isFault);
    if (hadFocus) this.start.focus();
  }
}

/** How loud the microphone is, in four bars: whoever sees them move knows that they are heard. */
class Meter {
  constructor(mic, bars) {
    this.bars = bars.children;
    this.context = new AudioContext();
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 256;
    this.context.createMediaStreamSource(mic).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    this.timer = setInterval(() => {
      analyser.getByteTimeDomainData(samples);
      const loud = Math.min(1, samples.reduce((most, one) => Math.max(most, Math.abs(one - 128)), 0) / 64);
      [0.6, 1, 0.8, 0.5].forEach((part, at) => this.bars[at].style.setProperty("--loud", (loud * part).toFixed(2)));
    }, 80);
  }

  end() {
    clearInterval(this.timer);
    this.context.close();
    for (const bar of this.bars) bar.style.removeProperty("--loud");
  }
}

function stop(mic) {
  for (const track of mic?.getTracks() || []) track.stop();
}

/** The ways to this machine are in the offer, as many as were found in a moment. */
function gathered(peer) {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((done) => {
    setTimeout(done, GATHER_MS);
    peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && done());
  });
}
