/** So much was under way already that one thing more was turned away. */
export class Crowded extends Error {
  override readonly name = "Crowded"
}

export type Gate = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Lets so many things be under way at once, so that one slow vendor holds up neither memory nor connections.
 *
 * @returns runs work that is let in, and throws {@link Crowded} at once for what is not
 */
export function createGate(most: number): Gate {
  let underWay = 0
  return async (work) => {
    if (underWay >= most) throw new Crowded(`${most} are under way already`)
    underWay += 1
    try {
      return await work()
    } finally {
      underWay -= 1
    }
  }
}
