// Adds what only a script can do to the page for passing on: copying, and the telephone's own share menu.
const told = document.getElementById("told");

function button(label, kind, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button ${kind}`;
  made.textContent = label;
  made.addEventListener("click", () => act(made));
  return made;
}

for (const place of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const { copy, label, done } = place.dataset;
  place.append(
    button(label, "plain", async (pressed) => {
      await navigator.clipboard.writeText(document.getElementById(copy).textContent);
      pressed.textContent = told.textContent = done;
      setTimeout(() => {
        pressed.textContent = label;
        told.textContent = "";
      }, 4000);
    }),
  );
}

for (const list of navigator.share ? document.querySelectorAll("[data-sheet]") : []) {
  const { sheet, sheetTitle, sheetText, sheetUrl } = list.dataset;
  const item = document.createElement("li");
  item.className = "sheet";
  // Whoever closes the menu without choosing has changed their mind: that is no fault.
  const share = () => navigator.share({ title: sheetTitle, text: sheetText, url: sheetUrl }).catch(() => {});
  item.append(button(sheet, "primary", share));
  list.prepend(item);
}
