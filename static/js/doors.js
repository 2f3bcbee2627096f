/* At the doors: what is recorded there is kept on the telephone (IndexedDB, photos too) before it is sent, and stays until
   the house has answered. Without a network the next home's form opens from the page. The key of a form makes a record
   that goes out twice count once. Where nothing can be kept, the form is sent as any other (offline.js). */
(function () {
  "use strict";

  var queue = document.getElementById("queue");
  if (!queue || !window.indexedDB || !window.fetch || !window.AbortController) { return; }

  var WAIT = 30000, WAIT_FILES = 120000, LOOK = 15000, ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  var who = document.getElementById("main").dataset.who, list = queue.querySelector("ul"), pressed = null;
  var busy = {}, states = {}, line = Promise.resolve(), drained = false;

  // keeping

  var opening = new Promise(function (resolve, reject) {
    var asked = indexedDB.open("council-doors", 1);
    asked.onupgradeneeded = function () { asked.result.createObjectStore("records", { keyPath: "key" }); };
    asked.onsuccess = function () { resolve(asked.result); };
    asked.onerror = asked.onblocked = function () { reject(asked.error); };
  });
  function store(mode, act) {
    return opening.then(function (base) {
      return new Promise(function (resolve, reject) {
        var work = base.transaction("records", mode), asked = act(work.objectStore("records"));
        work.oncomplete = function () { resolve(asked.result); };
        work.onerror = work.onabort = function () { reject(work.error); };
      });
    });
  }
  function keep(record) { return store("readwrite", function (records) { return records.put(record); }); }
  function drop(key) { return store("readwrite", function (records) { return records.delete(key); }); }
  function mine() {
    return store("readonly", function (records) { return records.getAll(); }).then(function (all) {
      return all.filter(function (one) { return one.who === who; }).sort(function (a, b) { return a.at - b.at; });
    });
  }

  // telling

  function clone(id) { return document.importNode(document.getElementById(id).content, true); }
  function mark(record, on) {
    var room = document.getElementById("r" + record.room), old = room && room.querySelector("[data-queued]"), sign;
    if (!room || record.entrance !== document.getElementById("home-offline").dataset.entrance) { return; }
    if (old && !on) { room.removeChild(old); }
    if (on && !old) {
      sign = document.createElement("span");
      sign.setAttribute("data-queued", "");
      sign.appendChild(clone("queue-mark"));
      room.appendChild(sign);
    }
  }
  function words(record) {
    var state = busy[record.key] ? "sending" : states[record.key] || "unsent";
    return queue.dataset[state] + (state === "refused" ? " " + record.refused : "");
  }
  function show() {
    return mine().then(function (records) {
      list.textContent = "";
      records.forEach(function (record) {
        var part = clone("queue-item"), row = part.querySelector("li");
        if (record.refused) { states[record.key] = "refused"; }
        row.querySelector("b").textContent = record.room + " " + record.what;
        row.querySelector("span").textContent = words(record);
        row.querySelector(".btns").hidden = !record.refused;
        row.querySelector("[data-again]").onclick = function () { record.refused = ""; states[record.key] = ""; keep(record).then(flush); };
        row.querySelector("[data-drop]").onclick = function () { drop(record.key).then(function () { mark(record, false); return show(); }); };
        list.appendChild(part);
        mark(record, true);
      });
      queue.hidden = !records.length;
      document.getElementById("queue-sent").hidden = !(drained && !records.length);
      return records;
    });
  }

  // sending: {next} taken, {refused} with the house's words, {login}, or {} for not now

  function send(record) {
    var data = new FormData(), stop = new AbortController(), timer, token = document.querySelector("input[name=_csrf]");
    record.fields.forEach(function (one) { data.append(one[0], one[0] === "_csrf" && token ? token.value : one[1]); });
    record.files.forEach(function (one) { data.append(one[0], one[1], one[2]); });
    data.append("waited", String(Math.max(0, Math.round((Date.now() - record.at) / 1000))));
    timer = setTimeout(function () { stop.abort(); }, record.files.length ? WAIT_FILES : WAIT);
    return fetch(record.action, { method: "POST", body: data, headers: { "X-Steady": "1" }, signal: stop.signal }).then(function (answer) {
      var next = answer.headers.get("X-Next");
      clearTimeout(timer);
      if (next) { return /^(https?:\/\/[^/]+)?\/login/.test(next) ? { login: true } : { next: next }; }
      if (answer.status >= 500 || answer.status === 408 || answer.status === 429) { return {}; }
      return answer.text().then(function (html) {
        var page = new DOMParser().parseFromString(html, "text/html"), told = page.querySelector("#problems li") || page.querySelector("main h1");
        return { refused: told ? told.textContent.trim() : String(answer.status) };
      });
    }).catch(function () { clearTimeout(timer); return {}; });
  }
  function one(record) {
    busy[record.key] = true;
    show();
    return send(record).then(function (came) {
      delete busy[record.key];
      states[record.key] = came.login ? "login" : "";
      if (came.next) { return drop(record.key).then(function () { mark(record, false); return came; }); }
      if (came.refused) { record.refused = came.refused; return keep(record).then(function () { return came; }); }
      return came;
    });
  }
  // One after another, and no further than the first that does not get through.
  function flush() {
    line = line.then(mine).then(function (records) {
      return records.filter(function (each) { return !each.refused; }).reduce(function (before, record) {
        return before.then(function (goes) {
          return goes && one(record).then(function (came) { drained = drained || !!came.next; return !!(came.next || came.refused); });
        });
      }, Promise.resolve(true));
    }).then(show, show);
    return line;
  }

  // what a tap leaves

  function newKey() {
    var bytes = new Uint8Array(27);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return ALPHABET[byte % ALPHABET.length]; }).join("");
  }
  function noted(form, by) {
    var record = { who: who, key: form.elements.key.value, action: form.getAttribute("action"), at: Date.now(), fields: [], files: [] };
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") { record.fields.push([name, value]); }
      else if (value.size) { record.files.push([name, value, value.name]); }
    });
    if (by && by.name) { record.fields.push([by.name, by.value]); }
    record.what = by ? by.dataset.what || by.textContent : "";
    record.entrance = form.elements.unit.value.split("-").slice(0, 2).join("-");
    record.room = form.elements.unit.value.split("-").slice(2).join("-");
    return record;
  }
  function plainly(form, by) {
    var extra = document.createElement("input");
    extra.type = "hidden";
    extra.name = by ? by.name : "";
    extra.value = by ? by.value : "";
    form.appendChild(extra);
    HTMLFormElement.prototype.submit.call(form);
  }
  document.addEventListener("click", function (event) { pressed = event.target.closest("button"); }, true);
  document.addEventListener("submit", function (event) {
    var form = event.target, by = event.submitter || (pressed && pressed.form === form ? pressed : null), record;
    if (!form.hasAttribute("data-queue")) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.noted) { return; }
    form.dataset.noted = "1";
    record = noted(form, by);
    keep(record).then(function () {
      line = line.then(function () { return one(record); }).then(function (came) {
        if (came.next) { location.assign(came.next); return show(); }
        if (came.refused) { return drop(record.key).then(function () { plainly(form, by); }); }
        delete form.dataset.noted;
        return show().then(function () { onward(record); });
      });
    }, function () { form.removeAttribute("data-queue"); plainly(form, by); });
  }, true);
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-noted]"), function (form) { delete form.dataset.noted; });
  });

  // Without a network: the next home that has nothing yet, with a form of its own.
  function onward(record) {
    var rooms = Array.prototype.slice.call(document.querySelectorAll("#chart .room")), at = -1, next;
    rooms.forEach(function (room, place) { if (room.id === "r" + record.room) { at = place; } });
    next = rooms.slice(at + 1).concat(rooms.slice(0, Math.max(0, at))).filter(function (room) {
      return room.classList.contains("none") && !room.querySelector("[data-queued]");
    })[0];
    if (next) { open(next); tell(record); } else { document.getElementById("home").textContent = ""; }
  }
  // The next home's form looks like the one before: what was tapped is said above it.
  function tell(record) {
    var kept = document.getElementById("queue-kept");
    kept.textContent = record.room + " " + record.what + " " + kept.dataset.kept;
    kept.hidden = false;
  }
  function open(room) {
    var template = document.getElementById("home-offline"), part = clone("home-offline"), home = document.getElementById("home"), form;
    form = part.querySelector("form");
    part.querySelector("h2").textContent = room.id.slice(1);
    form.elements.unit.value = template.dataset.entrance + "-" + room.id.slice(1);
    form.elements.key.value = newKey();
    home.textContent = "";
    home.appendChild(part);
    home.querySelector("h2").focus();
    // what is opened again without a network is the board, which the telephone may have kept
    history.replaceState(history.state, "", home.querySelector("[data-close]").getAttribute("href"));
  }
  document.addEventListener("click", function (event) {
    if (event.target.closest("#home [data-close]")) {
      event.preventDefault();
      document.getElementById("home").textContent = "";
    }
  });
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var room = event.detail.elt.closest && event.detail.elt.closest("#chart .room");
      if (room) { open(room); }
    });
  });

  window.addEventListener("online", flush);
  setInterval(function () { if (!document.hidden && !queue.hidden) { flush(); } }, LOOK);
  flush();
})();
