// Links that were made before an interview was merged, split or put in another order lead to the same words.

// Goes to where the moment is that the link names; true where that is another page.
export function leadOn({ address, moved }) {
  const asked = /^#t=(\d+(?:\.\d+)?)/.exec(location.hash);
  const ms = asked && Math.round(Number(asked[1]) * 1000);
  const led = asked && moved.find((stretch) => stretch.start <= ms && ms < stretch.end);
  const hash = led ? `#t=${(ms + led.shift) / 1000}` : location.hash;
  if (led && led.address !== address) {
    location.replace(full(led.address, hash));
    return true;
  }
  const own = full(address, hash);
  if (own !== location.href) history.replaceState(null, "", own);
  return false;
}

// The page with what else was asked of it; `from` and `line` have done what they are for.
function full(address, hash) {
  const url = new URL(address, location.href);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name !== "from" && name !== "line") url.searchParams.set(name, value);
  }
  url.hash = hash;
  return url.href;
}
