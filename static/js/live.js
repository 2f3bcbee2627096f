/* A page that stays current: one connection while it is seen, else a question now and then. What comes is only that
   something is at another version; the page then fetches it from an ordinary address. Nothing moves under a thumb. */
(function () {
  "use strict";

  var root = document.querySelector("[data-live]");
  if (!root || !window.fetch || !window.DOMParser) { return; }
  var known = split(root.dataset.at), address = root.dataset.live;
  var source = null, timer = 0, failures = 0, polls = 0, announced = 0, over = false, asking = false;
  var later = [];

  function split(at) {
    var parts = {};
    at.split(",").forEach(function (pair) { var cut = pair.split("="); parts[cut[0]] = cut[1]; });
    return parts;
  }
  function at() { return Object.keys(known).sort().map(function (name) { return name + "=" + known[name]; }).join(","); }
  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function seconds(most) { return most * 1000 * (0.5 + Math.random() / 2); }

  // --- the connection ---------------------------------------------------------------------------------------------

  function close() {
    clearTimeout(timer);
    if (source) { source.close(); source = null; }
  }
  function open() {
    close();
    if (over || document.hidden) { return; }
    if (!window.EventSource || failures > 2) { poll(); return; }
    source = new EventSource(address + "?at=" + encodeURIComponent(at()));
    source.onopen = function () { failures = 0; };
    source.onmessage = function (event) { take(JSON.parse(event.data)); };
    source.onerror = function () {  // we come back in our own time: a house that is down is not asked in a storm
      failures += 1;
      close();
      timer = setTimeout(open, seconds(Math.min(60, 2 * Math.pow(2, failures))));
    };
  }
  function poll() {
    polls += 1;
    look().then(function () {
      if (polls % 12 === 0) { failures = 0; }  // perhaps the stream works by now
      return 25;
    }, function () { return 60; }).then(function (wait) {
      if (!over && !document.hidden && !source) { clearTimeout(timer); timer = setTimeout(open, seconds(wait)); }
    });
  }
  function look() {
    return fetch(address, { headers: { "If-None-Match": '"' + at() + '"' }, credentials: "same-origin" }).then(function (answer) {
      if (answer.redirected || (answer.status > 399 && answer.status < 429)) { over = true; close(); return null; }
      if (answer.status === 304) { return null; }
      if (!answer.ok) { throw answer; }
      return answer.json().then(take);
    });
  }

  // --- what has changed -------------------------------------------------------------------------------------------

  var changes = { turnout: turnout, talk: talk, way: way, state: state };

  function take(news) {
    var now = split(news.at);
    Object.keys(now).forEach(function (name) {
      if (now[name] === known[name]) { return; }
      known[name] = now[name];
      if (changes[name]) { setTimeout(function () { changes[name](name, 3); }, name === "talk" ? 0 : Math.random() * 1000 * (news.within - 1)); }
    });
  }
  function read(from, headers) {
    return fetch(from, { headers: headers || {}, credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (!answer.ok || (answer.redirected && headers)) { throw answer; }
      return answer.text();
    }).then(function (text) { return new DOMParser().parseFromString(text, "text/html"); });
  }
  function again(name, tries) {
    return function () { if (tries > 1) { setTimeout(function () { changes[name](name, tries - 1); }, seconds(10)); } };
  }
  function turnout(name, tries) {
    read(root.dataset.from, { "HX-Request": "true" }).then(function (page) {
      swap(page, name);
      if (Date.now() - announced > 20000) {
        announced = Date.now();
        say(document.getElementById("gap").textContent);
      }
    }).catch(again(name, tries));
  }
  function way(name, tries) {
    read(location.pathname + location.search).then(function (page) {
      say(root.dataset.way);
      swap(page, name);
    }).catch(again(name, tries));
  }
  function state() {
    var bar = document.querySelector(".act > div");
    say(root.dataset.state);
    each(document.querySelectorAll('[data-part="state"]'), function (part) { offer(part, ""); });
    if (bar) { offer(bar, "btn main"); }  // a vote that is over is not offered
  }
  function offer(place, look) {
    var link = document.createElement("a");
    link.href = location.pathname;
    link.className = look;
    link.textContent = root.dataset.state;
    steady(place);
    place.textContent = "";
    place.appendChild(link);
  }
  function talk() {
    var thread = document.querySelector("[data-talk]"), line = document.querySelector(".news a");
    if (!thread || !line || asking) { return; }
    var fresh = parseInt(known.talk, 10) - parseInt(thread.dataset.talk, 10), words;
    if (known.talk === thread.dataset.talk) { return; }
    words = fresh < 1 ? line.dataset.other : fresh === 1 ? line.dataset.one : line.dataset.many.replace("{n}", fresh);
    line.textContent = words;
    line.className = "btn";
    line.parentNode.classList.add("new");
    say(words);
  }

  // --- on the page ------------------------------------------------------------------------------------------------

  function say(words) {
    var live = document.getElementById("live"), line = live.querySelector(".vh") || document.createElement("p");
    line.className = "vh";
    live.appendChild(line);
    line.textContent = words;
  }
  function steady(part) { part.style.minHeight = part.getBoundingClientRect().height + "px"; }
  function isSeen(part) {
    var box = part.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  }
  function swap(page, name) {
    each(document.querySelectorAll('[data-part="' + name + '"]'), function (old) {
      var part = page.getElementById(old.id);
      if (!part || part.innerHTML === old.innerHTML) { return; }
      part = document.importNode(part, true);
      part.dataset.part = name;
      settle(old, part);
    });
  }
  // In sight only what keeps its height is exchanged; the rest waits until nobody looks at it.
  function settle(old, part) {
    if (!document.contains(old)) { return; }
    if (isSeen(old) && height(old, part) > old.getBoundingClientRect().height + 1) {
      later = later.filter(function (one) { return one.old !== old; });
      later.push({ old: old, part: part });
      return;
    }
    if (isSeen(old)) { part.style.minHeight = old.getBoundingClientRect().height + "px"; }
    keepingPlace(function () { put(old, part); });
  }
  function height(old, part) {
    var trial = part.cloneNode(true), tall;
    trial.style.position = "absolute";
    trial.style.visibility = "hidden";
    trial.style.width = old.getBoundingClientRect().width + "px";
    old.parentNode.insertBefore(trial, old.nextSibling);
    tall = trial.getBoundingClientRect().height;
    trial.parentNode.removeChild(trial);
    return tall;
  }
  function put(old, part) {
    old.parentNode.replaceChild(part, old);
    if (window.htmx) { window.htmx.process(part); }
  }
  // What stands in the middle of the screen stays there, whatever grew or shrank above it.
  function keepingPlace(act) {
    var middle = document.elementFromPoint(window.innerWidth / 2, window.innerHeight / 2), before, moved;
    before = middle && middle.getBoundingClientRect().top;
    act();
    if (!middle || !document.contains(middle)) { return; }
    moved = middle.getBoundingClientRect().top - before;
    if (Math.abs(moved) > 1) { window.scrollBy(0, moved); }
  }
  function catchUp() {
    var waiting = later;
    later = [];
    waiting.forEach(function (one) { settle(one.old, one.part); });
  }

  // --- what the reader does ---------------------------------------------------------------------------------------

  function show(line) {
    var thread = document.querySelector("[data-talk]"), had = {};
    each(thread.querySelectorAll("[id^=comment-]"), function (said) { had[said.id] = true; });
    line.setAttribute("aria-busy", "true");
    return read(location.pathname + location.search).then(function (page) {
      var part = document.importNode(page.querySelector("[data-talk]"), true), first;
      each(thread.querySelectorAll("#say, [id^=under-]"), function (form) {  // what is being written stays
        var place = (form.id === "say" || form.querySelector("form")) && part.querySelector("#" + form.id);
        if (place) { place.parentNode.replaceChild(form, place); }
      });
      each(part.querySelectorAll("[id^=comment-]"), function (said) { if (!first && !had[said.id]) { first = said; } });
      put(thread, part);
      known.talk = part.dataset.talk;
      if (page.getElementById("way")) { swap(page, "way"); }
      first = first || part.querySelector("h2");
      first.setAttribute("tabindex", "-1");
      first.focus({ preventScroll: true });
      first.scrollIntoView({ block: "center" });
    }).catch(function () { location.assign(line.href); });
  }
  document.addEventListener("click", function (event) {
    var line = event.target.closest("[data-news]");
    if (!line || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    if (!line.hasAttribute("aria-busy")) { show(line); }
  });

  // One's own comment is no news: while it is on its way nothing is said, and the page it comes back with is current.
  document.addEventListener("htmx:beforeRequest", function (event) { asking = event.detail.requestConfig.verb === "post"; });
  document.addEventListener("htmx:afterSettle", function () {
    var thread = document.querySelector("[data-talk]");
    if (!asking) { return; }
    asking = false;
    if (thread && "talk" in known) { known.talk = thread.dataset.talk; }
    look().catch(function () {});
  });
  document.addEventListener("htmx:sendError", function () { asking = false; });

  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { close(); } else { catchUp(); open(); }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { open(); } });
  window.addEventListener("scroll", function () { if (later.length) { catchUp(); } }, { passive: true });
  open();
})();
