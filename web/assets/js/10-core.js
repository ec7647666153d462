// What every staff page shares: the server's clock, the live feed, keys, toasts.
// Pages are complete without it. Nothing is kept in any storage.
(function () {
  "use strict";

  const body = document.body;
  const desk = (window.desk = {});
  const $ = (sel, root) => (root || document).querySelector(sel);
  const $$ = (sel, root) => Array.from((root || document).querySelectorAll(sel));
  desk.$ = $;
  desk.$$ = $$;

  /* The server's clock: timers must not depend on this machine's. */
  let ahead = Number(body.dataset.now) - Date.now();
  desk.setNow = (ms) => { if (ms) ahead = Number(ms) - Date.now(); };
  desk.now = () => Date.now() + ahead;

  /* Listeners: "change", "hello", "lost", "wait", "beat". */
  const heard = {};
  desk.on = (name, fn) => { (heard[name] = heard[name] || []).push(fn); };
  const tell = (name, detail) => (heard[name] || []).forEach((fn) => fn(detail));

  /* The live feed. The browser's own way to reconnect gives up on the first
     answer that is an error, so we do it: 1 s, 2 s, 4 s … 30 s, a little spread
     so that not all screens come back in the same moment. */
  const silence = 45000; // two heartbeats missed
  const longest = 30000;
  let source = null, tries = 0, again = 0, watch = 0, dueAt = 0;
  desk.lostAt = 0;

  function listen() {
    clearTimeout(again);
    if (source) source.close();
    source = new EventSource(body.dataset.events + (desk.conversation ? "?conv=" + encodeURIComponent(desk.conversation) : ""));
    const on = (name, fn) => source.addEventListener(name, (e) => { alive(); fn(JSON.parse(e.data)); });
    on("hello", (d) => { desk.lostAt = 0; tell("hello", d); });
    on("change", (d) => tell("change", d));
    on("beat", (d) => { tries = 0; tell("beat", d); }); // it holds: begin the pauses anew
    on("ended", ended);
    source.onerror = lost;
    alive();
  }

  function alive() {
    clearTimeout(watch);
    watch = setTimeout(lost, silence);
  }

  function lost() {
    clearTimeout(watch);
    if (source) source.close();
    source = null;
    if (!desk.lostAt) {
      desk.lostAt = Date.now();
      tell("lost");
    }
    const wait = Math.min(1000 * 2 ** tries++, longest) * (0.8 + Math.random() * 0.4);
    dueAt = Date.now() + wait;
    clearTimeout(again);
    again = setTimeout(probe, wait);
  }

  /* Asks for a page first: an event stream does not tell why it was refused. */
  function probe() {
    fetch("/o/mine?part=rows", { cache: "no-store", credentials: "same-origin" })
      .then((res) => { if (res.status === 401) ended(); else if (res.ok) listen(); else lost(); })
      .catch(lost);
  }

  desk.retry = () => { if (desk.lostAt) { clearTimeout(again); probe(); } };
  desk.retryIn = () => Math.max(0, Math.ceil((dueAt - Date.now()) / 1000));

  /* The session is over: leave the page, unless words would be lost. */
  function ended() {
    if (source) source.close();
    clearTimeout(watch);
    clearTimeout(again);
    if ($$("textarea").some((t) => t.value.trim() !== t.defaultValue.trim())) {
      desk.toast("Your session has ended", "Copy what you wrote, then sign in again");
      return;
    }
    location.assign("/o/signin?ended=1&to=" + encodeURIComponent(location.pathname + location.search));
  }
  desk.ended = ended;

  if (body.dataset.events && window.EventSource) {
    // After the page's own script has had its say in desk.conversation.
    document.addEventListener("DOMContentLoaded", listen);
    addEventListener("online", desk.retry);
    addEventListener("pagehide", () => { if (source) source.close(); clearTimeout(watch); clearTimeout(again); });
    addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });
  }

  /* How long somebody waits, by the rules of the server. */
  desk.span = (ms) => {
    const s = Math.max(0, Math.floor(ms / 1000)), pad = (n) => String(n).padStart(2, "0");
    if (s < 3600) return Math.floor(s / 60) + ":" + pad(s % 60);
    if (s < 86400) return Math.floor(s / 3600) + " h " + pad(Math.floor(s / 60) % 60);
    return Math.floor(s / 86400) + " d " + (Math.floor(s / 3600) % 24) + " h";
  };

  /* Figures older than this stand still. */
  desk.stale = () => Boolean(desk.lostAt) && Date.now() - desk.lostAt >= 30000;

  /* Reads a part of the page again whenever it is asked to: soon, but at most
     once a second. */
  desk.reader = (address, arrived) => {
    let asking = false, more = false, last = 0, timer = 0;
    function ask() {
      if (asking) { more = true; return; }
      clearTimeout(timer);
      timer = setTimeout(read, Math.max(50, last + 1000 - Date.now()));
    }
    function read() {
      asking = true;
      more = false;
      last = Date.now();
      fetch(address(), { cache: "no-store", credentials: "same-origin" })
        .then((res) => { if (res.status === 401) desk.ended(); return res.ok ? res.text() : null; })
        .then((html) => { if (html !== null) arrived(new DOMParser().parseFromString(html, "text/html")); })
        .catch(() => {}) // the feed tells when the line is down
        .finally(() => { asking = false; if (more) ask(); });
    }
    return ask;
  };

  /* Toasts go by themselves, but not from under a pointer or the focus. */
  const toasts = $("[data-toasts]");
  const fade = (t) => setTimeout(() => (t.matches(":hover, :focus-within") ? fade(t) : t.remove()), $("form", t) ? 20000 : 8000);
  $$(".toast", toasts).forEach(fade);
  desk.toast = (text, more) => {
    const t = document.createElement("div"), s = document.createElement("span");
    t.className = "toast";
    s.textContent = text;
    if (more) s.appendChild(document.createElement("small")).textContent = more;
    t.appendChild(s);
    toasts.appendChild(t);
    fade(t);
  };
  const here = new URL(location.href);
  if (here.searchParams.has("said")) { // a reload does not say it twice
    ["said", "was"].forEach((word) => here.searchParams.delete(word));
    history.replaceState(history.state, "", here.pathname + here.search + here.hash);
  }

  /* A form goes out once, however often its button is pressed. */
  document.addEventListener("submit", (e) => {
    const f = e.target;
    if (f.method !== "post" || e.defaultPrevented) return;
    if (f.dataset.sent) e.preventDefault();
    f.dataset.sent = "1";
    setTimeout(() => delete f.dataset.sent, 5000);
  });

  /* Keys. An element with data-key is pressed by its key; pages may add more
     with desk.key. All are off while somebody types, and by the setting. */
  const keys = {};
  desk.key = (key, fn) => { keys[key] = fn; };
  const places = { q: "/o/queue", m: "/o/mine", c: "/o/cases" };
  let went = 0; // when "g" was pressed
  const help = $("#keyhelp");
  const showHelp = () => { if (help && !help.open) help.showModal(); };
  desk.key("?", showHelp);
  desk.key("g", () => { went = Date.now(); });

  const typing = (el) => el.isContentEditable || el.matches("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=submit])");

  /* A key on a small form's handle opens it and leads into it. */
  function press(el) {
    el.click();
    const d = el.matches("summary") && el.parentNode, first = d && d.open && $("select, input:not([type=hidden]), textarea", d);
    if (first) first.focus();
  }

  if (body.dataset.keys !== "off") {
    $$("[data-keyhelp]").forEach((b) => { b.hidden = false; b.addEventListener("click", showHelp); });
    document.addEventListener("keydown", (e) => {
      if (e.defaultPrevented || e.isComposing || e.keyCode === 229 || e.ctrlKey || e.metaKey || e.altKey) return;
      if (e.key.length > 1 && !keys[e.key] || typing(e.target) || $("dialog[open]")) return;
      if (went && Date.now() - went < 1500 && places[e.key]) {
        went = 0;
        e.preventDefault();
        location.assign(places[e.key]);
        return;
      }
      went = 0;
      const pressed = $$("[data-key]").find((el) => el.dataset.key === e.key && !el.disabled && el.offsetParent);
      if (!keys[e.key] && !pressed) return;
      e.preventDefault();
      if (keys[e.key]) keys[e.key](e);
      else if (pressed.matches("textarea, input, select")) pressed.focus();
      else press(pressed);
    });
  }
})();
