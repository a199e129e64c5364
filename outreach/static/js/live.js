// Pages that look again by themselves: what somebody is reading stays still, and progress is read out without chatter.
document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  if (!part.hasAttribute("data-live")) return;
  if (part.contains(document.activeElement) || part.querySelector("details[open], input:checked")) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:afterSettle", () => {
  const news = document.querySelector("[data-said]");
  const place = document.getElementById("said");
  if (news && place && place.textContent !== news.dataset.said) place.textContent = news.dataset.said;
});
