// Campaigns: counts while one chooses, measures while one types, keeps progress
// moving, and asks before what was not saved is lost. The pages are complete
// without it.
(function () {
  "use strict";
  const { $, $$ } = window.desk;
  const plan = $("form[data-guard]");

  /* Parts of a page that follow the form. */
  if (plan && plan.dataset.live) {
    let timer = 0, turn = 0;
    const into = $('[data-part="' + plan.dataset.into + '"]'), counted = $("[data-counted]");
    const ask = () => {
      const mine = ++turn;
      fetch(plan.dataset.live, { method: "POST", body: new URLSearchParams(new FormData(plan)), credentials: "same-origin" })
        .then((r) => (r.ok ? r.text() : Promise.reject(r.status)))
        .then((html) => {
          if (mine !== turn) return; // an older answer
          into.innerHTML = html;
          if (counted) counted.textContent = "Counted now, not saved yet";
        })
        .catch(() => { if (counted) counted.textContent = "Not counted. Save to count."; });
    };
    plan.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 250); });
  }

  /* What was not saved. */
  if (plan) {
    let dirty = false;
    plan.addEventListener("input", () => { dirty = true; });
    plan.addEventListener("submit", () => { dirty = false; });
    addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
    addEventListener("keydown", (e) => {
      const save = $("[data-save]");
      if ((e.ctrlKey || e.metaKey) && e.key === "s" && save) { e.preventDefault(); dirty = false; save.click(); }
    });
  }

  /* The hold before a campaign goes out. */
  const hold = $("[data-hold]");
  if (hold) {
    const end = Date.now() + Number(hold.dataset.hold) * 1000;
    const tick = setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left > 0) { hold.textContent = "Goes out in " + left + " s"; return; }
      clearInterval(tick);
      hold.textContent = "Going out";
      setTimeout(() => location.assign(location.pathname.replace(/\/review$/, "")), 2500);
    }, 1000);
  }

  /* Progress. */
  const live = $("[data-poll]");
  if (live) {
    const again = () => setTimeout(look, 2000);
    const look = () => {
      if (document.hidden) { again(); return; }
      fetch(live.dataset.poll, { credentials: "same-origin" })
        .then((r) => (r.ok ? r.text() : Promise.reject(r.status)))
        .then((html) => {
          const focus = document.activeElement && live.contains(document.activeElement) ? document.activeElement.value : "";
          live.innerHTML = html;
          if (focus) $$("button", live).filter((b) => b.value === focus).forEach((b) => b.focus());
          again();
        })
        .catch(() => setTimeout(look, 10000));
    };
    again();
  }
})();
