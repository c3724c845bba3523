// Small comforts on the page of a case. Everything works without them.
"use strict";

const PLACEHOLDER = /\[\[(?:(?!\[\[|\]\])[^]){0,600}?\]\]/g;
const editor = document.getElementById("editor");

if (editor) {
  const text = document.getElementById("markdown");
  const approve = document.getElementById("approve");
  const hint = document.getElementById("approve-hint");
  const shown = hint.textContent;
  const loaded = text.value;
  let sending = false;

  // The approval becomes possible as soon as nothing is left to judge, without saving first.
  const look = () => {
    const open = (text.value.match(PLACEHOLDER) || []).length;
    approve.disabled = open > 0;
    if (open > 0) hint.textContent = open === 1 ? "1 [[ … ]] is still to be judged." : `${open} [[ … ]] are still to be judged.`;
    else hint.textContent = text.value === loaded ? shown : "Saves your changes and sends exactly this text.";
  };

  // A click on a question selects it in the text, ready to be written over.
  const select = (number) => {
    const found = [...text.value.matchAll(PLACEHOLDER)][number];
    if (!found) return;
    text.focus();
    text.setSelectionRange(found.index, found.index + found[0].length);
    text.scrollTop = (text.scrollHeight * found.index) / text.value.length - text.clientHeight / 3;
  };

  document.querySelectorAll("[data-placeholder]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      select(Number(link.dataset.placeholder));
    });
  });

  text.addEventListener("input", look);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !approve.disabled) editor.requestSubmit(approve);
  });
  editor.addEventListener("submit", () => { sending = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && text.value !== loaded) event.preventDefault();
  });
  look();
}
