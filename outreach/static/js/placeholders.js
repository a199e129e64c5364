// Puts a placeholder where the writer last was. Without script the list is there to be typed from.
const list = document.querySelector("[data-placeholders]");
let last = null;
document.addEventListener("focusin", (event) => {
  if (event.target.matches(".letter-input, .subject-input")) last = event.target;
});
for (const code of list ? list.querySelectorAll("[data-insert]") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.append(code.textContent);
  button.addEventListener("click", () => {
    const field = last || document.querySelector(".letter-input");
    field.setRangeText(code.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  code.replaceWith(button);
}
