"use strict";
(() => {
  const closed = [];
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details:not([open])")) { part.open = true; closed.push(part); }
  });
  addEventListener("afterprint", () => {
    for (const part of closed.splice(0)) part.open = false;
  });
  for (const choice of document.querySelectorAll('input[name="language"]')) {
    choice.addEventListener("change", () => {
      document.documentElement.lang = document.getElementById("lang-en").checked ? "en" : "zh-CN";
    });
  }
})();
