"use strict";
// The page says everything without this; it only sorts, filters and opens what is folded.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
});
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const key = (row, column) => {
    const cell = row.cells[column];
    const number = Number(cell.dataset.sort);
    return cell.dataset.sort && !Number.isNaN(number) ? number : cell.textContent.trim();
  };
  const order = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b
      : String(a).localeCompare(String(b), document.documentElement.lang);
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if ("fixed" in head.dataset) return;
    const sort = () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...body.rows].sort((a, b) => order(key(a, column), key(b, column)));
      body.append(...(up ? rows : rows.reverse()));
    };
    head.tabIndex = 0;
    head.addEventListener("click", sort);
    head.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(); });
  });
  if (body.rows.length > 12) {
    const box = document.createElement("input");
    box.type = "search";
    box.className = "filter";
    box.placeholder = box.ariaLabel = document.body.dataset.filter;
    box.addEventListener("input", () => {
      for (const row of body.rows) row.hidden = !row.textContent.includes(box.value.trim());
    });
    table.before(box);
  }
}
