// Every page: light or dark, keys for those who keep their hands on the keyboard, and forms that send once.

const root = document.documentElement;

function theme(): string {
  return localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}
root.setAttribute("data-bs-theme", theme());

// Paper is white, whatever the screen is.
const paper = matchMedia("print");
paper.addEventListener("change", () => root.setAttribute("data-bs-theme", paper.matches ? "light" : theme()));
addEventListener("beforeprint", () => root.setAttribute("data-bs-theme", "light"));
addEventListener("afterprint", () => root.setAttribute("data-bs-theme", theme()));

function editable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row] a[data-open]")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + by))].focus();
}

const keys: Record<string, () => void> = {
  "/": () => document.querySelector<HTMLElement>("[data-key='/']")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  "?": () => document.querySelector<HTMLDialogElement>("#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || editable(event.target)) return;
  const go = document.querySelector<HTMLAnchorElement>(`a[data-key="${CSS.escape(event.key)}"]`);
  const run = keys[event.key] ?? (go && (() => go.click()));
  if (!run) return;
  event.preventDefault();
  run();
});

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;
  if (target.closest("[data-theme-switch]")) {
    localStorage.setItem("theme", theme() === "dark" ? "light" : "dark");
    root.setAttribute("data-bs-theme", theme());
  }
  if (target.closest("[data-print]")) window.print();
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

// A heavy drawing is loaded when it comes into sight; a phone that never scrolls there never pays for it.
document.addEventListener("DOMContentLoaded", () => {
  const seen = new IntersectionObserver((rows) => {
    for (const { target } of rows.filter((row) => row.isIntersecting)) {
      seen.unobserve(target);
      const src = (target as HTMLElement).dataset.script ?? "";
      document.head.append(Object.assign(document.createElement("script"), { src }));
    }
  });
  for (const host of document.querySelectorAll("[data-script]")) seen.observe(host);
});

// The page one is on stands in sight in the bar, however narrow the screen.
document.addEventListener("DOMContentLoaded", () => {
  const here = document.querySelector<HTMLElement>(".bar nav [aria-current]");
  if (here?.parentElement) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
});

// Typing finds, the arrows choose: Enter in the field goes to the first found and names nobody by mistake.
document.addEventListener("keydown", (event) => {
  const at = event.target as HTMLElement;
  const field = document.querySelector<HTMLInputElement>("[data-pick]");
  const found = [...document.querySelectorAll<HTMLElement>(`${field?.dataset.pick ?? "#none"} [data-picked]`)];
  const here = found.indexOf(at);
  if (event.isComposing || (at !== field && here < 0)) return; // Enter ends the typing of Chinese first
  const down = event.key === "ArrowDown" || (event.key === "Enter" && at === field);
  if (event.key === "Enter" && at === field) event.preventDefault();
  if (!down && event.key !== "ArrowUp") return;
  event.preventDefault();
  (found[here + (down ? 1 : -1)] ?? (down ? found[0] : field))?.focus();
});

// A second press of the same button sends nothing twice.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset.sent;
});

// A select with data-go is a filter: choosing is enough.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  if (field.matches("[data-go]")) field.closest("form")?.requestSubmit();
});

// allauth's passkey scripts say here what the device refused.
document.addEventListener("allauth.error", (event) => {
  const note = document.querySelector<HTMLElement>("[data-passkey-problem]");
  if (!note) return;
  event.preventDefault();
  if ((event as CustomEvent).detail?.exception?.name === "SecurityError") note.textContent = note.dataset.byNumber ?? "";
  note.hidden = false;
});
