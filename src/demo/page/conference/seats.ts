const shelf = "mili.seats"

/** The most that the server lets onto a stage of its own, the host included. */
export const seatsMax = 6

/** Notes how many seats a host wants on the stage of a conference; the server counts to its own most alone. */
export function keepSeats(roomId: number, seats: number): void {
  try {
    localStorage.setItem(shelf, JSON.stringify({ roomId, seats }))
  } catch {
    // As many as the server lets there be.
  }
}

export function seatsOf(roomId: number): number {
  try {
    const kept = JSON.parse(localStorage.getItem(shelf) ?? "null")
    return kept?.roomId === roomId ? Math.min(seatsMax, Number(kept.seats) || seatsMax) : seatsMax
  } catch {
    return seatsMax
  }
}
