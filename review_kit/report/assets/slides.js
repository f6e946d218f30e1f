/* Slides without this script are a column of pages; with it they fill the window and turn. */
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const deck = document.querySelector(".deck"), slides = [...document.querySelectorAll(".slide")];
  const nav = document.querySelector(".turn"), said = nav.querySelector("output");
  const SMALLEST = 0.55;
  const scrolled = matchMedia("(max-width: 640px) and (orientation: portrait)");  // see the stylesheet
  let at = 0;

  const fit = () => {
    const scale = Math.min(innerWidth / 1280, innerHeight / 720);
    deck.style.transform = `scale(${scale}) translate(-50%, -50%)`;
  };
  /* A slide's one chart takes the room that its words leave: below them, or beside them where it is tall. */
  const fitChart = (body, room) => {
    const charts = body.querySelectorAll(":scope > .chart");
    const drawing = charts.length === 1 && charts[0].querySelector("svg.drawing-wide, .chart-drawing svg");
    if (!drawing) return;
    charts[0].style.maxWidth = "";
    body.classList.remove("beside");
    const { width, height } = drawing.viewBox.baseVal;
    let left = room - (body.offsetHeight - drawing.clientHeight) - 8;
    if (left * width / height < 700 && body.children.length > 1) {
      body.classList.add("beside");
      left = room - (charts[0].offsetHeight - drawing.clientHeight) - 8;
    }
    charts[0].style.maxWidth = `${Math.max(420, Math.min(1136, left * width / height))}px`;
  };
  /* A slide with more on it than fits is drawn smaller, down to a size that can still be read. */
  const shrink = () => {
    if (scrolled.matches) return;
    for (const slide of slides) {
      const body = slide.querySelector(".slide-body");
      body.style.transform = body.style.width = body.style.height = "";
      if (slide.matches(".slide-cover")) continue;
      const room = 720 - 64 - body.offsetTop;
      fitChart(body, room);
      let share = 1.05;
      do {
        share -= 0.05;
        body.style.width = `${1136 / share}px`;
      } while (body.offsetHeight * share > room && share > SMALLEST);
      body.style.transform = share < 1 ? `scale(${share})` : "";
      if (body.offsetHeight * share > room) Object.assign(body.style, { height: `${room / share}px`, overflow: "auto" });
    }
  };
  const turnTo = (wanted, remember = true) => {
    at = Math.max(0, Math.min(slides.length - 1, wanted));
    slides.forEach((slide, index) => {
      slide.classList.toggle("now", index === at);
      const away = index !== at && !scrolled.matches;
      slide.setAttribute("aria-hidden", String(away));
      slide.inert = away;
    });
    said.value = `${at + 1} / ${slides.length}`;
    if (remember) history.replaceState(null, "", `#${at + 1}`);
  };
  const fromAddress = () => {
    const wanted = decodeURIComponent(location.hash.slice(1));
    if (/^\d+$/.test(wanted)) return Number(wanted) - 1;
    const place = wanted && document.getElementById(wanted);
    return place ? slides.indexOf(place.closest(".slide")) : 0;
  };
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || scrolled.matches) return;
    const steps = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, Enter: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1 };
    if (event.target.closest("a, button") && [" ", "Enter"].includes(event.key)) return;
    if (event.key === "Home") turnTo(0);
    else if (event.key === "End") turnTo(slides.length - 1);
    else if (event.key in steps) turnTo(at + steps[event.key]);
    else return;
    event.preventDefault();
  });
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-turn]");
    if (button) return turnTo(at + Number(button.dataset.turn));
    if (scrolled.matches || event.target.closest("a, button, summary, input, select") || String(getSelection())) return undefined;
    return turnTo(at + (event.clientX < innerWidth / 3 ? -1 : 1));
  });
  let resting = 0;
  addEventListener("mousemove", () => {
    document.body.classList.add("moving");
    clearTimeout(resting);
    resting = setTimeout(() => document.body.classList.remove("moving"), 1500);
  }, { passive: true });
  let touched = null;
  addEventListener("touchstart", (event) => { touched = event.changedTouches[0].clientX; }, { passive: true });
  addEventListener("touchend", (event) => {
    const moved = event.changedTouches[0].clientX - touched;
    if (!scrolled.matches && Math.abs(moved) > 48) turnTo(at + (moved < 0 ? 1 : -1));
  }, { passive: true });
  addEventListener("resize", fit);
  scrolled.addEventListener("change", () => { shrink(); turnTo(at, false); });
  addEventListener("hashchange", () => turnTo(fromAddress(), false));
  nav.hidden = false;
  fit();
  shrink();
  turnTo(fromAddress(), false);
  document.fonts.ready.then(shrink);
})();
