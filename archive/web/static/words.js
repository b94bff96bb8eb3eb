// The words of a transcript: when each is said, where it stands on the page, and painting over it.
// Nothing is put into the text: words are ranges, painted by the CSS Custom Highlight API where there is one.

const highlights = globalThis.CSS?.highlights;

export function paint(name, ranges) {
  highlights?.set(name, new Highlight(...ranges));
}

export function readWords(root) {
  const passages = [...root.querySelectorAll(".turn")].map((element) => {
    const said = element.querySelector(".said");
    said.textContent = said.textContent; // marks made on the server give way to painted ones
    const start = Number(element.dataset.start);
    return { element, said, start, end: Number(element.dataset.end), words: null };
  });
  const bySaid = new Map(passages.map((passage, index) => [passage.said, index]));

  function wordsOf(passage) {
    if (passage.words) return passage.words;
    let start = 0;
    const coded = passage.said.dataset.words;
    const words = coded ? coded.split(" ").map((word) => {
      const [place, gap, length] = word.split(":").map(Number);
      start += gap;
      return { place, start, end: start + length };
    }) : [];
    return (passage.words = words);
  }

  function textOf(passage, index) {
    const words = wordsOf(passage);
    return passage.said.textContent.slice(words[index].place, words[index + 1]?.place).trimEnd();
  }

  function range(passage, first, last = first) {
    const node = passage.said.firstChild;
    const found = new Range();
    found.setStart(node, wordsOf(passage)[first].place);
    found.setEnd(node, wordsOf(passage)[last].place + textOf(passage, last).length);
    return found;
  }

  // The last word that has begun at a time: its passage and its place in it.
  function at(ms) {
    const index = lastStarted(passages, ms);
    if (index < 0) return null;
    const words = wordsOf(passages[index]);
    return { passage: passages[index], index, word: Math.max(lastStarted(words, ms), 0), over: ms > passages[index].end + 400 };
  }

  // The word under the pointer, or null.
  function under(event) {
    const said = event.target.closest?.(".said");
    const spot = said && caret(event.clientX, event.clientY);
    if (!spot || !bySaid.has(said) || !said.contains(spot.node)) return null;
    const passage = passages[bySaid.get(said)];
    const words = wordsOf(passage);
    const word = Math.max(words.findLastIndex(({ place }) => place <= spot.offset), 0);
    if (!words.length) return null;
    const hit = [...range(passage, word).getClientRects()].some(
      (box) => event.clientX >= box.left - 4 && event.clientX <= box.right + 4,
    );
    return hit ? { passage, word, start: words[word].start } : null;
  }

  // The word so many places before or after the one at a time.
  function step(ms, by) {
    const here = at(ms);
    if (!here) return passages[0] ?? null;
    let { index } = here;
    let word = here.word + by;
    // Just after a word's start a step back means the word before; later it means this word again.
    if (by < 0 && ms - wordsOf(passages[index])[here.word].start > 600) word = here.word;
    while (word < 0 && index > 0) word += wordsOf(passages[--index]).length;
    while (index + 1 < passages.length && word >= wordsOf(passages[index]).length) word -= wordsOf(passages[index++]).length;
    const words = wordsOf(passages[index]);
    return words[Math.min(Math.max(word, 0), words.length - 1)];
  }

  return { passages, wordsOf, textOf, range, at, under, step };
}

function lastStarted(sorted, ms) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].start <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function caret(x, y) {
  if (document.caretPositionFromPoint) {
    const spot = document.caretPositionFromPoint(x, y);
    return spot && { node: spot.offsetNode, offset: spot.offset };
  }
  const spot = document.caretRangeFromPoint?.(x, y);
  return spot && { node: spot.startContainer, offset: spot.startOffset };
}
