// Words that were typed and not kept: leaving the page asks first.
(function () {
  "use strict";

  const { $$ } = desk;
  const typed = (t) => t.value.trim() !== t.defaultValue.trim() || t.dataset.kept !== undefined && t.value.trim() !== "";
  let going = null; // the form that is being sent: its words are on their way, those in another box are not
  document.addEventListener("submit", (e) => { if (!e.defaultPrevented) going = e.target; });
  addEventListener("beforeunload", (e) => {
    const dirty = $$("textarea:not([readonly]), [data-unsaved] input:not([type=hidden]):not([type=checkbox])")
      .some((t) => (!going || t.form !== going) && typed(t));
    if (dirty) e.preventDefault();
  });
})();

// Names in a case are shown for a minute.
(function () {
  "use strict";

  const named = document.querySelector("[data-named]");
  if (named) setTimeout(() => location.replace(named.dataset.named), 60000);
})();

// One conversation, kept fresh while somebody writes in it.
(function () {
  "use strict";

  const main = document.querySelector("[data-conv]");
  if (!main) return;
  const { $, $$ } = desk;
  const here = "/o/conv/" + main.dataset.conv;
  desk.conversation = main.dataset.conv;
  const part = (name, root) => $("[data-part=" + name + "]", root || main);

  /* Two boxes, one in front. Both keep what is in them. */
  const composer = $("[data-composer]");
  const pane = (name) => composer && $("[data-pane=" + name + "]", composer);

  function front(name) {
    if (!pane(name)) return;
    $$("[data-pane]", composer).forEach((p) => { p.hidden = p.dataset.pane !== name; });
    $$("[data-tab]", composer).forEach((t) => {
      if (t.dataset.tab === name) t.setAttribute("aria-current", "true");
      else t.removeAttribute("aria-current");
    });
    $("textarea, button", pane(name)).focus();
  }
  if (composer) {
    composer.addEventListener("click", (e) => {
      const tab = e.target.closest("[data-tab]");
      if (tab) { e.preventDefault(); front(tab.dataset.tab); }
    });
    // Control and Enter send what the box belongs to: a note never leaves.
    composer.addEventListener("keydown", (e) => {
      if (!e.target.matches("textarea")) return;
      if (e.key === "Escape") e.target.blur();
      if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.isComposing && e.target.form) {
        e.preventDefault();
        e.target.form.requestSubmit();
      }
    });
  }

  /* The carrier's count, by GSM 03.38; the server counts by the same rule. */
  const basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  const extension = "\f^{}\\[~]|€";

  function segments(text) {
    const plain = Array.from(text).every((r) => basic.includes(r) || extension.includes(r));
    const width = plain ? (r) => (extension.includes(r) ? 2 : 1) : (r) => r.length;
    const alone = plain ? 160 : 70, each = plain ? 153 : 67;
    let units = 0, used = 0, parts = text ? 1 : 0;
    for (const r of text) {
      units += width(r);
      used += width(r);
      if (used > each) { parts++; used = width(r); }
    }
    if (text && units <= alone) parts = 1;
    return { units, parts, room: parts > 1 ? parts * each : alone };
  }
  desk.segments = segments;

  const box = $("[data-send] textarea", composer || main);

  function count() {
    const foot = box.form, bar = $(".seg", foot), out = $("[data-used]", foot);
    const text = box.value.trim();
    let used = Array.from(text).length, room = 1600, more = "";
    if ("parts" in bar.dataset) {
      const s = segments(text);
      used = s.units;
      room = s.room;
      more = s.parts ? ", " + s.parts + (s.parts === 1 ? " part" : " parts") : "";
    }
    out.textContent = used + " of " + room + " characters" + more;
    $(".seg-on", bar).setAttribute("width", (120 * Math.min(1, used / room)).toFixed(1));
    bar.removeAttribute("hidden");
  }
  if (box) { box.addEventListener("input", count); count(); }

  /* The person's page says that somebody writes, for ten seconds: say it again
     before that. The words stay here. */
  let told = 0;

  function writing() {
    if (!box.value.trim() || Date.now() - told < 5000) return;
    told = Date.now();
    const body = new URLSearchParams({ csrf: box.form.elements.csrf.value });
    fetch(here + "/writing", { method: "POST", body, credentials: "same-origin" }).catch(() => {});
  }
  if (box) box.addEventListener("input", writing);

  /* A number is shown for a minute, and the address bar forgets how. */
  const number = $("[data-number]");
  if (number) {
    history.replaceState(null, "", here);
    setTimeout(() => { number.textContent = number.dataset.number; delete number.dataset.number; }, 60000);
  }

  const ask = desk.reader(() => main.dataset.partUrl + (new URL(location.href).searchParams.has("all") ? "&all=1" : ""), arrived);
  if (part("list")) { // of an erased one nothing changes any more
    desk.on("hello", ask);
    desk.on("change", (e) => { if (!e.conversation_id || e.conversation_id === desk.conversation) ask(); });
  }

  function arrived(doc) {
    if (!part("list", doc)) { // erased meanwhile: what was said leaves this screen, too
      ["list", "side"].forEach((name) => part(name).replaceChildren());
      if (!unsent()) location.reload();
      return;
    }
    list(part("list", doc));
    ["strip", "side", "head"].forEach((name) => swap(name, part(name, doc)));
    lock();
    tick();
  }

  const unsent = () => $$("textarea", main).some((t) => t.value.trim());

  /* Puts a fresh part in place, unless it says the same or somebody is in it. */
  function swap(name, fresh) {
    const old = part(name);
    if (!old || old.innerHTML === fresh.innerHTML || name === "head" && $("[data-number]", old)) return;
    if (old !== document.activeElement && old.contains(document.activeElement) || $(".drop[open]", old)) return;
    const open = $$("details[open]", old).map((d) => d.parentNode.id);
    old.replaceChildren(...fresh.childNodes);
    open.forEach((id) => { const d = id && $("#" + id + " details", old); if (d) d.open = true; });
  }

  /* The messages: what is new is told, and what one reads stays where it is. */
  function list(fresh) {
    const old = part("list");
    // Opening the page made all of it read; on this screen it stays marked as new.
    $$(".msg__meta .tag--brand", old).forEach((tag) => {
      const meta = $("#" + tag.closest("[id]").id + " .msg__meta", fresh);
      if (meta && !$(".tag--brand", meta)) $(".num:not(b)", meta).after(" ", tag.cloneNode(true));
    });
    if (old.innerHTML === fresh.innerHTML) return;
    const ids = (root) => $$("[data-dir=in]", root).map((m) => m.id);
    const known = new Set(ids(old)), news = ids(fresh).filter((id) => !known.has(id)).length;
    const focus = document.activeElement.closest("[id]"), within = old.contains(document.activeElement) && focus && focus.id;
    const up = old.scrollTop < -4 ? old.scrollHeight : 0; // the box is a reversed column: 0 is its end
    old.replaceChildren(...fresh.childNodes);
    if (up) old.scrollTop -= old.scrollHeight - up;
    if (within) { const el = $("a", document.getElementById(within)) || old; el.focus({ preventScroll: true }); }
    if (news) $("[data-news]").textContent = news + (news === 1 ? " new message" : " new messages");
  }

  /* The lock falls while somebody writes: the words stay, Send does not. */
  function lock() {
    const locked = Boolean($("[data-locked]", part("strip")));
    if (box) {
      box.readOnly = locked;
      box.form.classList.toggle("comp--locked", locked);
      $("[type=submit]", box.form).disabled = locked;
      $("[data-lock-why]", box.form).hidden = !locked;
    } else if (!locked && !unsent()) {
      location.reload(); // it was locked and is not any more
    }
  }

  function tick() {
    const w = $("[data-since]", part("head"));
    if (!w || desk.stale()) return; // old figures stand still
    const waited = desk.now() - Number(w.dataset.since), target = Number(w.dataset.target);
    $(".wait__t", w).textContent = desk.span(waited);
    w.classList.toggle("wait--over", target > 0 && waited > target);
    w.classList.toggle("wait--near", target > 0 && waited <= target && waited >= 0.8 * target);
  }
  setInterval(() => { if (!document.hidden) tick(); }, 1000);

  desk.on("lost", () => desk.toast("Not connected", "You can keep typing. New messages appear when the line is back"));

  /* On a phone the messages do not scroll by themselves: begin at the newest. */
  const entry = performance.getEntriesByType("navigation")[0];
  if (part("list") && getComputedStyle(part("list")).overflowY === "visible" && !location.hash && entry && entry.type === "navigate") {
    part("strip").scrollIntoView({ block: "end" });
  }

  /* Small forms close by Escape and by a press elsewhere; else Escape leads back. */
  const drops = () => $$(".drop[open]");
  document.addEventListener("click", (e) => drops().forEach((d) => { if (!d.contains(e.target)) d.open = false; }));
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") drops().forEach((d) => { d.open = false; $("summary", d).focus(); e.preventDefault(); });
  }, true);
  desk.key("Escape", () => location.assign("/o/queue"));

  /* A number in the text opens its reason. */
  main.addEventListener("click", (e) => {
    const n = e.target.closest("a.mk__n");
    const d = n && $(n.getAttribute("href") + " details");
    if (d) d.open = true;
  });

  /* Menus whose choices begin with a number: the number chooses and goes on to
     the next menu, Enter sends when nothing is left to choose. */
  main.addEventListener("keydown", (e) => {
    const f = e.target.closest("[data-numbered]");
    if (!f || !e.target.matches("select") || e.ctrlKey || e.metaKey || e.altKey) return;
    const menus = $$("select", f), choice = /^[1-9]$/.test(e.key) && Array.from(e.target.options).find((o) => o.text.startsWith(e.key + " "));
    if (choice) {
      e.preventDefault();
      e.target.value = choice.value;
      const next = menus[menus.indexOf(e.target) + 1];
      if (next) next.focus();
    } else if (e.key === "Enter" && menus.every((m) => m.value)) {
      e.preventDefault();
      f.requestSubmit();
    }
  });
})();
