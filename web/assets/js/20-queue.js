// The list of conversations, kept fresh. The row under the focus or the pointer
// never moves: what is new waits behind a button until nobody is on a row.
(function () {
  "use strict";

  const main = document.querySelector("[data-queue]");
  if (!main) return;
  const { $, $$ } = desk;
  const list = $("[data-list]"), pill = $("[data-pill]"), banner = $("[data-offline]");
  const rows = (root) => $$("tr[data-id]", root);
  const rowOf = (id, root) => rows(root).find((r) => r.dataset.id === id);
  let next = null; // a newer list that waits

  /* Timers. */
  function tick() {
    if (desk.stale()) return; // old figures stand still
    for (const w of $$(".wait[data-since]", list)) {
      const waited = desk.now() - Number(w.dataset.since), target = Number(w.dataset.target);
      $(".wait__t", w).textContent = desk.span(waited);
      if (!target) continue;
      const state = waited > target ? "over" : waited >= 0.8 * target ? "near" : "";
      w.classList.toggle("wait--over", state === "over");
      w.classList.toggle("wait--near", state === "near");
      if (state === "over") $(".wait__of", w).textContent = "over by " + desk.span(waited - target);
      const bar = $(".wait__bar rect + rect", w);
      bar.setAttribute("class", "bar-" + (state || "ok"));
      bar.setAttribute("width", (88 * Math.min(1, waited / target)).toFixed(1));
    }
  }
  setInterval(() => { if (!document.hidden) { tick(); showState(); } }, 1000);

  /* Live, or since when not. */
  function showState() {
    const off = Boolean(desk.lostAt);
    list.classList.toggle("is-stale", desk.stale());
    banner.hidden = !off;
    if (off) {
      const s = desk.retryIn();
      $("[data-retry]").textContent = s ? "Try now, or in " + s + " s" : "Trying";
    }
  }

  function say(state, at) {
    const live = $("[data-live]");
    if (live.textContent !== state) live.textContent = state; // read aloud only when it changes
    live.closest(".live").classList.toggle("live--off", state !== "Live,");
    if (at) $("[data-asof]").textContent = at;
  }
  desk.on("lost", () => {
    $("[data-offline-at]").textContent = $("[data-asof]").textContent;
    say("Not connected since");
    showState();
  });
  desk.on("beat", (d) => say("Live,", d.at));
  desk.on("hello", (d) => { say("Live,", d.at); showState(); ask(); });
  desk.on("change", () => ask());
  $("[data-retry]").addEventListener("click", desk.retry);

  const ask = desk.reader(() => {
    const url = new URL(location.href);
    url.searchParams.delete("auto");
    url.searchParams.set("part", "rows");
    return url.pathname + url.search;
  }, arrived);

  function arrived(doc) {
    next = $("[data-list]", doc);
    const d = next.dataset;
    desk.setNow(d.now);
    say("Live,", d.asof);
    $("[data-sub]").textContent = d.sub;
    $$("[data-count]").forEach((n) => { n.textContent = d[n.dataset.count]; });
    document.title = (d.noowner !== "0" ? "(" + d.noowner + ") " : "") + d.head;
    const icon = $("link[rel=icon]");
    icon.href = "alarm" in d ? icon.dataset.iconDot : icon.dataset.icon;
    rail($("[data-rail]", doc));
    if (busy()) patch();
    else swap();
  }

  function rail(fresh) {
    const counts = $$("[data-rail] .rail__n"), now = $$(".rail__n", fresh);
    counts.forEach((n, i) => { if (now[i]) n.textContent = now[i].textContent; });
  }

  /* Somebody is on a row: its focus or pointer must stay where it is. */
  const busy = () => list.contains(document.activeElement) || $("tr[data-id]:hover", list);

  /* Shows what changed inside the rows that are there, and offers the rest. */
  function patch() {
    const shown = rows(list);
    for (const row of shown) {
      const fresh = rowOf(row.dataset.id, next);
      row.classList.toggle("is-gone", !fresh);
      if (!fresh) continue;
      row.classList.toggle("is-unread", fresh.classList.contains("is-unread"));
      row.classList.toggle("is-mine", fresh.classList.contains("is-mine"));
      Array.from(fresh.cells).forEach((cell, i) => {
        const old = row.cells[i];
        if (old.innerHTML !== cell.innerHTML && !old.contains(document.activeElement)) old.innerHTML = cell.innerHTML;
      });
    }
    const known = new Set(shown.map((r) => r.dataset.id));
    const fresh = rows(next).filter((r) => !known.has(r.dataset.id));
    const danger = fresh.filter((r) => $(".pri--1", r)).length, n = danger || fresh.length;
    pill.hidden = !n;
    pill.textContent = n + (danger ? (n === 1 ? " emergency" : " emergencies") : " new") + ", show " + (n === 1 ? "it" : "them");
  }

  /* Puts the newer list in place; the focus stays on its conversation. */
  function swap() {
    if (!next) return;
    const at = focused();
    list.replaceChildren(...next.childNodes);
    Object.assign(list.dataset, next.dataset);
    if (!("alarm" in next.dataset)) delete list.dataset.alarm;
    next = null;
    pill.hidden = true;
    const row = at && rowOf(at, list);
    if (row) link(row).focus({ preventScroll: true });
    tick();
  }

  const settle = () => { if (next && !busy()) swap(); };
  list.addEventListener("pointerleave", settle);
  list.addEventListener("focusout", () => setTimeout(settle, 0));
  pill.addEventListener("click", (e) => { if (next) { e.preventDefault(); swap(); scrollTo(0, 0); } });

  /* Moving with keys: the focus is the cursor. */
  const link = (row) => $(".q__msg a", row);
  const focused = () => { const r = document.activeElement.closest("tr[data-id]"); return r && list.contains(r) ? r.dataset.id : ""; };

  function move(step) {
    const all = rows(list), i = all.findIndex((r) => r.dataset.id === focused());
    const row = all[i < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(i + step, 0), all.length - 1)];
    if (row) { link(row).focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); }
  }
  desk.key("j", () => move(1));
  desk.key("k", () => move(-1));
  desk.key("ArrowDown", () => move(1));
  desk.key("ArrowUp", () => move(-1));
  desk.key("o", () => { const row = rowOf(focused(), list); if (row) link(row).click(); });
  desk.key("a", () => { const row = rowOf(focused(), list), take = row && $("form button", row); if (take) take.click(); });
  list.addEventListener("focusin", (e) => { if (e.target.matches(".q__msg a")) e.target.closest("tr").classList.add("is-here"); });
  list.addEventListener("focusout", (e) => { const r = e.target.closest("tr"); if (r) r.classList.remove("is-here"); });

  /* Back leads to the row that was opened. */
  list.addEventListener("click", (e) => {
    const a = e.target.closest(".q__msg a");
    if (a) history.replaceState({ row: a.closest("tr").dataset.id }, "");
  });
  const opened = history.state && history.state.row && rowOf(history.state.row, list);
  if (opened) { link(opened).focus({ preventScroll: true }); opened.scrollIntoView({ block: "nearest" }); }

  /* Addresses hold only what was chosen. */
  $("[data-filters]").addEventListener("submit", (e) => {
    $$("select", e.target).forEach((s) => { s.disabled = !s.value; });
    setTimeout(() => $$("select", e.target).forEach((s) => { s.disabled = false; }), 0);
  });
})();
