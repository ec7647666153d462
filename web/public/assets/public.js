/* Everything here is a comfort: without it every page works. Written for old
   phones too (ES5, no modules). Nothing is put into any storage, nothing typed
   leaves the page before Send, nothing rings, asks or shows a notice. */
(function () {
  'use strict';
  var doc = document, root = doc.documentElement, body = doc.body, win = window;

  function on(target, name, f) { target.addEventListener(name, f, false); }
  function find(selector) { return doc.querySelector(selector); }

  /* Leaving: empty the page at once, however slow the other site is, and take
     our entry out of the history. */
  function leave() {
    root.className = 'gone';
    body.textContent = '';
    win.location.replace('/exit');
  }
  on(doc, 'click', function (e) {
    for (var at = e.target; at && at !== doc; at = at.parentNode) {
      if (at.getAttribute && at.getAttribute('href') === '/exit') { e.preventDefault(); leave(); return; }
    }
  });

  /* Shift three times, each within five seconds, not as part of another key. */
  var said = doc.createElement('p'), shifts = 0, armed = false, forget, escapes = 0;
  said.className = 'vh';
  said.setAttribute('role', 'status');
  body.appendChild(said);
  function resetShift() { shifts = 0; said.textContent = ''; }
  on(doc, 'keydown', function (e) {
    var shift = e.key === 'Shift' || e.keyCode === 16, escape = e.key === 'Escape' || e.key === 'Esc' || e.keyCode === 27;
    if (shift) { if (!e.repeat) { armed = true; } } else { armed = false; resetShift(); }
    if (!escape) { escapes = 0; return; }
    if (e.repeat) { return; }
    var now = Date.now();
    if (escapes && now - escapes < 1500) { leave(); return; }
    escapes = now;
  });
  on(doc, 'keyup', function (e) {
    if (!armed || !(e.key === 'Shift' || e.keyCode === 16)) { return; }
    armed = false;
    clearTimeout(forget);
    shifts += 1;
    if (shifts === 3) { leave(); return; }
    said.textContent = body.getAttribute('data-press-' + (3 - shifts));
    forget = setTimeout(resetShift, 5000);
  });

  /* A page that the browser kept whole must not come back with Back. */
  on(win, 'pagehide', function () { root.className = 'gone'; });
  on(win, 'pageshow', function (e) { if (e.persisted) { win.location.reload(); } });

  function ask(method, url, data, done) {
    var x = new XMLHttpRequest();
    x.open(method, url, true);
    x.timeout = 30000;
    if (typeof data === 'string') { x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded'); }
    x.onload = function () { done(x.status, x); };
    x.onerror = x.ontimeout = function () { done(0, x); };
    x.send(data);
  }
  function parse(x) { return new win.DOMParser().parseFromString(x.responseText, 'text/html'); }

  /* Sending: the same token with every try, so that a lost answer is no second
     message. A refusal is shown by the server's own page. */
  var form = find('form.write[action^="/c"]'), box = doc.getElementById('text');
  if (form && box) { sending(); }

  function sending() {
    var state = find('.write__state'), button = form.querySelector('button'), tries = 0, timer, slow, busy = false;
    /* Sent shows in the list; the words for it are for those who listen. Sending
       shows only when it takes long, so that nothing jumps. */
    function tell(what) {
      clearTimeout(slow);
      state.textContent = what ? state.getAttribute('data-' + what) || '' : '';
      state.className = what === 'unsent' ? 'write__state failed' : 'vh write__state';
      if (what === 'sending') { slow = setTimeout(function () { state.className = 'write__state'; }, 600); }
    }
    function letter() {
      var parts = [], fields = form.querySelectorAll('[name]');
      for (var i = 0; i < fields.length; i++) {
        parts.push(encodeURIComponent(fields[i].name) + '=' + encodeURIComponent(fields[i].value));
      }
      return parts.join('&');
    }
    function attempt() {
      var text = box.value;
      clearTimeout(timer);
      busy = true;
      button.setAttribute('aria-disabled', 'true');
      tell('sending');
      ask('POST', form.getAttribute('action'), letter(), function (status, x) {
        busy = false;
        button.removeAttribute('aria-disabled');
        if (status === 200) { arrived(x, text); return; }
        if (status >= 400 && status < 500) { form.submit(); return; }
        tell('unsent');
        form.scrollIntoView(false);
        tries += 1;
        if (tries < 6) { timer = setTimeout(attempt, 3000 * Math.pow(2, tries - 1)); }
      });
    }
    function arrived(x, text) {
      if (!doc.getElementById('log')) { win.location.replace(x.responseURL); return; }
      var fresh = parse(x).querySelector('[name="token"]'), old = doc.getElementById('problem');
      if (!fresh) { win.location.replace(x.responseURL); return; }
      form.querySelector('[name="token"]').value = fresh.value;
      if (box.value === text) { box.value = ''; }
      if (old) { old.parentNode.removeChild(old); }
      tries = 0;
      tell('sent');
      if (live) { live(true); }
    }
    on(form, 'submit', function (e) {
      e.preventDefault();
      if (!busy && /\S/.test(box.value)) { tries = 0; attempt(); }
    });
    on(box, 'input', function () { clearTimeout(timer); if (!busy) { tell(''); } });
    on(win, 'online', function () { if (tries && !busy) { attempt(); } });
  }

  /* The live list takes the place of the frame. */
  var live, frame = doc.getElementById('log');
  if (frame && win.DOMParser) { watching(); }

  function watching() {
    var url = frame.getAttribute('src').replace('?pause=1&', '?').replace('?pause=1', '');
    var words = frame.getAttribute('data-fresh').split('|'), missed = 0, paused = false, first = true;
    var check = find('.logbar a'), pause = find('.logbar a + a');
    var pane = doc.createElement('div'), list = doc.createElement('ol'), inner = doc.createElement('div');
    var more = doc.createElement('p'), link = doc.createElement('a');
    pane.className = 'logframe';
    pane.id = 'log';
    pane.setAttribute('role', 'log');
    pane.setAttribute('aria-live', 'polite');
    pane.setAttribute('aria-label', frame.title);
    pane.tabIndex = 0;
    inner.className = 'log__list';
    inner.appendChild(list);
    pane.appendChild(inner);
    more.className = 'fresh';
    more.hidden = true;
    link.href = '#log';
    more.appendChild(link);
    var events = frame.getAttribute('data-events');
    frame.parentNode.insertBefore(more, frame.nextSibling);
    frame.parentNode.replaceChild(pane, frame);

    /* A helper writes: said for ten seconds, or until there is something to read. */
    var note = doc.createElement('p'), silent;
    note.className = 'writing';
    function stopped() { if (note.parentNode) { pane.removeChild(note); } }
    function writing() {
      var follow = near();
      clearTimeout(silent);
      silent = setTimeout(stopped, 10000);
      if (paused || note.parentNode) { return; }
      note.textContent = frame.getAttribute('data-writing');
      pane.appendChild(note);
      if (follow) { bottom(); }
    }

    function bottom() { pane.scrollTop = pane.scrollHeight; missed = 0; more.hidden = true; }
    function near() { return pane.scrollHeight - pane.scrollTop - pane.clientHeight < 48; }

    function show(x, own) {
      var page = parse(x), says = page.querySelectorAll('#says > li'), follow = own || first || near(), i;
      if (page.getElementById('ended')) { win.location.replace(ended); return; }
      for (i = 0; i < says.length; i++) {
        if (doc.getElementById(says[i].id)) { continue; }
        localTime(says[i]);
        list.appendChild(doc.importNode(says[i], true));
        if (!/say--you/.test(says[i].className)) { missed += 1; stopped(); }
      }
      offer(page.getElementById('person'));
      if (first && !says.length) { return; }
      first = false;
      if (follow) { bottom(); return; }
      if (missed) { link.textContent = words[Math.min(missed, words.length) - 1]; more.hidden = false; }
    }
    /* The button for a person, while the list offers it. */
    function offer(form) {
      var old = doc.getElementById('person');
      var changed = !form || !old || form.querySelector('.failed') || old.querySelector('.failed');
      if (old && changed) { inner.removeChild(old); }
      if (form && changed) { inner.appendChild(doc.importNode(form, true)); }
    }
    on(pane, 'submit', function (e) {
      var form = e.target, token = form.querySelector('[name="token"]').value;
      e.preventDefault();
      ask('POST', form.getAttribute('action'), 'token=' + encodeURIComponent(token), function (status, x) {
        if (status === 200) { show(x, true); }
      });
    });
    var file = doc.getElementById('file'), pick = doc.getElementById('pick');
    if (file && win.FormData) {
      on(file, 'submit', function (e) {
        e.preventDefault();
        if (!pick.value) { return; }
        ask('POST', file.getAttribute('action'), new win.FormData(file), function (status, x) {
          if (status === 200) { pick.value = ''; show(x, true); pane.scrollIntoView(false); }
        });
      });
    }
    live = function (own) {
      ask('GET', url, null, function (status, x) { if (status === 200) { show(x, own === true); } });
    };
    on(link, 'click', function (e) { e.preventDefault(); bottom(); });
    on(pane, 'scroll', function () { if (near()) { missed = 0; more.hidden = true; } });
    on(check, 'click', function (e) { e.preventDefault(); live(true); });
    on(pause, 'click', function (e) {
      var other = pause.getAttribute('data-other');
      e.preventDefault();
      paused = !paused;
      pause.setAttribute('data-other', pause.textContent);
      pause.textContent = other;
      if (!paused) { live(); }
    });
    function hint() { if (!paused) { live(); } }
    live(true);
    if (!win.EventSource) { setInterval(hint, 15000); return; }
    var source = new win.EventSource(events);
    source.onopen = source.onmessage = hint;
    on(source, 'writing', writing);
    source.onerror = function () { if (source.readyState === 2) { setTimeout(hint, 3000); } };
    on(win, 'pagehide', function () { source.close(); });
  }

  var paper = doc.getElementById('print');
  if (paper) {
    paper.hidden = false;
    on(paper, 'click', function () { win.print(); });
    Array.prototype.forEach.call(doc.querySelectorAll('.copy > li'), localTime);
  }

  Array.prototype.forEach.call(doc.querySelectorAll('.here'), localTime);

  /* The visitor's own clock, where the server could only guess. */
  function localTime(item) {
    var time = item.querySelector('time'), at = time && new Date(time.getAttribute('datetime'));
    if (!at || isNaN(at)) { return; }
    var clock = ('0' + at.getHours()).slice(-2) + ':' + ('0' + at.getMinutes()).slice(-2);
    var spot = time.querySelector('bdi');
    if (spot) { spot.textContent = clock; }
  }

  /* The idle end: a warning after 18 minutes, the end after 20. Writing counts
     as use, and the server is told only that someone is here. */
  var soon = doc.getElementById('soon'), ended = soon && soon.getAttribute('data-ended');
  if (soon) { idling(); }

  function idling() {
    var used = Date.now(), told = used, stay = soon.getAttribute('data-stay');
    function use() {
      used = Date.now();
      soon.hidden = true;
      if (used - told > 60000) { told = used; ask('GET', stay, null, function () {}); }
    }
    on(doc, 'keydown', use);
    on(doc, 'mousedown', use);
    on(doc, 'touchstart', use);
    setInterval(function () {
      var idle = Date.now() - used;
      if (idle >= 1200000) { win.location.replace(ended); } else if (idle >= 1080000) { soon.hidden = false; }
    }, 5000);
  }
})();
