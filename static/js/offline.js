/* Without a network: a form says that it was not sent and keeps what stands in it; a page from the phone says so. */
(function () {
  "use strict";

  var SLOW = 4000, sending = null, pressed = null, patience = 0;
  function at(id) { return document.getElementById(id); }
  function shows(id) { return !!at(id) && !at(id).hidden; }
  function isKept() { return shows("net-kept") || shows("net-late"); }

  // What is still under way is neither sent nor unsent: after a while the page says so, until it is known.
  function waiting() {
    clearTimeout(patience);
    patience = setTimeout(function () { if (at("net-slow")) { at("net-slow").hidden = false; } }, SLOW);
  }
  function known() {
    clearTimeout(patience);
    if (at("net-slow")) { at("net-slow").hidden = true; }
  }

  // Whether Council answers. This never goes through the worker.
  function alive() {
    return fetch("/healthz", { cache: "no-store" }).then(function (answer) { if (!answer.ok) { throw answer; } });
  }

  function unsent(form, unsure) {
    var note = at("net-unsent"), said = unsure ? "unsure" : "unsent";
    sending = null;
    known();
    delete form.dataset.sent;
    note.querySelector("p").textContent = form.dataset[said] || note.dataset[said];
    note.setAttribute("role", "alert");
    note.hidden = false;
    note.focus();
  }

  function plainly(form, by) {
    sending = null;
    if (by && by.name) {
      var extra = document.createElement("input");
      extra.type = "hidden";
      extra.name = by.name;
      extra.value = by.value;
      form.appendChild(extra);
    }
    HTMLFormElement.prototype.submit.call(form);
  }

  // The same form again carries the same key, so it counts once. What is refused is sent again the ordinary way: the
  // browser shows the answer.
  function steadily(form, by) {
    var data = new FormData(form), files = form.enctype === "multipart/form-data";
    var stop = new AbortController(), timer = files ? 0 : setTimeout(function () { stop.abort(); }, 30000);
    if (by && by.name) { data.append(by.name, by.value); }
    return fetch(form.getAttribute("action"), {
      method: "POST", body: files ? data : new URLSearchParams(data), headers: { "X-Steady": "1" }, signal: stop.signal
    }).then(function (answer) {
      var next = answer.headers.get("X-Next");
      clearTimeout(timer);
      if (next) { location.assign(next); } else { plainly(form, by); }
    });
  }

  document.addEventListener("click", function (event) { pressed = event.target.closest("button"); }, true);
  document.addEventListener("submit", function (event) {
    var form = event.target, steady = form.hasAttribute("data-steady");
    var by = event.submitter || (pressed && pressed.form === form ? pressed : null);
    var isOnline = navigator.onLine !== false;  // what sets out on a line that breaks later may have arrived
    if (event.defaultPrevented || form.method !== "post") { return; }
    if (!form.hasAttribute("data-file")) { waiting(); }  // a download leaves the page where it is, and tells nobody
    if (!steady && !isKept() && isOnline) { return; }
    event.preventDefault();
    if (sending === form) { return; }
    sending = form;
    if (at("net-unsent")) { at("net-unsent").hidden = true; }
    (steady ? steadily(form, by) : alive().then(function () { plainly(form, by); })).catch(function () {
      unsent(form, steady && isOnline);
    });
  });
  window.addEventListener("pageshow", function () { sending = null; known(); });

  document.addEventListener("htmx:beforeRequest", function (event) {
    event.detail.xhr.isOnline = navigator.onLine !== false;
    if (event.detail.requestConfig.verb === "post") { waiting(); }
  });
  document.addEventListener("htmx:afterRequest", known);
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var form = event.detail.elt;
      if (form.method === "post") { unsent(form, event.detail.xhr.isOnline); }
    });
  });

  if (isKept()) {
    var look = function () {
      if (document.hidden || !isKept()) { return; }
      alive().then(function () {
        at("net-kept").hidden = at("net-late").hidden = true;
        at("net-back").hidden = false;
      }).catch(function () {});
    };
    window.addEventListener("online", look);
    setInterval(look, 15000);
  }

  if (navigator.serviceWorker) {
    window.addEventListener("load", function () {
      setTimeout(function () { navigator.serviceWorker.register("/sw.js").catch(function () {}); }, 1000);
    });
  }
})();
