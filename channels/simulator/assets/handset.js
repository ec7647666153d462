// One phone of the page, and what it needs: its messages, its words in its own
// language, the size of what is being written.
"use strict";

const byId = (id) => document.getElementById(id);
const WA = "whatsapp:";

const world = {
  languages: new Map(), // tag -> language, from samples.json
  number: "",           // the service's own
  phones: new Map(),    // number -> Phone
  optedOut: new Set(),  // addresses
};

// The language in which times are written; English is read by the whole world,
// so its clock has 24 hours.
const timeLanguage = (tag) => (tag === "en" ? "en-GB" : tag);

// A new element, made in one go.
function make(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.includes("-") || name === "lang" || name === "dir" || name === "for") el.setAttribute(name, value);
    else el[name] = value;
  }
  el.append(...children);
  return el;
}

// "+15550100101" as people write it.
function pretty(number) {
  const m = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return m ? `+1 ${m[1]} ${m[2]}-${m[3]}` : number;
}

async function call(method, path, body) {
  try {
    const options = { method };
    if (body !== undefined) {
      options.body = JSON.stringify(body);
      options.headers = { "Content-Type": "application/json" };
    }
    const res = await fetch(path, options);
    if (!res.ok) log((await res.json().catch(() => ({}))).error || `The carrier answered ${res.status}`);
    return res.ok;
  } catch {
    log("The carrier cannot be reached");
    return false;
  }
}

/* Size of an SMS ---------------------------------------------------------- */

const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const GSM2 = new Set("^{}\\[~]|€\f");

function sizeOf(text) {
  let septets = 0, gsm = true;
  for (const ch of text) {
    if (GSM2.has(ch)) septets += 2;
    else if (GSM.has(ch)) septets += 1;
    else gsm = false;
  }
  const [units, single, each] = gsm ? [septets, 160, 153] : [text.length, 70, 67];
  const parts = units <= single ? 1 : Math.ceil(units / each);
  return { units, parts, room: parts === 1 ? single : parts * each, encoding: gsm ? "GSM-7" : "UCS-2" };
}

/* A phone ----------------------------------------------------------------- */

const SVG = "http://www.w3.org/2000/svg";
const TICK1 = "M2 6.5l3 3 6-7", TICK2 = "M2 6.5l3 3 6-7M9 9l.5.5 6-7";

function ticks(two) {
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 17 12");
  svg.setAttribute("class", two ? "ticks ticks--two" : "ticks");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", two ? TICK2 : TICK1);
  svg.append(path);
  return svg;
}

class Phone {
  constructor(number, language) {
    this.number = number;
    this.channel = "sms";
    this.threads = { sms: new Map(), whatsapp: new Map() };
    this.drafts = { sms: "", whatsapp: "" };
    this.sending = Promise.resolve();
    this.root = byId("handset").content.firstElementChild.cloneNode(true);
    const q = (selector) => this.root.querySelector(selector);
    this.list = q(".thread ol");
    this.box = q("textarea");
    q(".cap__number").textContent = pretty(number);
    this.picker = q(".cap__lang");
    this.picker.id = `lang-${number.slice(1)}`;
    q(".cap .vh").htmlFor = this.picker.id;
    q(".cap .vh").textContent = `Language of ${pretty(number)}`;
    fillLanguages(this.picker);
    q(".cap__x").setAttribute("aria-label", `Remove the phone ${pretty(number)}`);
    q(".who__name bdi").textContent = pretty(world.number);
    this.listen(q);
    this.speak(language);
    this.switchTo("sms");
  }

  listen(q) {
    this.picker.addEventListener("change", () => call("PUT", `/phones/${this.number}`, { language: this.picker.value }));
    q(".cap__x").addEventListener("click", () => call("DELETE", `/phones/${this.number}`));
    q(".seg").addEventListener("click", (e) => {
      const button = e.target.closest("button");
      if (button) this.switchTo(button.dataset.channel);
    });
    this.caller = q(".who__call");
    this.caller.addEventListener("click", () => this.call());
    q(".write").addEventListener("submit", (e) => { e.preventDefault(); this.submit(); });
    q(".write__pic").addEventListener("click", () => this.send("", true));
    this.box.addEventListener("input", () => this.measure());
    this.box.addEventListener("keydown", (e) => {
      if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.submit(); }
    });
  }

  get address() { return (this.channel === "whatsapp" ? WA : "") + this.number; }

  // speak gives the phone another language: its direction, words and samples.
  speak(tag) {
    if (this.language && this.language.tag === tag) return;
    this.language = world.languages.get(tag);
    const l = this.language, device = this.root.querySelector(".device");
    this.picker.value = tag;
    this.root.setAttribute("aria-label", `Phone ${pretty(this.number)}, ${l.name}`);
    device.lang = tag;
    device.dir = l.dir;
    this.box.placeholder = l.write;
    this.box.setAttribute("aria-label", l.write);
    const go = this.root.querySelector(".write__go");
    go.setAttribute("aria-label", l.send);
    go.title = l.send;
    this.chips();
    this.redraw();
  }

  chips() {
    const l = this.language, chips = this.root.querySelector(".chips");
    const chip = (text, gloss) => {
      const words = make("span", { textContent: text, lang: gloss === undefined ? "en" : l.tag, dir: gloss === undefined ? "ltr" : l.dir });
      const button = make("button", { type: "button", className: gloss ? "chip" : "chip chip--word", title: text }, words);
      if (gloss) button.prepend(make("small", { textContent: gloss, dir: "ltr" }));
      button.addEventListener("click", () => this.send(text));
      return button;
    };
    chips.replaceChildren(
      ...l.samples.map((s) => chip(s.text, s.gloss)), chip(l.yes, ""), chip(l.no, ""), chip(l.place, "A place"),
      ...["HELP", "STOP", "START"].map((word) => chip(word)));
    chips.dir = l.dir;
    chips.scrollLeft = 0;
  }

  switchTo(channel) {
    this.drafts[this.channel] = this.box.value;
    this.channel = channel;
    this.box.value = this.drafts[channel];
    this.root.dataset.channel = channel;
    for (const button of this.root.querySelectorAll(".seg button")) {
      const here = button.dataset.channel === channel;
      button.setAttribute("aria-pressed", here);
      if (here) button.querySelector(".seg__dot").hidden = true;
    }
    this.caller.hidden = channel !== "sms";
    this.measure();
    this.redraw();
    this.refresh();
  }

  // refresh shows whether this address has opted out.
  refresh() { this.root.querySelector(".out").hidden = !world.optedOut.has(this.address); }

  measure() {
    const line = this.root.querySelector(".size");
    if (this.channel === "whatsapp") { line.textContent = "WhatsApp"; return; }
    const s = sizeOf(this.box.value);
    line.textContent = this.box.value === "" ? "SMS"
      : `${s.units} of ${s.room}, ${s.parts} ${s.parts === 1 ? "part" : "parts"}, ${s.encoding}`;
  }

  submit() {
    const text = this.box.value;
    if (text.trim() === "") return;
    this.box.value = "";
    this.measure();
    this.send(text);
  }

  // send keeps the order of quick texts, but waits for no slow service.
  send(body, picture = false) {
    const from = this.address;
    this.sending = this.sending.then(() => Promise.race([
      call("POST", "/texts", { from, body, picture }),
      new Promise((done) => setTimeout(done, 800)),
    ]));
  }

  // call rings once; the line is always busy.
  async call() {
    this.caller.disabled = true;
    await call("POST", "/calls", { from: this.number });
    this.caller.disabled = false;
    this.caller.focus();
  }

  take(channel, bubble, fresh) {
    const thread = this.threads[channel], known = thread.get(bubble.id);
    thread.set(bubble.id, bubble);
    if (channel !== this.channel) {
      if (fresh && !bubble.mine) this.root.querySelector(`[data-channel="${channel}"] .seg__dot`).hidden = false;
      return;
    }
    const old = known && this.list.querySelector(`[data-id="${bubble.id}"]`);
    const drawn = this.draw(bubble, fresh);
    this.list.querySelector(".empty")?.remove();
    if (old) old.replaceWith(drawn);
    else { this.day(bubble); this.list.append(drawn); }
    if (bubble.mine) this.root.querySelector(".thread").scrollTop = 0;
  }

  redraw() {
    this.list.replaceChildren();
    this.lastDay = "";
    if (this.threads[this.channel].size === 0) {
      this.list.append(make("li", { className: "empty", lang: "en", dir: "ltr", textContent: "No messages yet. Tap a sample below, or write." }));
    }
    for (const bubble of this.threads[this.channel].values()) { this.day(bubble); this.list.append(this.draw(bubble, false)); }
  }

  day(bubble) {
    const day = new Date(bubble.at).toLocaleDateString(timeLanguage(this.language.tag), { weekday: "long", day: "numeric", month: "long" });
    if (day !== this.lastDay) this.list.append(make("li", { className: "day", textContent: day }));
    this.lastDay = day;
  }

  draw(b, fresh) {
    const item = make("li", { className: `msg ${b.mine ? "msg--mine" : "msg--in"}${fresh ? " msg--new" : ""}`, "data-id": b.id });
    const text = make("div", { className: "bub", dir: "auto" });
    if (b.files && b.mine) text.append(make("img", { src: "/assets/picture.png", alt: "Sample picture: a house by a road", width: 320, height: 200 }));
    if (b.files && !b.mine) text.append(`[${b.files} picture or file] `);
    text.append(b.body);
    const meta = make("div", { className: "meta", lang: "en" });
    const at = new Date(b.at);
    meta.append(make("time", { dateTime: b.at, textContent: at.toLocaleTimeString(timeLanguage(this.language.tag), { hour: "2-digit", minute: "2-digit" }) }));
    if (b.note) { item.classList.add("msg--note"); meta.prepend("From the carrier · "); }
    else if (b.mine) this.drawSent(b, meta);
    else this.drawArriving(b, item, text);
    item.append(text, meta);
    return item;
  }

  drawSent(b, meta) {
    if (b.state === "failed") {
      meta.classList.add("meta--bad");
      meta.append("· Not taken by the service");
      return;
    }
    const taken = b.state === "taken";
    meta.append(ticks(taken), make("span", { className: "vh", textContent: taken ? "Taken by the service" : "Sent" }));
  }

  // A text shows what it says only once it has reached the phone.
  drawArriving(b, item, text) {
    const say = (words) => { text.replaceChildren(words); text.lang = "en"; text.dir = "ltr"; };
    if (b.state === "undelivered" || b.state === "failed") {
      item.classList.add("msg--lost");
      say("A text did not reach this phone");
    } else if (b.state === "canceled" || b.state === "scheduled") {
      item.hidden = true;
    } else if (b.state !== "delivered" && b.state !== "read") {
      item.classList.add("msg--wait");
      say("A text is on its way…");
    }
  }
}

function fillLanguages(select) {
  for (const l of world.languages.values()) {
    select.append(make("option", { value: l.tag, textContent: l.name === l.native ? l.name : `${l.name} · ${l.native}` }));
  }
}
