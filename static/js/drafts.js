/* What is typed into a form with data-draft stays in this tab until it is sent: a call, a wrong tap or a session that
   ran out loses nothing. Without scripts the form works all the same; whoever logs out leaves nothing behind, in no tab:
   each tab knows whose its drafts are, and the telephone (localStorage) who is there now. */
(function () {
  "use strict";

  var PREFIX = "draft:", WHO = "reader", store = null, shared = null, main = document.getElementById("main");
  var who = main && main.dataset.who;
  try { store = window.sessionStorage; store.getItem(PREFIX); } catch (blocked) { store = null; }
  try { shared = window.localStorage; shared.getItem(WHO); } catch (blocked) { shared = null; }
  if (!store) { return; }

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && (field.type === "textarea" || field.type === "text" || field.type === "radio");
    });
  }
  function isTyped(field) {
    return field.type !== "radio" && !!field.value && (field.type === "textarea" || field.value !== field.defaultValue);
  }
  function keep(form) {
    var typed = {};
    fields(form).forEach(function (field) {
      if (field.type !== "radio" || field.checked) { typed[field.name] = field.value; }
    });
    try { store.setItem(PREFIX + form.dataset.draft, JSON.stringify(typed)); } catch (full) { return; }
  }
  function restore(form) {
    var text = store.getItem(PREFIX + form.dataset.draft), typed, said = form.querySelector("[data-restored]"), any = false;
    if (!text || fields(form).some(isTyped)) { return; }
    typed = JSON.parse(text);
    fields(form).forEach(function (field) {
      if (!Object.prototype.hasOwnProperty.call(typed, field.name)) { return; }
      if (field.type === "radio") { field.checked = field.value === typed[field.name]; return; }
      field.value = typed[field.name];
      any = any || isTyped(field);
    });
    if (said && any) { said.hidden = false; }
    if (any && form.parentNode.tagName === "DETAILS") { form.parentNode.open = true; }
  }
  function forget(matches) {
    Object.keys(store).forEach(function (name) { if (name.indexOf(PREFIX) === 0 && matches(name)) { store.removeItem(name); } });
  }

  function put(place, value) { try { if (place) { place.setItem(WHO, value); } } catch (full) { return; } }

  // Another person has come, or this one has left, perhaps in another tab: what was typed here is nobody's to see.
  function meet() {
    var own = store.getItem(WHO), now = who || (shared && shared.getItem(WHO));
    if (now !== null && now !== own) {
      forget(function () { return true; });
      each(document.querySelectorAll("form[data-draft]"), function (form) { form.reset(); });
      put(store, now);
    }
  }
  function leave() {
    forget(function () { return true; });
    put(store, "");
    put(shared, "");
  }
  meet();
  if (who) { put(store, who); put(shared, who); }
  who = "";  // from now on the telephone knows better
  window.addEventListener("storage", meet);
  window.addEventListener("pageshow", meet);
  document.addEventListener("visibilitychange", meet);

  // What arrived is forgotten: the page after it says so (?said=…). A form that stands on that page again (a thread's)
  // is meant only when the page was opened at what was just said. Whatever else came back, an error for one, keeps it. A
  // log-in, or the words offered once more (kept.html), may still send it.
  var sent = store.getItem("draft-sent"), heard = /[?&]said=/.test(location.search);
  if (sent && !document.querySelector("#login, #again")) {
    store.removeItem("draft-sent");
    if (heard && (/^#comment-/.test(location.hash) || !document.querySelector('form[data-draft="' + sent + '"]'))) {
      forget(function (name) { return name === PREFIX + sent; });
    }
  }
  // the same for what htmx sends and swaps (a refused form, or the way to the log-in, keeps it)
  document.addEventListener("htmx:beforeSwap", function (event) {
    var form = event.detail.requestConfig.elt, draft = form.dataset && form.dataset.draft;
    if (draft && event.detail.xhr.status === 200) { forget(function (name) { return name === PREFIX + draft; }); }
  });
  document.addEventListener("htmx:afterSettle", function () { each(document.querySelectorAll("form[data-draft]"), restore); });
  each(document.querySelectorAll("form[data-draft]"), restore);
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.dataset.draft) { keep(form); }
  });
  document.addEventListener("submit", function (event) {
    var form = event.target, isSwapped = window.htmx && form.hasAttribute("data-hx-post");
    if (form.dataset.draft && !isSwapped) { store.setItem("draft-sent", form.dataset.draft); }
    if (/\/logout$|log-out-everywhere$/.test(form.getAttribute("action") || "")) { leave(); }
  }, true);
})();
