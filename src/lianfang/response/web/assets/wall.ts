// A wall that hangs: says when its figures are stale, and keeps the place of whoever works on it with the keyboard.

const PATIENCE_MS = 20_000;
let heard = Date.now();

function lost(): void {
  const pulse = document.querySelector<HTMLElement>("#pulse");
  if (!pulse || pulse.classList.contains("lost")) return;
  pulse.classList.add("lost");
  pulse.setAttribute("role", "alert");
  const words = pulse.querySelector("b");
  if (words) words.textContent = pulse.dataset.lost ?? "";
  document.body.classList.add("stale");
}

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, lost);
// A laptop that slept, or a request that never ends: silence is a lost connection too.
setInterval(() => Date.now() - heard > PATIENCE_MS && lost(), 1000);

document.addEventListener("htmx:afterOnLoad", () => {
  heard = Date.now();
  document.body.classList.remove("stale");
});

// The panels are sent whole: the link that had the focus has it again.
let focused = "";
document.addEventListener("htmx:beforeSwap", () => {
  const link = document.activeElement?.closest("a[href]");
  focused = link && link.closest("[hx-swap-oob]") ? (link.getAttribute("href") ?? "") : "";
});
document.addEventListener("htmx:afterSettle", () => {
  if (!focused || document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>(`[hx-swap-oob] a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
});
