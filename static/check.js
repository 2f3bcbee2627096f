/* Checks a receipt (C2SP tlog-proof) in the browser: the file is not sent anywhere. Record → path → head → signatures →
   what the ballot holds, in the steps of council/audit/receipts.py. Only the page /verify loads this, after
   noble-ed25519.min.js; where a browser cannot read that one, the form goes to the server as ever. */
(function () {
  "use strict";

  var form = document.querySelector("[data-check]"), noble = window.nobleEd25519;
  if (!form || !noble || typeof BigInt !== "function" || !window.TextEncoder || !window.FileReader) { return; }
  var said = document.getElementById("check-said");

  /* -- bytes -- */
  function Wrong(code) { this.code = code; }
  function utf8(text) { return new TextEncoder().encode(text); }
  function base64(text) {
    if (!/^(?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{2}==|[A-Za-z0-9+\/]{3}=)?$/.test(text)) { throw new Wrong("unreadable"); }
    var raw = atob(text), bytes = new Uint8Array(raw.length), at;
    for (at = 0; at < raw.length; at += 1) { bytes[at] = raw.charCodeAt(at); }
    if (btoa(raw) !== text) { throw new Wrong("unreadable"); }
    return bytes;
  }
  function unhex(text) {
    if (!/^(?:[0-9a-f]{2})*$/.test(text)) { throw new Wrong("unreadable"); }
    var bytes = new Uint8Array(text.length / 2), at;
    for (at = 0; at < bytes.length; at += 1) { bytes[at] = parseInt(text.substr(2 * at, 2), 16); }
    return bytes;
  }
  function join() {
    var size = 0, at = 0, all;
    Array.prototype.forEach.call(arguments, function (part) { size += part.length; });
    all = new Uint8Array(size);
    Array.prototype.forEach.call(arguments, function (part) { all.set(part, at); at += part.length; });
    return all;
  }
  function same(one, other) {
    return one.length === other.length && Array.prototype.every.call(one, function (byte, at) { return byte === other[at]; });
  }
  function number(text) {
    if (!/^(?:0|[1-9][0-9]{0,14})$/.test(text)) { throw new Wrong("unreadable"); }
    return Number(text);
  }

  /* -- the tree (RFC 9162, 2.1.3.2; numbers to 10^15, so division instead of shifts) -- */
  function node(left, right) { return noble.sha256(join(new Uint8Array([1]), left, right)); }
  function rootOf(leaf, index, size, path) {
    var position = index, last = size - 1, current = leaf;
    if (index >= size) { throw new Wrong("not_included"); }
    path.forEach(function (sibling) {
      if (last === 0) { throw new Wrong("not_included"); }
      if (position % 2 || position === last) {
        current = node(sibling, current);
        while (position % 2 === 0 && position) { position /= 2; last = Math.floor(last / 2); }
      } else {
        current = node(current, sibling);
      }
      position = Math.floor(position / 2);
      last = Math.floor(last / 2);
    });
    if (last !== 0) { throw new Wrong("not_included"); }
    return current;
  }

  /* -- signed notes -- */
  function vkey(text) {
    var parts = text.split("+"), raw = base64(parts.slice(2).join("+"));
    return { name: parts[0], id: noble.sha256(join(utf8(parts[0] + "\n"), raw)).slice(0, 4), kind: raw[0], key: raw.slice(1) };
  }
  function stamped(bytes, text) {
    var second = 0, at;
    for (at = 0; at < 8; at += 1) { second = second * 256 + bytes[at]; }
    return utf8("cosignature/v1\ntime " + second + "\n" + text);
  }
  function signers(text, lines, keys) {
    var found = [];
    lines.forEach(function (line) {
      var parts = line.split(" "), data;
      if (parts.length !== 3 || parts[0] !== "—") { throw new Wrong("unreadable"); }
      data = base64(parts[2]);
      keys.forEach(function (key) {
        if (key.name !== parts[1] || !same(key.id, data.slice(0, 4))) { return; }
        var message = key.kind === 4 ? stamped(data.slice(4, 12), text) : utf8(text), right = false;
        try {
          right = noble.verify(data.slice(key.kind === 4 ? 12 : 4), message, key.key, { zip215: false });
        } catch (malformed) { right = false; }
        if (!right) { throw new Wrong("bad_signature"); }
        found.push(key);
      });
    });
    return found;
  }

  /* -- what a ballot holds: C = G_choice + r·B over ristretto255 (RFC 9496) -- */
  var ONE = BigInt(1), TWO = BigInt(2);
  function little(bytes) {
    return Array.prototype.reduceRight.call(bytes, function (sum, byte) { return sum * BigInt(256) + BigInt(byte); }, BigInt(0));
  }
  function opens(commitment, choice, r) {
    var curve = noble.Point.CURVE(), P = curve.p, d = curve.d, rootM1;
    function mod(a) { a %= P; return a < BigInt(0) ? a + P : a; }
    function power(base, exponent) {
      var result = ONE;
      for (base = mod(base); exponent > BigInt(0); exponent /= TWO) {
        if (exponent % TWO === ONE) { result = mod(result * base); }
        base = mod(base * base);
      }
      return result;
    }
    function point(bytes) {
      var s = little(bytes), u1 = mod(ONE - s * s), u2 = mod(ONE + s * s), v = mod(-d * u1 * u1 - u2 * u2);
      var w = mod(v * u2 * u2), inv = mod(power(w, BigInt(3)) * power(power(w, BigInt(7)), (P - BigInt(5)) / BigInt(8)));
      var check = mod(w * inv * inv), x, y;
      if (check === P - ONE || check === P - rootM1) { inv = mod(inv * rootM1); check = mod(-check); }
      x = mod(TWO * s * inv * u2);
      x = x % TWO === ONE ? P - x : x;
      y = mod(u1 * inv * inv * u2 * v);
      if (bytes.length !== 32 || s >= P || s % TWO === ONE || check !== ONE || mod(x * y) % TWO === ONE || y === BigInt(0)) {
        throw new Wrong("wrong_opening");
      }
      return { x: x, y: y };
    }
    rootM1 = power(TWO, (P - ONE) / BigInt(4));
    var base = form.getAttribute("data-" + choice), c, g, total, scalar = little(r);
    if (!base || scalar >= curve.n || scalar === BigInt(0)) { throw new Wrong("wrong_opening"); }
    c = point(commitment);
    g = point(unhex(base));
    total = noble.Point.fromAffine(g).add(noble.Point.BASE.multiply(scalar)).toAffine();
    if (mod(c.x * total.y - c.y * total.x) !== BigInt(0) && mod(c.y * total.y - c.x * total.x) !== BigInt(0)) {
      throw new Wrong("wrong_opening");
    }
  }

  /* an election has a commitment for each candidate, and an opening for each: one left out opens nothing */
  function openings(data, extra) {
    var each = extra.choices !== undefined, held;
    if (!each && extra.choice === undefined) { return false; }
    held = each ? [data.commitments, extra.choices, extra.rs] : [[data.commitment], [extra.choice], [extra.r]];
    if (!held.every(Array.isArray) || !held[0].length || held[0].length !== held[1].length || held[1].length !== held[2].length) {
      throw new Wrong("wrong_opening");
    }
    held[0].forEach(function (sealed, at) { opens(unhex(String(sealed)), String(held[1][at]), unhex(String(held[2][at]))); });
    return true;
  }

  /* -- the file -- */
  function check(text) {
    var parts = text.replace(/\r\n/g, "\n").trim().split("\n\n"), proof, head, lines, extra, record, index, root, keys, signed, isOpened;
    if (parts.length < 2 || parts.length > 3) { throw new Wrong("unreadable"); }
    proof = parts[0].split("\n");
    head = parts[1].split("\n");
    lines = parts[2] ? parts[2].split("\n") : [];
    if (proof[0] !== "c2sp.org/tlog-proof@v1" || proof.length < 3 || head.length !== 3) { throw new Wrong("unreadable"); }
    if (proof[1].indexOf("extra ") || proof[2].indexOf("index ")) { throw new Wrong("unreadable"); }
    extra = JSON.parse(new TextDecoder().decode(base64(proof[1].slice(6))));
    record = JSON.parse(extra.record);
    index = number(proof[2].slice(6));
    root = rootOf(noble.sha256(join(new Uint8Array([0]), utf8(extra.record))), index, number(head[1]), proof.slice(3).map(base64));
    if (record.seq !== index || !same(root, base64(head[2]))) { throw new Wrong("not_included"); }
    if (String(record.kind).indexOf("ballot.")) { throw new Wrong("unreadable"); }
    keys = form.getAttribute("data-keys").split(" ").filter(Boolean).map(vkey);
    signed = signers(head.join("\n") + "\n", lines, keys);
    if (!signed.some(function (key) { return key.kind === 1 && key.name === head[0]; })) { throw new Wrong("unsigned"); }
    isOpened = openings(record.data, extra);
    return {
      place: index + 1, size: number(head[1]), opened: isOpened,
      witness: signed.filter(function (key) { return key.kind === 4; }).map(function (key) { return key.name; }).join(" "),
    };
  }

  /* -- what is said: the words stand in the page, hidden -- */
  function show(code, found) {
    Array.prototype.forEach.call(said.querySelectorAll("[data-if]"), function (part) {
      var wanted = part.getAttribute("data-if");
      part.hidden = !(wanted === code || (found && found[wanted]) || (wanted === "bad" && !found));
    });
    Array.prototype.forEach.call(said.querySelectorAll("[data-fill]"), function (part) {
      part.textContent = found ? String(found[part.getAttribute("data-fill")]) : "";
    });
    said.hidden = false;
    said.focus();
  }
  function judge(text) {
    var found;
    try { found = check(text); } catch (error) {
      show(error instanceof Wrong ? error.code : "unreadable", null);
      return;
    }
    show("holds", found);
  }

  form.addEventListener("click", function (event) {
    var key = event.target.closest && event.target.closest("[data-here]"), file, reader;
    if (!key) { return; }
    file = form.querySelector("input[type=file]").files[0];
    if (!file && !form.querySelector("textarea").value.trim()) { return; }
    event.preventDefault();
    if (!file) { judge(form.querySelector("textarea").value); return; }
    if (file.size > 524288) { show("unreadable", null); return; }
    reader = new FileReader();
    reader.onload = function () { judge(String(reader.result)); };
    reader.onerror = function () { show("unreadable", null); };
    reader.readAsText(file);
  });
  Array.prototype.forEach.call(document.querySelectorAll("[data-with-scripts]"), function (part) { part.hidden = false; });
  Array.prototype.forEach.call(document.querySelectorAll("[data-without-scripts]"), function (part) { part.hidden = true; });
})();
