// The library: what is done with chosen packs shows only when some are chosen.
"use strict";

const many = document.getElementById("many");

if (many) {
  const actions = many.querySelector(".many");
  const legend = actions.querySelector("legend");
  const update = () => {
    const chosen = many.querySelectorAll("[name=pack]:checked").length;
    actions.hidden = chosen === 0;
    actions.querySelector("[value=merge]").disabled = chosen < 2;
    legend.textContent = chosen === 1 ? "With the chosen pack" : `With the ${chosen} chosen packs`;
  };
  many.addEventListener("change", update);
  window.addEventListener("pageshow", update);
  update();
}
