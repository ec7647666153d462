// The phones' page: the phones of handset.js, the faults, the live stream. It
// keeps no state of its own beyond what is on the screen: the carrier says
// everything anew when the stream opens or comes back.
"use strict";

function setPhones(list) {
  const wanted = new Set(list.map((p) => p.number));
  for (const [number, phone] of world.phones) {
    if (!wanted.has(number)) { phone.root.remove(); world.phones.delete(number); }
  }
  for (const { number, language } of list) {
    const phone = world.phones.get(number);
    if (phone) { phone.speak(language); continue; }
    const added = new Phone(number, language);
    world.phones.set(number, added);
    byId("phones").append(added.root);
  }
  document.querySelector(".none")?.remove();
  if (list.length === 0) byId("phones").append(make("p", { className: "none", textContent: "No phone is here. Add one above." }));
  drawJump();
  drawOptOuts();
}

const inView = new IntersectionObserver((entries) => {
  for (const e of entries) {
    const button = byId("jump").querySelector(`[data-number="${e.target.dataset.number}"]`);
    if (button && e.intersectionRatio > 0.6) {
      byId("jump").querySelector("[aria-current]")?.removeAttribute("aria-current");
      button.setAttribute("aria-current", "true");
    }
  }
}, { threshold: [0.6, 0.9] });

function drawJump() {
  byId("jump").replaceChildren();
  inView.disconnect();
  for (const phone of world.phones.values()) {
    const button = make("button", { type: "button", "data-number": phone.number, textContent: `${phone.number.slice(-3)} ${phone.language.native}` });
    button.addEventListener("click", () => phone.root.scrollIntoView({ block: "nearest", inline: "center" }));
    byId("jump").append(button);
    phone.root.dataset.number = phone.number;
    inView.observe(phone.root);
  }
}

function locate(address) {
  const wa = address.startsWith(WA);
  return [world.phones.get(wa ? address.slice(WA.length) : address), wa ? "whatsapp" : "sms"];
}

function log(text, address = "") {
  const clog = byId("clog");
  clog.querySelector(".clog__none")?.remove();
  const at = make("time", { textContent: new Date().toLocaleTimeString("en-GB") });
  clog.prepend(make("li", {}, at, make("span", { textContent: (address ? `${address.slice(-3)}: ` : "") + text })));
  while (clog.children.length > 60) clog.lastElementChild.remove();
}

const FAULTS = [
  ["latency_ms", "Latency", "Added to every answer of the API", 10000, 100, " ms"],
  ["too_many", "429 Too many requests", "With Retry-After", 100, 5, " %"],
  ["server_error", "500 Server error", "Nothing was done", 100, 5, " %"],
  ["hang", "Time-out after accepting", "The message goes out, the answer never comes", 100, 5, " %"],
  ["undelivered", "Undelivered", "Phone out of reach (30003)", 100, 5, " %"],
  ["duplicate", "Duplicated webhooks", "And status callbacks", 100, 5, " %"],
  ["reorder", "Reordered webhooks", "And status callbacks", 100, 5, " %"],
  ["lose_callback", "Lost status callbacks", "The service is not told", 100, 5, " %"],
  ["lose_webhook", "Lost webhooks", "Only the carrier's list has the text", 100, 5, " %"],
];
let faults = {};

function buildFaults() {
  for (const [name, title, hint, max, step, unit] of FAULTS) {
    const input = make("input", { type: "range", id: `f-${name}`, name, min: 0, max, step, value: 0, "aria-describedby": `h-${name}` });
    const output = make("output", { for: input.id, textContent: "off" });
    byId("faults").append(make("div", { className: "fault" },
      make("label", { htmlFor: input.id, textContent: title }), output, make("p", { id: `h-${name}`, textContent: hint }), input));
    const value = () => (output.textContent = input.value === "0" ? "off" : input.value + unit);
    input.addEventListener("input", value);
    input.addEventListener("change", () => call("PUT", "/faults", { ...faults, [name]: Number(input.value) }));
    input.show = (v) => { input.value = v; value(); input.parentElement.classList.toggle("is-on", v > 0); };
  }
}

function setFaults(f) {
  faults = f;
  let on = 0;
  for (const [name] of FAULTS) { byId(`f-${name}`).show(f[name]); on += f[name] > 0; }
  byId("fault-count").hidden = on === 0;
  byId("fault-count").textContent = `${on} on`;
}

function drawOptOuts() {
  byId("optouts").replaceChildren(...[...world.phones.keys()].map((number) => {
    const box = make("input", { type: "checkbox", checked: world.optedOut.has(number) });
    box.addEventListener("change", () => call("PUT", "/optouts", { address: number, opted_out: box.checked }));
    return make("label", {}, box, make("span", { className: "iso", textContent: pretty(number) }));
  }));
}

function setOptOut(address, out) {
  if (out) world.optedOut.add(address); else world.optedOut.delete(address);
  locate(address)[0]?.refresh();
  drawOptOuts();
}

/* The stream -------------------------------------------------------------- */

const on = {
  hello({ hello }) {
    world.number = hello.number;
    world.optedOut = new Set(hello.opted_out);
    setPhones([]);
    setPhones(hello.phones);
    setFaults(hello.faults);
    for (const [address, bubbles] of Object.entries(hello.messages)) {
      const [phone, channel] = locate(address);
      for (const b of bubbles) phone?.take(channel, b, false);
    }
    if (!hello.webhook) log("No webhook is set: texts stay with the carrier");
    live(true);
  },
  phones: ({ phones }) => setPhones(phones || []),
  message({ phone: address, message }) { const [phone, channel] = locate(address); phone?.take(channel, message, true); },
  status({ phone: address, message }) {
    const [phone, channel] = locate(address);
    if (phone?.threads[channel].has(message.id)) phone.take(channel, message, message.state === "delivered");
  },
  optout: ({ phone, opted_out }) => setOptOut(phone, Boolean(opted_out)),
  faults: ({ faults: f }) => setFaults(f),
  log: ({ phone, text }) => log(text, phone),
};

function live(yes) {
  byId("live").classList.toggle("live--on", yes);
  byId("live-text").textContent = yes ? "Live" : "Reconnecting";
}

function clock() {
  const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  for (const el of document.querySelectorAll(".bar__time")) el.textContent = time;
}

async function start() {
  const { languages } = await (await fetch("/assets/samples.json")).json();
  for (const l of languages) world.languages.set(l.tag, l);
  fillLanguages(byId("new-language"));
  buildFaults();
  byId("adder").addEventListener("submit", async (e) => {
    e.preventDefault();
    await call("POST", "/phones", { language: byId("new-language").value });
  });
  byId("panel-toggle").addEventListener("click", (e) => {
    byId("panel").hidden = !byId("panel").hidden;
    e.currentTarget.setAttribute("aria-expanded", !byId("panel").hidden);
  });
  byId("faults").addEventListener("submit", (e) => e.preventDefault());
  byId("faults-off").addEventListener("click", () => call("PUT", "/faults", {}));
  const stream = new EventSource("/events");
  stream.onmessage = (e) => { const event = JSON.parse(e.data); on[event.kind]?.(event); clock(); };
  stream.onerror = () => live(false);
  setInterval(clock, 10000);
}

start();
