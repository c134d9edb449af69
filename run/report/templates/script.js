"use strict";

// The film: a page of its own, unpacked only when somebody wants to turn it.
const turn = document.getElementById("turn");
turn?.addEventListener("click", async () => {
  turn.disabled = true;
  turn.textContent = "Unpacking …";
  try {
    const packed = atob(document.getElementById("packed").textContent);
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const frame = document.createElement("iframe");
    frame.title = "The film in three dimensions";
    frame.sandbox = "allow-scripts";
    frame.srcdoc = await new Response(unpacked).text();
    document.getElementById("stage").replaceChildren(frame);
  } catch (error) {
    turn.textContent = "This browser cannot show it: " + error.message;
  }
});

// Tables: a click on a head sorts by its column, another one turns the order round.
const number = (text) => {
  const power = text.match(/·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/);
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const raised = power ? [...power[1]].map((d) => (d === "⁻" ? "-" : digits.indexOf(d))).join("") : "";
  const value = parseFloat(text.replace("−", "-").replace(/−/g, "-"));
  return power ? value * 10 ** Number(raised) : value;
};
const before = (a, b) => {
  const [x, y] = [number(a), number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return (a === "") - (b === "") || a.localeCompare(b, undefined, { numeric: true });
};
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const order = head.ariaSort === "ascending" ? "descending" : "ascending";
      for (const other of heads) other.ariaSort = other === head ? order : "none";
      const sign = order === "ascending" ? 1 : -1;
      const text = (row) => row.cells[column].textContent.trim();
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => sign * before(text(a), text(b)));
      table.tBodies[0].append(...rows);
    });
  });
}

document.getElementById("only")?.addEventListener("change", (event) => {
  document.querySelector(".keys").classList.toggle("only", event.target.checked);
});
for (const button of document.querySelectorAll("button.copy")) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.of);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      button.textContent = "Selected: copy it by keyboard";
    }
  });
}
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});
