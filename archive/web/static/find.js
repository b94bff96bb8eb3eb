// Search inside an interview while it plays; without this script the form asks the server.

import { fold } from "./fold.js";
import { paint } from "./words.js";

export function findInside(form, words, go) {
  const input = form.querySelector("input");
  const count = form.querySelector(".count");
  const [before, next] = form.querySelectorAll("button");
  let tokens = null;
  let found = [];
  let chosen = -1;

  function read() {
    tokens ??= words.passages.flatMap((passage) =>
      words.wordsOf(passage).flatMap((word, index) =>
        fold(words.textOf(passage, index)).map((token) => ({ token, passage, index, start: word.start })),
      ),
    );
    return tokens;
  }

  // The words in the order typed, the last one perhaps unfinished; where they never stand so, any of them.
  function search(typed) {
    const sought = fold(typed);
    if (!sought.length) return [];
    const all = read();
    const fits = (at) => sought.every((token, step) => {
      const here = all[at + step]?.token ?? "";
      return step === sought.length - 1 ? here.startsWith(token) : here === token;
    });
    const runs = all.flatMap((_, at) => (fits(at) ? [all.slice(at, at + sought.length)] : []));
    return runs.length ? runs : all.filter(({ token }) => sought.includes(token)).map((token) => [token]);
  }

  // A phrase is painted as one stretch in each passage that it touches.
  const ranges = (run) => [...new Set(run.map(({ passage }) => passage))].map((passage) => {
    const inIt = run.filter((token) => token.passage === passage);
    return words.range(passage, inIt[0].index, inIt.at(-1).index);
  });

  function show() {
    paint("found", found.flatMap(ranges));
    paint("here", found[chosen] ? ranges(found[chosen]) : []);
    count.textContent = !input.value.trim() ? "" : chosen < 0 ? `${found.length} found` : `${chosen + 1} of ${found.length}`;
    before.hidden = next.hidden = !found.length;
  }

  function choose(step) {
    if (!found.length) return;
    chosen = chosen < 0 && step < 0 ? found.length - 1 : (chosen + step + found.length) % found.length;
    show();
    go(found[chosen][0].passage, found[chosen][0].start);
  }

  function changed() {
    found = search(input.value);
    chosen = -1;
    show();
  }

  next.type = "button";
  next.setAttribute("aria-label", "The next one");
  input.addEventListener("input", changed);
  next.addEventListener("click", () => choose(1));
  before.addEventListener("click", () => choose(-1));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose(1);
  });
  changed();
}
