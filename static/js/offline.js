/* Without a network: a form says that it was not sent and keeps what stands in it; a page from the phone says so. */
(function () {
  "use strict";

  var sending = null, pressed = null;
  function at(id) { return document.getElementById(id); }
  function isKept() { return at("net-kept") && !at("net-kept").hidden; }

  // Whether Council answers. This never goes through the worker.
  function alive() {
    return fetch("/healthz", { cache: "no-store" }).then(function (answer) { if (!answer.ok) { throw answer; } });
  }

  function unsent(form, unsure) {
    var note = at("net-unsent"), said = unsure ? "unsure" : "unsent";
    sending = null;
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
    if (event.defaultPrevented || form.method !== "post") { return; }
    if (!steady && !isKept() && navigator.onLine !== false) { return; }
    event.preventDefault();
    if (sending === form) { return; }
    sending = form;
    if (at("net-unsent")) { at("net-unsent").hidden = true; }
    (steady ? steadily(form, by) : alive().then(function () { plainly(form, by); })).catch(function () {
      unsent(form, steady && navigator.onLine !== false);
    });
  });
  window.addEventListener("pageshow", function () { sending = null; });

  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var form = event.detail.elt;
      if (form.method === "post") { unsent(form, navigator.onLine !== false); }
    });
  });

  if (isKept()) {
    var look = function () {
      if (document.hidden || !isKept()) { return; }
      alive().then(function () {
        at("net-kept").hidden = true;
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
