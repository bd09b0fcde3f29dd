// Each part on its own: one that fails must not take the others, or what the page says without scripts, along.

startTheme();
if (document.getElementById("table")) startFindings();
if (document.getElementById("explorer") && typeof ELK === "function") startMaps();
if (document.getElementById("table")) followHash();
