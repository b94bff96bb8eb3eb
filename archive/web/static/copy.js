// Copies a link and says so on the button that was pressed.

export async function copyLink(button, address) {
  const link = new URL(address, location.href).href;
  const label = button.dataset.label ?? (button.dataset.label = button.textContent);
  try {
    await navigator.clipboard.writeText(link);
    button.textContent = "Copied";
  } catch {
    // Pages that came over plain HTTP from another machine have no clipboard: show the link to be copied by hand.
    prompt("The link", link);
  }
  setTimeout(() => (button.textContent = label), 1800);
}
