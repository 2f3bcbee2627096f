/* What axe-core has no rule for, measured in the page as it stands. Returns a list of "what: where" strings. */
(options) => {
  const found = [];
  const name = (e) => {
    const words = (e.getAttribute("aria-label") || e.textContent || e.name || "").trim().replace(/\s+/g, " ").slice(0, 30);
    const kind = typeof e.className === "string" && e.className ? "." + e.className.trim().replace(/\s+/g, ".") : "";
    return `<${e.tagName.toLowerCase()}${kind}${e.name ? ` name=${e.name}` : ""}> “${words}”`;
  };
  const shown = (e) => {
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && style.display !== "none";
  };
  /* Only for screen readers: a pixel, clipped away. */
  const forEars = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.position === "absolute" && (style.clip !== "auto" || style.clipPath !== "none")) return true;
    }
    return false;
  };
  /* Inside something that scrolls by itself, or that hangs over the page and has the page's own width. */
  const scrolls = (e) => {
    for (let at = e; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (/auto|scroll/.test(style.overflowX) || style.position === "fixed") return true;
    }
    return false;
  };
  const wide = document.documentElement.clientWidth;

  if (document.documentElement.scrollWidth > wide + 1) {
    found.push(`sideways: the page is ${document.documentElement.scrollWidth} px wide, the window ${wide}`);
  }
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg") || e.matches(options.notTouched) || !shown(e) || forEars(e)) continue;
    const box = e.getBoundingClientRect();
    if ((box.right > wide + 1 || box.left < -1) && !scrolls(e)) {
      found.push(`sideways: ${name(e)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} of ${wide} px`);
    }
    const style = getComputedStyle(e);
    if (e.matches("input, textarea, select")) continue;  /* one moves through their words */
    const hides = (overflow) => overflow === "hidden" || overflow === "clip";
    if (hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && !e.matches(options.mayEnd)) {
      found.push(`clipped: ${name(e)} shows ${e.clientWidth} of ${e.scrollWidth} px`);
    }
    if (hides(style.overflowY) && e.scrollHeight > e.clientHeight + 1 && !e.matches(options.mayEnd)) {
      found.push(`clipped: ${name(e)} shows ${e.clientHeight} of ${e.scrollHeight} px of its height`);
    }
  }
  /* Tables may be moved by themselves only where letters are doubled (WCAG 1.4.10 excepts them; we do not). */
  for (const e of options.zoom === 1 ? document.querySelectorAll(".swipe") : []) {
    if (e.scrollWidth > e.clientWidth + 1) found.push(`sideways: ${name(e)} shows ${e.clientWidth} of ${e.scrollWidth} px`);
  }
  if (!options.touch) return found.slice(0, 8);

  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const e of document.querySelectorAll(targets)) {
    const whole = e.closest(options.wholeTargets) || (e.labels && [...e.labels].find((one) => one.contains(e))) || e;
    if (!shown(whole) || e.matches(options.notTouched) || (whole === e && forEars(e))) continue;
    /* WCAG 2.5.8: a link in the middle of a sentence is as tall as its line. */
    if (e.tagName === "A" && getComputedStyle(e).display === "inline" && isInSentence(e)) continue;
    const box = whole.getBoundingClientRect();
    if (box.width < 47.5 || box.height < 47.5) {
      found.push(`small: ${name(e)} is ${Math.round(box.width)} × ${Math.round(box.height)} px`);
    }
  }
  return found.slice(0, 8);

  function isInSentence(link) {
    let block = link.parentElement;
    while (block && getComputedStyle(block).display === "inline") block = block.parentElement;
    return block !== null && block.textContent.trim().length > link.textContent.trim().length;
  }
}
