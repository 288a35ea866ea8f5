/**
 * How to find out whether a text contains one of many words. It is made within milliseconds, for thousands of the longest
 * words, and looks at each place of a text for a logarithm of their number.
 */
export function wordSearch(words: string[]): (text: string) => boolean {
  const sorted = withoutLonger(words)
  const longest = sorted.reduce((most, { length }) => Math.max(most, length), 0)
  const beginnings = new Set(sorted.map((word) => word.charCodeAt(0)))
  return (text) => {
    for (let at = 0; at < text.length; at++) {
      if (!beginnings.has(text.charCodeAt(at))) continue
      const word = lastUpTo(sorted, text.slice(at, at + longest))
      if (word !== undefined && text.startsWith(word, at)) return true
    }
    return false
  }
}

/**
 * Words in their order, without those that begin with another one, which is found wherever they are. So the last word that
 * does not come after a text is the only one that the text can begin with.
 */
function withoutLonger(words: string[]): string[] {
  const kept: string[] = []
  for (const word of words.filter((word) => word !== "").sort()) {
    const former = kept.at(-1)
    if (former === undefined || !word.startsWith(former)) kept.push(word)
  }
  return kept
}

function lastUpTo(sorted: string[], text: string): string | undefined {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as string) <= text) low = middle + 1
    else high = middle
  }
  return sorted[low - 1]
}
